"""The preprocessors through which nbgrader's own commands build and grade the kit's exercises."""
