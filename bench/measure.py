"""What is compared, and rounds in which everybody takes a turn."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from .contender import BenchError


@dataclass
class Row:
    """One thing that is measured, in seconds.

    `take` measures once or a few times; where it is None, `missing` says why there is nothing.
    """

    key: str
    what: str
    how: str
    take: Callable[[], list[float]] | None = None
    missing: str = ""
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float | None:
        """The median of all runs; None where there are none."""
        return statistics.median(self.seconds) if self.seconds else None


@dataclass(frozen=True)
class Ratio:
    """What the medians should be to each other; `measured` is None if one is missing."""

    text: str
    wanted: str
    measured: float | None
    met: bool


def rounds(rows: Sequence[Row], count: int) -> Iterator[str]:
    """Let every row take its turn, `count` times over, so that what else the machine does meanwhile
    hits all alike. Yields what is about to run."""
    for _ in range(count):
        for row in rows:
            if row.take is None:
                continue
            yield row.what
            try:
                row.seconds += row.take()
            except BenchError as error:
                raise BenchError(f"({row.key}) {row.what}: {error}") from None


def ratios(rows: Sequence[Row]) -> list[Ratio]:
    """The ratios that are wanted."""
    median = {row.key: row.median for row in rows}
    limit = median["a"] and 2 * median["a"] + 0.05
    found = [_ratio("b / (2a + 0.05 s)", median["b"], limit, 1.0, at_most=True)]
    for above, below, least in (("d", "b", 15.0), ("e", "b", 35.0), ("d", "c", 8.0)):
        found.append(_ratio(f"{above} / {below}", median[above], median[below], least))
    found.append(_ratio("b / o", median["b"], median["o"], 1.05, at_most=True))
    for graded in ("f", "h"):
        found.append(_ratio(f"{graded} / g", median[graded], median["g"], 1.5, at_most=True))
    return found


def _ratio(
    text: str, above: float | None, below: float | None, bound: float, at_most: bool = False
) -> Ratio:
    wanted = f"{'at most' if at_most else 'at least'} {bound:g}"
    if above is None or below is None:
        return Ratio(text, wanted, None, False)
    measured = above / below
    return Ratio(text, wanted, measured, measured <= bound if at_most else measured >= bound)
