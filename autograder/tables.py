"""Verdicts as tables: HTML for notebooks and feedback pages, plain and rich text for terminals."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from .report import CheckResult, Report, group_points, points_text

if TYPE_CHECKING:
    from jinja2 import Template
    from rich.console import RenderableType
    from rich.table import Table

SYMBOLS = {"passed": "✓", "failed": "✗", "not_attempted": "–", "timeout": "⏱", "crashed": "✗"}
WORDS = {
    "passed": "passed", "failed": "failed", "not_attempted": "not attempted",
    "timeout": "out of time", "crashed": "crashed",
}  # fmt: skip

COLOURS = {"passed": "#1a7f37", "not_attempted": "inherit"}
"""Of the verdicts in HTML, to be read on white and on black; all others are `_RED`."""
_RED = "#d1242f"

# Every cell has its style, because notebooks style tables themselves; formulas are not typeset in
# it (mathjax_ignore), because a message may well hold two dollar signs.
_TEMPLATE = """
{%- set cell = "vertical-align:top;text-align:left;padding:.35em 1em .35em 0;" -%}
{%- if problem %}<p class="tex2jax_ignore mathjax_ignore" style="color:{{ red }};overflow-wrap:anywhere">{{ problem }}</p>
{% endif %}
{%- if results -%}
<table class="rnn-checks tex2jax_ignore mathjax_ignore" style="border-collapse:collapse;table-layout:auto;width:100%;max-width:60em;margin:.3em 0">
<caption style="caption-side:top;text-align:left;font-weight:bold;color:inherit;padding:.2em 0">{{ caption }}</caption>
<thead><tr><th style="{{ cell }}width:99%">Check</th><th style="{{ cell }}">Verdict</th><th style="{{ cell }}">Points</th></tr></thead>
<tbody>
{%- for r in results %}
<tr style="border-top:1px solid #8886">
<td style="{{ cell }}white-space:normal">{{ r.title }}
{%- if r.note %}<div style="font-size:92%;opacity:.85;padding-top:.2em;white-space:pre-line;overflow-wrap:anywhere">{{ r.note }}</div>{% endif %}</td>
<td style="{{ cell }}white-space:nowrap;color:{{ r.colour }}">{{ r.symbol }} {{ r.word }}</td>
<td style="{{ cell }}white-space:nowrap">{{ r.points }} / {{ r.most }}</td></tr>
{%- endfor %}
</tbody></table>
{%- if more %}<p>{{ more }}</p>{% endif %}
{%- endif %}
"""  # noqa: E501  (the lines are HTML)


_HINTS = """
{%- if problem %}<p>{{ problem }}</p>{% endif %}
{%- for r in results %}
<p style="margin:.3em 0">{{ r.title }}<br><b>Hint:</b> {{ r.hint }}</p>
{%- endfor %}
"""
_ALL_PASS = "Every visible check passes: there is nothing to hint at."
SHOWN_LIMIT = 1000
"""Characters shown of a text that a student's model has made."""


def feedback_html(
    results: Sequence[CheckResult], totals: Mapping[str, Mapping[str, float]], problem: str = ""
) -> str:
    """The table a student sees in a notebook: visible checks, each with its reason."""
    rows = [_row(result, result.message or result.shown[:SHOWN_LIMIT]) for result in results]
    return _render(rows, _caption(results), problem, _not_run(results, totals))


def graded_html(results: Sequence[CheckResult], problem: str = "") -> str:
    """The table of a graded group: of a hidden check, only its title, verdict and hint."""
    rows = [_row(result, note_when_graded(result, problem)) for result in results]
    return _render(rows, _caption(results), problem, "")


def feedback_text(results: Sequence[CheckResult], totals: Mapping[str, Mapping[str, float]]) -> str:
    """The same as `feedback_html`, for a terminal without colours."""
    lines = [_caption(results)]
    for result in results:
        points = f"{points_text(result.points)} / {points_text(result.max_points)}"
        lines.append(f"  {SYMBOLS[result.status]} {result.title}  ({points})")
        note = result.message or result.shown[:SHOWN_LIMIT]
        lines += [f"      {line}" for line in note.splitlines()]
    return "\n".join([*lines, *filter(None, [_not_run(results, totals)])])


def graded_text(results: Sequence[CheckResult], problem: str = "") -> str:
    """The same as `graded_html`, where only text is shown."""
    lines = [problem, _caption(results)]
    for result in results:
        points = f"{points_text(result.points)} / {points_text(result.max_points)}"
        lines.append(f"  {SYMBOLS[result.status]} {result.title}  ({points})")
        lines += [f"      {line}" for line in note_when_graded(result, problem).splitlines()]
    return printable("\n".join(filter(None, lines)))


def hints_text(results: Sequence[CheckResult]) -> str:
    """A line of advice for each of these checks, which did not pass."""
    if not results:
        return _ALL_PASS
    return "\n".join(
        f"{SYMBOLS[result.status]} {result.title}\n    Hint: {result.hint}" for result in results
    )


def hints_html(results: Sequence[CheckResult], problem: str = "") -> str:
    """The same as `hints_text`, for a notebook."""
    template = _compiled(_HINTS)
    return template.render(results=results, problem=problem or ("" if results else _ALL_PASS))


def verdict_table(results: Sequence[CheckResult], title: str, hints: bool = False) -> "Table":
    """The verdicts of one submission for the terminal; with `hints`, one for each not passed."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    name = Text(one_line(title), style="italic")
    table = Table(title=name, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", width=2)
    table.add_column("Check", overflow="fold")
    table.add_column("Points", justify="right", no_wrap=True)
    for group, (points, most) in group_points(results).items():
        total = f"[bold]{points_text(points)} / {points_text(most)}[/bold]"
        table.add_row("", f"[bold]{escape(group)}[/bold]", total)
        for result in (result for result in results if result.group == group):
            colour = "green" if result.status == "passed" else "red"
            note = f"\n[dim]{escape(one_line(result.message))}[/dim]" if result.message else ""
            if hints and result.status != "passed":
                note += f"\n[cyan]Hint: {escape(result.hint)}[/cyan]"
            lines = result.shown[:SHOWN_LIMIT].splitlines()
            note += "".join(f"\n  [italic]{escape(one_line(line))}[/italic]" for line in lines)
            table.add_row(
                f"[{colour}]{SYMBOLS[result.status]}[/{colour}]",
                f"{escape(result.title)}{note}",
                f"{points_text(result.points)} / {points_text(result.max_points)}",
            )
        table.add_section()
    return table


def class_table(reports: Iterable[Report]) -> "RenderableType":
    """For each submission a row (name, score, points by group) and below it a line of reason."""
    from rich.console import Group
    from rich.text import Text

    reports = list(reports)
    groups = list(dict.fromkeys(group for report in reports for group in report.groups))
    names = [one_line(report.submission) for report in reports]
    wide = min(max([len(name) for name in [*names, "Submission"]]), 44)
    head = "".join(f"  {name:>10}" for name in ("Score", *groups))
    lines = [Text(f"{'Submission':{wide}}{head}", style="bold")]
    for report, name in zip(reports, names, strict=True):
        score = f"{points_text(report.score)} / {points_text(report.max_score)}"
        points = [points_text(report.groups.get(group, (0.0, 0.0))[0]) for group in groups]
        shown = name if len(name) <= wide else f"…{name[1 - wide :]}"
        cells = "".join(f"  {cell:>10}" for cell in points)
        lines.append(Text.assemble(f"{shown:{wide}}  ", (f"{score:>10}", _colour(report)), cells))
        if report.reason:
            lines.append(Text(f"    {one_line(report.reason)}", style="dim"))
    for line in lines:
        line.no_wrap, line.overflow = True, "ellipsis"
    return Group(*lines)


def _colour(report: Report) -> str:
    if report.score >= report.max_score:
        return "green"
    return "yellow" if report.score else "red"


def one_line(text: str) -> str:
    """Student-controlled text without control characters, which could drive a terminal."""
    shown = printable(text).replace("\n", " ")
    return shown if len(shown) <= 300 else f"{shown[:297]}..."


def printable(text: str) -> str:
    """`text` with spaces for all that drives a terminal or turns the direction of text."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


def note_when_graded(result: CheckResult, problem: str) -> str:
    """What is said below a check's title: the reason, of a hidden check no more than the hint.

    `problem` is what is said above the table, and not repeated.
    """
    if result.status == "passed" or result.message == problem:
        return result.shown[:SHOWN_LIMIT]
    if not result.hidden:
        return result.message
    return f"Hint: {result.hint}" if result.hint else ""


def _row(result: CheckResult, note: str) -> dict[str, str]:
    return {
        "title": result.title,
        "note": printable(note),
        "symbol": SYMBOLS[result.status],
        "word": WORDS[result.status],
        "colour": COLOURS.get(result.status, _RED),
        "points": points_text(result.points),
        "most": points_text(result.max_points),
    }


def _caption(results: Sequence[CheckResult]) -> str:
    parts = [
        f"{group}: {points_text(points)} of {points_text(most)} points"
        for group, (points, most) in group_points(results).items()
    ]
    return "; ".join(parts)


def _not_run(results: Sequence[CheckResult], totals: Mapping[str, Mapping[str, float]]) -> str:
    """How much is left to the checks that only the grader has."""
    groups = group_points(results)
    rest = sum(totals[group]["total"] - totals[group]["visible"] for group in groups)
    if rest <= 0:
        return ""
    return (
        f"When graded, {points_text(rest)} more points rest on the same pieces with other inputs."
    )


def _render(rows: list[dict[str, str]], caption: str, problem: str, more: str) -> str:
    problem = printable(problem[:1].upper() + problem[1:])
    return (
        _compiled(_TEMPLATE)
        .render(results=rows, caption=caption, problem=problem, more=more, red=_RED)
        .strip()
    )


@functools.cache
def _compiled(template: str) -> "Template":
    from jinja2 import Environment

    return Environment(autoescape=True).from_string(template)
