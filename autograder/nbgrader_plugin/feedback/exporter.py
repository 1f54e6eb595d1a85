"""Writes the feedback page of a submission, in the place of nbgrader's own."""

import base64
import functools
import hashlib
import importlib.resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from nbconvert.exporters import Exporter
from traitlets import default

from autograder.nbgrader_plugin.feedback.content import Content, Reason
from autograder.nbgrader_plugin.feedback.grades import read_grades
from autograder.nbgrader_plugin.outputs import IMAGE_CHARS, is_picture
from autograder.report import points_text
from autograder.submission import UnreadableSubmission, file_bytes, text_of
from autograder.tables import SYMBOLS, WORDS

_MIMES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


class FeedbackPage(Exporter):  # type: ignore[misc,unused-ignore]
    """One HTML file that needs nothing else: no script, no font, nothing from a network.

    For `c.GenerateFeedback.exporter_class`. It asks the gradebook for the grades itself.
    """

    output_mimetype = "text/html"

    @default("file_extension")  # type: ignore[untyped-decorator,unused-ignore]
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override,unused-ignore]
        self, nb: Any, resources: Any = None, **settings: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of an autograded notebook, and its resources.

        Raises nbgrader.api.MissingEntry if the gradebook does not know the submission.
        """
        nb, resources = super().from_notebook_node(nb, resources, **settings)
        where = resources["nbgrader"]
        grades = read_grades(where)
        folder = Path(resources["metadata"]["path"])
        content = Content(nb, grades, functools.partial(_embedded, folder))
        template, style, digest = _page()
        page = template.render(
            where={key: text_of(where[key]) for key in ("student", "assignment", "notebook")},
            grades=grades, content=content, style=style, digest=digest,
        )  # fmt: skip
        return page.lstrip(), resources


def _embedded(folder: Path, name: str) -> str | None:
    """The data: address of a picture that was handed in beside the notebook."""
    mime = _MIMES.get(Path(name).suffix.lower())
    path = folder / name
    try:
        if mime is None or not path.parent.resolve().is_relative_to(folder.resolve()):
            return None
        data = base64.b64encode(file_bytes(path, IMAGE_CHARS // 4 * 3)).decode()
    except (UnreadableSubmission, OSError, ValueError):
        return None
    return f"data:{mime};base64,{data}" if is_picture(mime, data) else None


@functools.cache
def _page() -> tuple[jinja2.Template, Markup, str]:
    """The template, its style sheet and the digest by which the page allows that and no other."""
    here = importlib.resources.files(__package__)
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters.update(points=_points, reason=Reason.of, capital=_capital)
    environment.globals.update(symbols=SYMBOLS, words=WORDS)
    style = "\n" + here.joinpath("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = environment.from_string(here.joinpath("page.html").read_text(encoding="utf-8"))
    return template, Markup(style), digest


def _points(points: float) -> str:
    return points_text(points).replace("-", "−")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:].rstrip(".")
