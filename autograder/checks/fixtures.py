"""The pytest fixtures that checks ask for by name."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from ..sandbox.proxy import Channel, Proxy, probes_of, submission_of

Opener = Callable[[], contextlib.AbstractContextManager[Channel]]
"""Opens a fresh fork of the submission (or, for feedback, the live notebook) for one check."""

OPENER = pytest.StashKey[Opener]()
SEED = pytest.StashKey[int]()
SHOWN = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """To be added to every seed that an accuracy check hands over: 0, but other in calibration."""
    return request.config.stash[SEED]


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keeps a text the student's model has made, to be shown with this check's verdict."""
    shown: list[str] = request.node.stash[SHOWN]
    return shown.append


@pytest.fixture
def channel(request: pytest.FixtureRequest) -> Iterator[Channel]:
    """The fork of the submission that this check talks to."""
    with request.config.stash[OPENER]() as opened:
        yield opened


@pytest.fixture
def submission(channel: Channel) -> Proxy:
    """The student's module."""
    return submission_of(channel)


@pytest.fixture
def probes(channel: Channel) -> Proxy:
    """Our stand-ins and measurements, beside the student's module."""
    return probes_of(channel)


@pytest.fixture(scope="session")
def fresh(
    request: pytest.FixtureRequest,
) -> Callable[[], contextlib.AbstractContextManager[tuple[Proxy, Proxy]]]:
    """Opens a further fork, as (submission, probes): for what several checks look at."""

    @contextlib.contextmanager
    def opened() -> Iterator[tuple[Proxy, Proxy]]:
        with request.config.stash[OPENER]() as forked:
            yield submission_of(forked), probes_of(forked)

    return opened
