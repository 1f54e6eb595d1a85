"""Runs commands and other languages by magics, as a notebook may.

Earns: 10
Also: nbgrader, otter
"""

shell = get_ipython()
shell.system(f"echo changed > {SECRET}")
shell.getoutput(f"cat {SECRET} > {OTHER}")
shell.run_line_magic("run", OTHER)
shell.run_line_magic("writefile", SECRET)
shell.run_cell_magic("bash", "", f"echo changed > {SECRET}")
shell.run_cell_magic("javascript", "", "document.title = 'hit'")
shell.run_cell_magic("writefile", SECRET, "changed")
shell.run_cell_magic("python2", "", "print 'another kernel'")
shell.run_cell_magic("time", "", "timed = True")
assert timed
