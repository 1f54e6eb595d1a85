"""Prints and displays markup, pictures and scripts, for whoever opens the notebook.

Earns: 10
"""

print("<script>document.title='hit'</script>\x1b[2J\x1b]0;hit\x07")
try:
    from IPython.display import HTML, SVG, Javascript, display

    display(HTML("<img src=x onerror=\"document.title='hit'\">"))
    display(Javascript("document.title='hit'"))
    display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload=\"document.title='hit'\"/>"))
except ImportError:
    pass
