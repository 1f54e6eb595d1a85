"""Has IPython show more points than there are for whatever a cell results in.

Earns: 0
Says: AttributeError
On: stub
Also: nbgrader
"""

shell = get_ipython()
shell.display_formatter.format = lambda *args, **kwargs: ({"text/plain": "3.0"}, {})
