"""Tells markdown that is only markup from markdown that would act in a page."""

import html
import re
from collections.abc import Collection, Mapping
from typing import Any

from nbconvert.filters import strip_files_prefix
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.nbgrader_plugin.outputs import (
    TAGS,
    has_tame_formulas,
    is_picture,
    leads_away,
    plain,
)
from autograder.submission import text_of

CHARS = 20_000
"""Of one cell: the renderer's time grows with the square of some texts."""

_TAGS = TAGS | {
    "abbr", "blockquote", "center", "details", "font", "input", "mark", "strike", "summary", "tt",
}  # fmt: skip
# No possessive groups: Python's matching of them was wrong before 3.11.5 (CPython issue 106052).
_TAG = re.compile(
    r"""</?([a-zA-Z][a-zA-Z0-9]*+)
    ((?:\s++[a-zA-Z-]++(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'`=<>]++))?)*)\s*+/?>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"']++))?""")
_COMMENT = re.compile(r"<!--(?!-?>)(?:[^<>-]|-(?!-))*-->")
_TITLES = {"h1", "h2", "h3", "h4", "h5", "h6"}
_VOID = {"br", "col", "hr", "img", "input"}
_CLOSED_BY_OTHERS = {
    "caption", "colgroup", "dd", "dt", "li", "p", "tbody", "td", "tfoot", "th", "thead", "tr",
}  # fmt: skip
_NO_TAG = re.compile(r"<(?![a-zA-Z/!?])")

_FREE = {
    "align", "alt", "border", "checked", "color", "colspan", "dir", "disabled", "face", "height",
    "lang", "open", "rowspan", "size", "start", "title", "valign", "width",
}  # fmt: skip
_STYLE = re.compile(r"\s*text-align:\s*(left|right|center|justify)\s*;?\s*")
# Of Pygments, the renderer and Bootstrap's boxes; the pages' own classes frame scores.
_CLASS = re.compile(
    r"highlight|anchor-link|task-list-item(-checkbox)?|jp-Mermaid|mermaid"
    r"|language-[\w+-]+|alert(-(block|info|success|warning|danger))?"
)
_TOKEN = re.compile(r"[a-z][a-z0-9]{0,2}")
_EMBEDDED = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]*")
_NEARBY = re.compile(r"(?:\w[\w-]*/)*\w[\w .-]*\.(png|jpe?g|gif)", re.I)
"""A picture handed in beside the notebook."""
_OF_THE_PAGES = {"comment", "notebook", "notebook-container", "statusmessage", "toc", "top"}
"""Names by which nbgrader's pages find their own parts."""


def harmless(
    source: str, attachments: Mapping[str, Mapping[str, str]], grade_ids: Collection[str] = ()
) -> str:
    """`source` itself if all it puts into a page is plain markup, else its text as a code block.

    Decided by what nbconvert makes of it, which is what nbgrader's pages show, and not by what
    stands in it: code and formulas may speak of scripts. In formgrader the boxes for scores are
    found by the names in `grade_ids`, which no title may therefore take.
    """
    text = plain(source, CHARS)
    if not is_plain_markup(text, attachments, grade_ids):
        return as_typed(source, "it holds HTML, links or formulas that may act, or a name in use")
    return source if text == source else text


def as_typed(source: str, why: str) -> str:
    """Markdown that shows `source` as a block of code, and says why."""
    text = plain(source, CHARS)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 3)
    shown = f"*Shown as typed: {why}.*\n\n{fence}\n{text}\n{fence}\n"
    return shown if is_plain_markup(shown, {}) else "*A text that cannot be shown.*"


def safe_attachments(attachments: Any) -> dict[str, dict[str, str]]:
    """The pictures of a markdown cell that are what they claim to be."""
    safe: dict[str, dict[str, str]] = {}
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        for mime, data in bundle.items() if isinstance(bundle, dict) else ():
            if is_picture(mime, text_of(data)):
                safe.setdefault(text_of(name), {})[mime] = "".join(text_of(data).split())
    return safe


def is_plain_markup(
    source: str, attachments: Mapping[str, Mapping[str, str]], grade_ids: Collection[str] = ()
) -> bool:
    """Whether a page with this markdown gets only allowed tags, all closed, and allowed links."""
    renderer = IPythonRenderer(
        escape=False, attachments={k: dict(v) for k, v in attachments.items()}
    )
    try:
        page = strip_files_prefix(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:  # nbgrader's feedback would fail on it in the same way
        return False
    taken = {f"{before}{name}{after}" for name in grade_ids
             for before, after in (("", ""), ("comment-", ""), ("", "-comment"),
                                   ("", "_extra_credit"))}  # fmt: skip
    opened: list[str] = []
    for found in re.finditer("<", page):
        if _NO_TAG.match(page, found.start()) or _COMMENT.match(page, found.start()):
            continue
        tag = _TAG.match(page, found.start())
        if tag is None or not _is_allowed(tag, taken) or not _is_nested(tag, opened):
            return False
    # A `<font color="white">` left open would reach over the rest of the page.
    return not opened and has_tame_formulas(page)


def _is_allowed(tag: re.Match[str], taken: Collection[str]) -> bool:
    name = tag[1].lower()
    attributes = [
        (attribute.lower(), html.unescape(value.strip("\"'")))
        for attribute, value in _ATTRIBUTE.findall(tag[2])
    ]
    if name in _TITLES:
        ids = {value for attribute, value in attributes if attribute == "id"}
        if ids & {*taken, *_OF_THE_PAGES}:
            return False
        attributes = [pair for pair in attributes if pair[0] != "id"]
    return name in _TAGS and all(
        _is_allowed_attribute(name, attribute, value) for attribute, value in attributes
    )


def _is_nested(tag: re.Match[str], opened: list[str]) -> bool:
    """Whether `tag` closes the one opened last, or opens one, which then joins `opened`."""
    name = tag[1].lower()
    if name in _VOID or name in _CLOSED_BY_OTHERS:
        return True
    if not tag[0].startswith("</"):
        opened.append(name)
        return True
    return bool(opened) and opened.pop() == name


def _is_allowed_attribute(tag: str, name: str, value: str) -> bool:
    match name:
        case "href":
            return leads_away(value)
        case "src":
            # Fetching one from elsewhere would tell who looks, or ask something of a server.
            return tag == "img" and bool(_EMBEDDED.fullmatch(value) or _NEARBY.fullmatch(value))
        case "style":
            return _STYLE.fullmatch(value) is not None
        case "class":
            return all(
                _CLASS.fullmatch(part) or (tag == "span" and _TOKEN.fullmatch(part))
                for part in value.split()
            )
        case "target":
            return value == "_blank"
        case "type":
            return tag in ("ol", "ul", "li") or (tag == "input" and value == "checkbox")
    return (name in _FREE and tag != "input") or name in ("checked", "disabled")
