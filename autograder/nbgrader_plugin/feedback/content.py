"""What a feedback page shows, in its order: graded parts first, then the cells of the notebook."""

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape
from nbgrader import utils

from autograder.nbgrader_plugin.feedback import texts
from autograder.nbgrader_plugin.feedback.grades import CellGrade, Grades
from autograder.nbgrader_plugin.markdown import safe_attachments
from autograder.nbgrader_plugin.outputs import OUTPUTS, Allowance, is_picture, plain
from autograder.nbgrader_plugin.sanitise import MARKDOWN_CHARS
from autograder.nbgrader_plugin.verdicts import Verdict, Verdicts, from_outputs
from autograder.submission import text_of

_SCHEME = re.compile(
    r"^[^\n]*BEGIN MARK SCHEME[^\n]*\n?(.*?)(?:^[^\n]*END MARK SCHEME[^\n]*$|\Z)", re.M | re.S
)
_HIGHLIGHTED = 200_000
"""Characters of code with marked syntax, in all; more is shown plain."""


@dataclass(frozen=True)
class Reason:
    """Why checks did not pass: what came, the likely cause and the hint, each "" if not known."""

    said: str
    cause: str
    hint: str

    @classmethod
    def of(cls, verdict: Verdict) -> "Reason":
        if verdict.note.startswith("Hint: "):
            return cls("", "", verdict.note.removeprefix("Hint: "))
        said, _, cause = verdict.note.partition("Likely cause: ")
        return cls(said.rstrip(), cause, "")


@dataclass(frozen=True)
class Part:
    """A graded cell: its name, where on the page it is, its grade, its checks and its comment."""

    name: str
    anchor: str
    grade: CellGrade
    verdicts: Verdicts | None
    comment: str

    @property
    def lost(self) -> float:
        """How many points are missing; 0 while the cell waits for a person."""
        missing = self.grade.most - (self.grade.score - self.grade.extra)
        return 0.0 if self.grade.waits else max(round(missing, 6), 0.0)

    @property
    def checked(self) -> float | None:
        """What the checks alone give; None if there are none."""
        if self.verdicts is None:
            return None
        return math.fsum(v.points for v in self.verdicts.checks if not v.extra)

    @property
    def failed(self) -> list[tuple[list[Verdict], Reason]]:
        """Checks that cost points; those that failed for one reason stand together.

        Without those about which there is no more to say than what is wrong with the whole.
        """
        checks = self.verdicts.checks if self.verdicts else []
        found: dict[Reason, list[Verdict]] = {}
        for verdict in checks:
            if verdict.status != "passed" and not verdict.extra:
                found.setdefault(Reason.of(verdict), []).append(verdict)
        if self.verdicts and self.verdicts.problem:
            found.pop(Reason("", "", ""), None)
        return [(verdicts, reason) for reason, verdicts in found.items()]

    @property
    def costs(self) -> bool:
        """Whether there is something to say about points that are missing."""
        return bool(self.lost or self.failed)


@dataclass(frozen=True)
class Output:
    """What a cell has shown, `shown` as a piece of the page; `kind` is text, error or rich."""

    kind: str
    shown: Markup


@dataclass(frozen=True)
class Cell:
    """A cell of the notebook, or a part of one.

    Attributes:
        kind: text, code, scheme (a mark scheme), answer (one in words) or checks.
        shown: its text or code as a piece of the page.
        number: of code, as messages call the cell; 0 if they do not.
        level: of its heading.
        outputs: of code.
        part: of what is graded.
        comment: by whoever graded.
        mine: whether the student was to write it.
        anchor: where on the page it is; "" if nothing leads there.
    """

    kind: str
    shown: Markup
    level: int = 0
    number: int = 0
    outputs: list[Output] = field(default_factory=list)
    part: Part | None = None
    comment: str = ""
    mine: bool = False
    anchor: str = ""


class Content:
    """The cells of an autograded notebook, with `grades`, as a page shows them.

    `pictures` finds those that lie beside it. Whatever stands in the notebook is shown, cut to
    size, and nothing more.

    Attributes:
        cells: in their order; `parts` are the graded ones.
        extra: points of extra credit.
        problems: what is wrong with the submission as a whole.
        remarks: cells with a comment that is not said where points are missing.
    """

    def __init__(self, notebook: Any, grades: Grades, pictures: texts.Pictures) -> None:
        self._grades = grades
        self._pictures = pictures
        self._outline = texts.Outline(2)
        self._numbers = itertools.count(1)
        self._anchors = (f"part-{number}" for number in itertools.count(1))
        self._allowance, self._rendered = Allowance(), Allowance(MARKDOWN_CHARS)
        self._highlighted = Allowance(_HIGHLIGHTED)
        self.cells = [made for cell in notebook.cells for made in self._made(cell)]
        self.parts = [cell.part for cell in self.cells if cell.part is not None]
        self.extra = math.fsum(part.grade.extra for part in self.parts)
        problems = [part.verdicts.problem for part in self.parts if part.verdicts]
        self.problems = list(dict.fromkeys(filter(None, problems)))
        self.remarks = [c for c in self.cells if c.comment and not (c.part and c.part.costs)]

    def _made(self, cell: Any) -> Iterator[Cell]:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        comment = self._grades.comments.get(name, "")
        if cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell):
            yield self._checks(cell, name)
        elif cell.cell_type == "code":
            if cell.source.strip() or cell.outputs or name:
                yield self._code(cell, name, comment)
        elif utils.is_task(cell):
            yield from self._task(cell, name, comment)
        else:
            yield self._text(cell, name, comment)

    def _part(self, name: str, comment: str, verdicts: Verdicts | None = None) -> Part | None:
        grade = self._grades.cells.get(name)
        if grade is None:
            return None
        return Part(name, next(self._anchors), grade, verdicts, comment)

    def _checks(self, cell: Any, name: str) -> Cell:
        verdicts = from_outputs(cell.outputs)
        outputs = [] if verdicts else list(self._outputs(cell.outputs, "this cell"))
        part = self._part(name, "", verdicts)
        return Cell("checks", self._source(cell), self._outline.below, 0, outputs, part)

    def _code(self, cell: Any, name: str, comment: str) -> Cell:
        mine = utils.is_solution(cell)
        part = self._part(name, comment) if utils.is_grade(cell) else None
        number = next(self._numbers) if cell.source.strip() else 0
        outputs = list(self._outputs(cell.outputs, f"cell {number}" if number else "this cell"))
        level = self._outline.below
        anchor = f"cell-{number}" if number else ""
        return Cell("code", self._source(cell), level, number, outputs, part, comment, mine, anchor)

    def _task(self, cell: Any, name: str, comment: str) -> Iterator[Cell]:
        """A question and its mark scheme, which is worth points only without an answer cell."""
        source = text_of(cell.source)
        part = self._part(name, comment)
        if part is not None and not part.grade.most and not part.grade.score:
            part = None
        question = self._markdown(_SCHEME.sub("", source), cell, self._outline)
        kind = "answer" if part else "text"
        yield Cell(kind, question, self._outline.below, part=part, comment=comment)
        for scheme in _SCHEME.findall(source):
            level = self._outline.below
            yield Cell("scheme", self._markdown(scheme, cell, texts.Outline(level)), level)

    def _text(self, cell: Any, name: str, comment: str) -> Cell:
        mine = utils.is_solution(cell)
        part = self._part(name, comment) if utils.is_grade(cell) else None
        level = self._outline.below
        outline = texts.Outline(level) if part else self._outline
        shown = self._markdown(text_of(cell.source), cell, outline)
        return Cell("answer" if part else "text", shown, level, 0, [], part, comment, mine)

    def _source(self, cell: Any) -> Markup:
        text = text_of(cell.source)
        return texts.code(text) if self._highlighted.covers(len(text)) else escape(text)

    def _markdown(self, source: str, cell: Any, outline: texts.Outline) -> Markup:
        if not self._rendered.covers(len(source)) and not utils.is_locked(cell):
            return texts.as_typed(plain(source))
        attached = {
            f"attachment:{name}": f"data:{mime};base64,{data}"
            for name, bundle in safe_attachments(cell.get("attachments")).items()
            for mime, data in bundle.items()
        }

        def pictures(address: str) -> str | None:
            found = attached.get(address) or self._pictures(address)
            # One picture may be named a thousand times.
            return found if found and self._allowance.covers(len(found)) else None

        return texts.markdown(source, outline, pictures)

    def _outputs(self, outputs: Iterable[Any], where: str) -> Iterator[Output]:
        for output in itertools.islice(outputs, OUTPUTS + 1):
            made = self._output(output, where)
            if made is not None and self._allowance.covers(len(made.shown)):
                yield made

    def _output(self, output: Any, where: str) -> Output | None:
        match output.output_type:
            case "stream":
                return _typed(output.text, where)
            case "error":
                lines = "\n".join(map(text_of, output.traceback))
                said = lines or f"{text_of(output.ename)}: {text_of(output.evalue)}"
                return Output("error", texts.as_typed(plain(said), f"Error of {where}"))
            case "display_data" | "execute_result":
                return self._rich(output.data, where)
        return None

    def _rich(self, data: Any, where: str) -> Output | None:
        outline = texts.Outline(self._outline.below - 1)
        shown = texts.shown_html(text_of(data.get("text/html")), outline)
        if shown:
            return Output("rich", shown)
        for mime in ("image/png", "image/jpeg"):
            encoded = "".join(text_of(data.get(mime)).split())
            if is_picture(mime, encoded):
                address = f"data:{mime};base64,{encoded}"
                return Output("rich", texts.picture(address, f"Picture drawn by {where}"))
        return _typed(data.get("text/plain"), where)


def _typed(text: Any, where: str) -> Output | None:
    text = plain(text)
    return Output("text", texts.as_typed(text, f"Output of {where}")) if text else None
