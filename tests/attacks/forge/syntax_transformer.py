"""Has IPython drop every statement of the cells to come, so that nothing can fail.

Earns: 0
Says: AttributeError
On: stub
Also: nbgrader, otter
"""

import ast


class Drop(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.Module([], [])


get_ipython().ast_transformers.append(Drop())
