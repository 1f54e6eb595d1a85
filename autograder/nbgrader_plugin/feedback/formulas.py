"""TeX formulas as MathML, which browsers show by themselves: no script, no fonts, no network."""

import functools
import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from markupsafe import Markup
from math_core import LatexError, LatexToMathML

from autograder.nbgrader_plugin.outputs import has_tame_formulas

CHARS = 1000
"""Of one formula."""
DEPTH, ELEMENTS = 40, 2000
"""Of the MathML made of it, which a browser has to lay out; of its braces too, because the
converter recurses into them and has only its stack to do so."""
WIDE = 20
"""Characters of a formula inside a line that fit on a phone wherever they stand."""

_converter = LatexToMathML(fancy_error=False, max_expansions=20)

_TAGS = {
    "math", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom",
    "mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup",
    "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
_LENGTH = r"\d{0,2}(\.\d{1,12})?(em|ex|pt|px)?"
_ATTRIBUTES = {
    "accent": "true|false", "accentunder": "true|false", "columnspan": r"\d{1,2}",
    "display": "block", "displaystyle": "true|false", "form": "prefix|infix|postfix",
    "largeop": "true|false", "linethickness": _LENGTH, "lspace": _LENGTH,
    "mathvariant": "normal", "maxsize": _LENGTH, "minsize": _LENGTH,
    "movablelimits": "true|false", "rspace": _LENGTH, "scriptlevel": r"\d",
    "stretchy": "true|false", "symmetric": "true|false", "width": _LENGTH,
}  # fmt: skip
_CLASSES = {
    "text-align:left": "l", "text-align:right": "r", "padding-left:0": "l0",
    "padding-right:0": "r0", "padding-left:1em": "l1",
}  # fmt: skip
"""What the converter says by style, which the page does not allow, about cells of a table."""

_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)[a-zA-Z]+;")
_UNSEEN = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![a-zA-Z])")
_ENVIRONMENT = re.compile(
    r"\\(begin|end)\s*\{(align|alignat|eqnarray|equation|displaymath|gather|math|multline)\*?\}"
)
_UNNUMBERED = {
    "align": "aligned", "alignat": "aligned", "eqnarray": "aligned", "gather": "gathered",
    "multline": "gathered",
}  # fmt: skip


@functools.lru_cache(4096)
def typeset(tex: str, display: bool) -> Markup:
    """A formula as MathML in a box of its own, or as it was typed if that is not to be had.

    tex: what stands between its delimiters, by whomever. display: on a line of its own.
    """
    made = _mathml(tex, display)
    if made is None:
        around = "$$" if display else "$"
        return Markup("<code>{0}{1}{0}</code>").format(around, tex.strip())
    if display:
        return Markup(
            '<span class="formula display" tabindex="0" role="group" aria-label="Formula">{}</span>'
        ).format(made)
    return Markup('<span class="formula">{}</span>').format(made) if len(tex) > WIDE else made


def _mathml(tex: str, display: bool) -> Markup | None:
    if len(tex) > CHARS or _depth_of_braces(tex) > DEPTH or not has_tame_formulas(tex):
        return None
    try:
        made = _converter.convert_with_local_state(_plain(tex), displaystyle=display)
        # The converter takes its input for text and escapes it; what it writes is looked at all
        # the same, and written anew.
        root = ElementTree.fromstring(_ENTITY.sub(lambda found: html.unescape(found[0]), made))
    except (LatexError, ElementTree.ParseError):
        return None
    if not _is_small(root) or any(element.tag not in _TAGS for element in root.iter()):
        return None
    return Markup("".join(_written(root)))


def _depth_of_braces(tex: str) -> int:
    depth = deepest = 0
    for brace in re.findall(r"\\.|[{}]", tex, re.S):
        depth = max(depth + {"{": 1, "}": -1}.get(brace, 0), 0)
        deepest = max(deepest, depth)
    return deepest


def _plain(tex: str) -> str:
    """The same formula without numbers; its rows one below the other, as MathJax sets them."""
    tex = _UNSEEN.sub("", tex)
    tex = _ENVIRONMENT.sub(
        lambda found: rf"\{found[1]}{{{_UNNUMBERED[found[2]]}}}" if found[2] in _UNNUMBERED else "",
        tex,
    )
    if r"\\" in tex and r"\begin" not in tex:
        tex = rf"\begin{{gathered}}{tex}\end{{gathered}}"
    return tex


def _is_small(root: ElementTree.Element) -> bool:
    level, elements = [root], 0
    for _ in range(DEPTH):
        elements += len(level)
        level = [child for element in level for child in element]
        if elements > ELEMENTS or not level:
            break
    return not level and elements <= ELEMENTS


def _written(element: ElementTree.Element) -> Iterator[str]:
    yield f"<{element.tag}"
    for name, value in element.items():
        if name in _ATTRIBUTES and re.fullmatch(_ATTRIBUTES[name], value):
            yield f' {name}="{value}"'
    styles = element.get("style", "").replace(" ", "").split(";")
    classes = " ".join(_CLASSES[style] for style in styles if style in _CLASSES)
    yield f' class="{classes}">' if classes else ">"
    yield html.escape(element.text or "")
    for child in element:
        yield from _written(child)
        yield html.escape(child.tail or "")
    yield f"</{element.tag}>"
