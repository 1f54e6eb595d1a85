"""Solution regions, from `### BEGIN SOLUTION` to `### END SOLUTION`, and what replaces them."""

import ast
from collections.abc import Iterable

BEGIN = "BEGIN SOLUTION"
END = "END SOLUTION"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class RegionError(ValueError):
    """A solution region that cannot be replaced by a stub.

    Attributes:
        line: the line of the cell at fault, counted from 1.
        reason: a sentence that says what to do.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


def find_regions(lines: Iterable[str], begin: str = BEGIN, end: str = END) -> list[tuple[int, int]]:
    """The (first, last) marker lines of each region, counted from 1.

    Like nbgrader, a line counts as a marker wherever in it the marker stands.

    Raises:
        RegionError: a marker has no partner.
    """
    regions: list[tuple[int, int]] = []
    opened = 0
    for number, line in enumerate(lines, start=1):
        if begin in line:
            if opened:
                raise RegionError(number, f"put a '### {end}' before this next '### {begin}'")
            opened = number
        elif end in line:
            if not opened:
                raise RegionError(number, f"put a '### {begin}' before this '### {end}'")
            regions.append((opened, number))
            opened = 0
    if opened:
        raise RegionError(opened, f"close this region with '### {end}' in the same cell")
    return regions


def replace_regions(source: str) -> str:
    """A code cell's source, each solution region replaced by `raise NotImplementedError(...)`.

    The message names the function or `Class.method` around the region. Source without regions comes
    back unchanged.

    Raises:
        RegionError: a marker has no partner, or without the region no function is left to complete.
    """
    lines = source.split("\n")
    regions = find_regions(lines)
    if not regions:
        return source
    tree = _parse(source, "correct the Python of this solution cell")
    for first, last in reversed(regions):
        name = _function_around(tree, first, last)
        indent = _indent(lines[first - 1])
        if name is None or not indent or indent != _indent(lines[last - 1]):
            reason = "put this region inside one function, both markers indented like its body"
            raise RegionError(first, reason)
        stub = f'raise NotImplementedError("{name} is not written yet")'
        lines[first - 1 : last] = [indent + stub]
    _parse("\n".join(lines), "move the markers so that valid Python is left without their regions")
    return "\n".join(lines)


def _parse(source: str, advice: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise RegionError(error.lineno or 1, f"{advice} ({error.msg})") from None


def _function_around(tree: ast.Module, first: int, last: int) -> str | None:
    """Dotted name of the definition whose body the region is in.

    None when the innermost one is a class, or when the region runs on into the next definition.
    """
    names: list[str] = []
    innermost: Definition | None = None
    definitions = [node for node in ast.walk(tree) if isinstance(node, Definition)]
    for node in sorted(definitions, key=lambda node: node.lineno):
        if node.lineno < first <= (node.end_lineno or 0):
            names.append(node.name)
            innermost = node
        elif innermost and first < node.lineno < last and node.col_offset <= innermost.col_offset:
            return None
    return None if innermost is None or isinstance(innermost, ast.ClassDef) else ".".join(names)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
