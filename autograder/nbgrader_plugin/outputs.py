"""Makes the outputs that a student's notebook brings along fit to be looked at."""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import nbformat
import nh3

from autograder.submission import text_of

TEXT_CHARS = 20_000
"""Of one printed or plain text; nbgrader itself cuts at 1000 lines."""
HTML_CHARS, HTML_TAGS = 50_000, 5_000
"""Of one HTML output: the parser's time grows with the square of its depth."""
IMAGE_CHARS = 4 * 2**20
"""Of one picture in base64."""
OUTPUTS = 100
"""Outputs of one cell."""

# Commands to a terminal, and what turns the direction of all text that follows.
_CONTROL = re.compile(
    r"\x1b\[[0-9;:?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)
_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")

TAGS = {
    "a", "b", "br", "caption", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre",
    "q", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
"""HTML that only shows something."""

_WEB = re.compile(r"https?://(?:[\w-]+\.)+([^\W\d_]{2,})(:\d+)?([/?#].*)?", re.I | re.S)
"""A place on the web: a name of several parts, the last of letters, so no number and no user."""
_AT_HOME = {"corp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost"}
_NOT_TYPESET = re.compile(r"<(pre|code)\b[^>]*>.*?</\1\s*>", re.I | re.S)
_MARKUP = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.S)
# In MathJax these make links, load scripts, set styles, change what others write, or let a formula
# lie over what stands above or beside it.
_TEX = re.compile(
    r"\\(href|style|class|cssId|mmlToken|require|unicode|bbox|html\w*|includegraphics|data"
    r"|[gex]?def|let|futurelet|(re)?newcommand|(re)?newenvironment|providecommand"
    r"|DeclareMathOperator|[rR]ule|Space|[hm]?kern|[hmv]?skip|[hmv]space|raise(box)?|lower|move\w+"
    r"|math[lcr]lap|[lcr]lap|smash)(?![a-zA-Z])"
    r"|\\\\\s*\[\s*-"
)

_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "table": {"border"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}


@dataclass
class Allowance:
    """How many more characters of output one notebook may keep."""

    chars: int = 16 * 2**20

    def covers(self, chars: int) -> bool:
        """Whether `chars` more are allowed; if so they are spent."""
        if chars > self.chars:
            return False
        self.chars -= chars
        return True


def plain(text: Any, limit: int = TEXT_CHARS) -> str:
    """Text without what drives a terminal, cut to size; "" for what is no text.

    Of a line that was overwritten, as progress bars are, the last state is kept.
    """
    lines = text_of(text)[: 10 * limit].split("\n")
    text = _CONTROL.sub("", "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines))
    return text if len(text) <= limit else f"{text[:limit]}\n... cut here ..."


def sanitised(outputs: Any, allowance: Allowance) -> list[Any]:
    """Valid outputs of a code cell with what is text, table or picture in them.

    Scripts, widgets, SVG and HTML's means to act are dropped, malformed outputs too, and what is
    too large; a last line says so.
    """
    given = outputs if isinstance(outputs, list) else []
    kept = [new for output in given[:OUTPUTS] for new in _sanitised(output, allowance)]
    if len(kept) < len(given):
        left_out = len(given) - len(kept)
        kept.append(_stream("stdout", f"({left_out} of {len(given)} outputs are not shown)\n"))
    return kept


def safe_html(text: str) -> str:
    """HTML with text, tables and embedded pictures left in it, nothing that acts or loads."""
    if len(text) > HTML_CHARS or text.count("<") > HTML_TAGS:
        return ""
    cleaned = nh3.clean(
        text,
        tags=TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_safe_attribute,
        url_schemes={"http", "https", "mailto", "data"},
    ).strip()
    return cleaned if has_tame_formulas(cleaned) else ""


def leads_away(link: str) -> bool:
    """Whether a link leads to the web, to a mail address or to a place in the page itself.

    One to the teacher's own machine or server could do there what the teacher may do.
    """
    # Browsers drop these characters before they look at a link.
    link = re.sub(r"[\x00-\x20\x7f]", "", link)
    if link.startswith("#") or link.lower().startswith("mailto:"):
        return True
    host = _WEB.fullmatch(link)
    return host is not None and host[1].lower() not in _AT_HOME


def has_tame_formulas(page: str) -> bool:
    """Whether the formulas in a piece of a page do nothing but show themselves.

    Looked at as MathJax does: without code, and without the tags and comments in between.
    """
    text = html.unescape(_MARKUP.sub("", _NOT_TYPESET.sub("", page)))
    return _TEX.search(text) is None


def is_picture(mime: str, data: str) -> bool:
    """Whether `data` is base64 and starts as a picture of that type does."""
    signature = _SIGNATURES.get(mime)
    if signature is None or len(data) > IMAGE_CHARS:
        return False
    try:
        return base64.b64decode("".join(data.split()), validate=True).startswith(signature)
    except (binascii.Error, ValueError):
        return False


def _sanitised(output: Any, allowance: Allowance) -> Iterator[Any]:
    if not isinstance(output, dict):
        return
    match output.get("output_type"):
        case "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            text = plain(output.get("text"))
            if not text:
                return
            new = _stream(name, text)
        case "error":
            new = _error(output)
        case "display_data" | "execute_result":
            data = _data(output.get("data"))
            if not data:
                return
            new = nbformat.v4.new_output(output["output_type"], data)
        case _:
            return
    if allowance.covers(len(str(new))):
        yield new


def _stream(name: str, text: str) -> Any:
    return nbformat.v4.new_output("stream", name=name, text=text)


def _error(output: dict[str, Any]) -> Any:
    lines = output.get("traceback")
    return nbformat.v4.new_output(
        "error",
        ename=plain(output.get("ename"), 200),
        evalue=plain(output.get("evalue"), 2000),
        traceback=plain("\n".join(map(text_of, lines if isinstance(lines, list) else []))).split(
            "\n"
        ),
    )


def _data(bundle: Any) -> dict[str, str]:
    """What is shown of one output, by type. Markdown and LaTeX become the text that they are."""
    if not isinstance(bundle, dict):
        return {}
    data = {mime: text_of(bundle[mime]) for mime in _SIGNATURES if mime in bundle}
    data = {mime: "".join(text.split()) for mime, text in data.items() if is_picture(mime, text)}
    text = plain(bundle.get("text/plain"))
    for mime in ("text/markdown", "text/latex"):
        if mime in bundle and (not text or text.startswith("<")):
            text = plain(bundle[mime])
    shown = safe_html(text_of(bundle.get("text/html")))
    if shown:
        data["text/html"] = shown
    if text:
        data["text/plain"] = text
    return data


def _safe_attribute(tag: str, name: str, value: str) -> str | None:
    """A picture in a student's HTML may be embedded, but not fetched: that would tell who looks."""
    match name:
        case "src":
            return value if _PICTURE.fullmatch(value) else None
        case "href":
            return value if leads_away(value) else None
    return value
