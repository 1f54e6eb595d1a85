"""Markdown and HTML by students and teachers as pieces of a page: shown, and nothing more."""

import functools
import html
import re
from collections.abc import Callable
from typing import Any

import nh3
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.nbgrader_plugin.feedback.formulas import typeset
from autograder.nbgrader_plugin.markdown import CHARS
from autograder.nbgrader_plugin.outputs import HTML_CHARS, HTML_TAGS, TAGS, leads_away, plain

Pictures = Callable[[str], str | None]
"""The data: address of a picture that a text names; None if there is none."""

_DESERT = re.compile(r"\s{300}")
NAMED = 100
"""The lexer looks, at each empty line, through all of the white space that follows, and at each
named character (which begins with a backslash and N) for its end."""

_MARKER = re.compile("\ue000([0-9]{1,6})\ue001")
"""Stands for a piece of our own making while the text around it is cleaned."""

_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_SPAN = re.compile(r"[1-9]\d{0,2}")
_ADDRESS = re.compile(r"(https?://|mailto:)[!-~]+")
_EMBEDDED = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]+")
_EMPTY = re.compile(r"<(h[1-6]|a)(?: [a-z]+=\"[^\"]*\")*>\s*</\1>")
# As nh3 writes them: no other `<` is left, and no `"` inside a value.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
_ANY_TAG = re.compile(r"<[^>]*>")
_PAIR = re.compile(r' ([a-z-]+)="([^"]*)"')


class Outline:
    """Levels for the headings of texts below a heading of the page, none of them left out."""

    def __init__(self, level: int) -> None:
        self._level = level
        self._open: list[int] = []

    def level(self, wanted: int) -> int:
        """The level of the next heading, which its writer gave the level `wanted`."""
        while self._open and self._open[-1] >= wanted:
            self._open.pop()
        self._open.append(wanted)
        return min(self._level + len(self._open), 6)

    @property
    def below(self) -> int:
        """The level of a heading of the page below the last one."""
        return min(self._level + len(self._open) + 1, 6)


def markdown(source: str, outline: Outline, pictures: Pictures) -> Markup:
    """What a markdown cell shows, formulas typeset; as typed if it cannot be rendered."""
    source = plain(source, CHARS).translate({0xE000: None, 0xE001: None})
    try:
        cleaned, pieces = _rendered(source)
    except Exception:  # the renderer fails on some texts, deeply nested ones for example
        cleaned, pieces = None, ()
    if cleaned is None:
        return as_typed(source)
    return _finished(cleaned, outline, pieces, pictures)


def shown_html(text: str, outline: Outline) -> Markup:
    """What an output in HTML shows: texts, tables, and pictures that are embedded in it."""
    return _finished(_cleaned(text) or "", outline, (), lambda _: None)


def as_typed(text: str, name: str = "Text") -> Markup:
    """A text as it is, in a box that scrolls; `name` is what screen readers call the box."""
    return Markup("{}{}</pre>").format(_box("pre", name), text)


@functools.lru_cache(512)
def code(source: str) -> Markup:
    """Python with its syntax marked by classes; unmarked if that would take the lexer long."""
    if _DESERT.search(source) or source.count(r"\N{") > NAMED:
        return escape(source)
    made = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return Markup(made.rstrip("\n"))


def picture(address: str, description: str, width: str = "") -> Markup:
    """A picture at a data: address."""
    size = Markup(' width="{}"').format(width) if _SPAN.fullmatch(width) else ""
    return Markup('<img src="{}" alt="{}"{}>').format(address, description, size)


class _Renderer(IPythonRenderer):  # type: ignore[misc,unused-ignore]
    """Leaves a marker where a formula, a picture or highlighted code belongs."""

    def __init__(self) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)  # type: ignore[no-untyped-call,unused-ignore]
        self.pieces: list[Markup | tuple[str, str]] = []

    def _marker(self, piece: Markup | tuple[str, str]) -> str:
        self.pieces.append(piece)
        return f"\ue000{len(self.pieces) - 1}\ue001"

    def inline_math(self, body: str) -> str:
        return self._marker(typeset(body, False))

    def block_math(self, body: str) -> str:
        return self._marker(typeset(body, True))

    def latex_environment(self, name: str, body: str) -> str:
        return self._marker(typeset(rf"\begin{{{name}}}{body}\end{{{name}}}", True))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        description = html.unescape(_ANY_TAG.sub("", _MARKER.sub("", text)))
        return self._marker((url, description.strip()))

    def block_code(self, code_text: str, info: str | None = None) -> str:
        language = (info or "").split(maxsplit=1)[:1]
        python = language and language[0].lower() in ("py", "python", "python3", "ipython3")
        shown = self._marker(code(code_text)) if python else html.escape(code_text)
        return f"<pre><code>{shown}</code></pre>\n"

    def task_list_item(self, text: str, checked: bool = False, **_: Any) -> str:
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"


@functools.lru_cache(256)
def _rendered(source: str) -> tuple[str | None, tuple[Markup | tuple[str, str], ...]]:
    """Clean HTML with markers, and what they stand for: a teacher's text is the same each time."""
    renderer = _Renderer()
    made = MarkdownWithMath(renderer=renderer).render(source)
    return _cleaned(made), tuple(renderer.pieces)


def _cleaned(text: str) -> str | None:
    """What of a text in HTML only shows something; None if the text is too large."""
    if len(text) > HTML_CHARS or text.count("<") > HTML_TAGS:
        return None
    cleaned = nh3.clean(
        text,
        tags=TAGS | {"blockquote"},
        attributes=_ATTRIBUTES,
        attribute_filter=_safe_attribute,
        url_schemes={"http", "https", "mailto", "data"},
    )
    return _EMPTY.sub("", cleaned).strip()


def _safe_attribute(tag: str, name: str, value: str) -> str | None:
    value = _MARKER.sub("", value)
    safe = {
        "href": leads_away(value) and _ADDRESS.fullmatch(value),
        "src": _EMBEDDED.fullmatch("".join(value.split())),
        "alt": True,
    }.get(name, _SPAN.fullmatch(value))
    return value if safe else None


def _finished(
    cleaned: str, outline: Outline, pieces: tuple[Markup | tuple[str, str], ...], pictures: Pictures
) -> Markup:
    """The piece of the page: clean HTML with its levels, boxes and pieces put in."""

    def piece(marker: re.Match[str]) -> str:
        number = int(marker[1])
        found = pieces[number] if number < len(pieces) else Markup("")
        if isinstance(found, Markup):
            return found
        address, description = found
        return _picture_or_name(pictures(address), description or address)

    made: list[str] = []
    levels: list[int] = []
    end, in_head = 0, False
    for tag in _TAG.finditer(cleaned):
        made.append(_MARKER.sub(piece, cleaned[end : tag.start()]))
        end = tag.end()
        name, closes = tag[2], bool(tag[1])
        in_head = not closes if name == "thead" else in_head
        if re.fullmatch("h[1-6]", name):
            levels += [] if closes else [outline.level(int(name[1]))]
            made.append(f"<{tag[1]}h{levels.pop() if closes else levels[-1]}>")
        elif closes:
            made.append("</table></div>" if name == "table" else tag[0])
        else:
            made.append(_opened(name, dict(_PAIR.findall(tag[3])), in_head))
    made.append(_MARKER.sub(piece, cleaned[end:]))
    return Markup("".join(made))


def _opened(name: str, attributes: dict[str, str], in_head: bool) -> str:
    """An opening tag; its attributes are escaped already."""
    match name:
        case "table":
            return _box("div", "Table") + Markup("<table>")
        case "pre":
            return _box("pre", "Code")
        case "img":
            address = attributes.get("src")
            description = html.unescape(attributes.get("alt", ""))
            width = attributes.get("width", "")
            return _picture_or_name(address and html.unescape(address), description, width)
        case "th":
            attributes["scope"] = "col" if in_head else "row"
    return "".join([f"<{name}", *(f' {key}="{value}"' for key, value in attributes.items()), ">"])


def _picture_or_name(address: str | None, description: str, width: str = "") -> Markup:
    if not address:
        return Markup("<em>[picture not shown: {}]</em>").format(description or "no description")
    return picture(address, description or "A picture without a description", width)


def _box(tag: str, name: str) -> Markup:
    """A box that scrolls by itself where it is too wide, with a keyboard too."""
    return Markup('<{} class="scroll" tabindex="0" role="group" aria-label="{}">').format(tag, name)
