"""nbgrader's gradebook for a class that is graded by several processes at once."""

import functools
from typing import Any

import nbgrader.api
import sqlalchemy
from nbgrader.api import Base, Gradebook
from sqlalchemy import event, orm
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

WAIT_SECONDS = 30.0
"""For another process that is writing into an SQLite gradebook just then."""


class GradebookError(Exception):
    """The gradebook cannot be used; one sentence says what to do."""


_make_or_open = Gradebook.__init__
_opened: set[tuple[str, str]] = set()
"""Gradebook and course, of what this process has seen to be there."""


def share_engines() -> None:
    """Let this process, and those forked from it, keep one engine for each gradebook.

    nbgrader opens its gradebook a dozen times for each submission. Each time it makes a new engine,
    which compiles every query anew, and asks for each of its tables whether it is there: most of
    what recording a submission costs. With SQLite, a transaction takes the lock for writing when it
    begins: one that took it later would fail at once, where another process has written meanwhile,
    however long it is willing to wait. Not for a process that serves pages: its transactions last.
    """
    nbgrader.api.create_engine = _engine
    Gradebook.__init__ = _open


def _open(self: Any, db_url: str, course_id: str = "default_course", *others: Any) -> None:
    """Gradebook's __init__, that makes tables the first time only."""
    if (db_url, course_id) not in _opened:
        _make_or_open(self, db_url, course_id, *others)
        _opened.add((db_url, course_id))
        return
    self.engine = _engine(db_url, echo=False, future=True)
    self.db = orm.scoped_session(orm.sessionmaker(autoflush=True, bind=self.engine, future=True))
    self.course_id, self.authenticator = course_id, None


@functools.cache
def _engine(url: str, **settings: Any) -> sqlalchemy.Engine:
    if not url.startswith("sqlite"):
        return sqlalchemy.create_engine(url, **settings)
    waiting = {"connect_args": {"timeout": WAIT_SECONDS}}
    engine = sqlalchemy.create_engine(url, **settings, **waiting)
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin_to_write)
    return engine


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    connection.isolation_level = None


def _begin_to_write(connection: sqlalchemy.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def require_usable(url: str, course: str) -> None:
    """Open the gradebook once, which makes it if there is none.

    What several processes would otherwise make at the same time is there then. Raises
    GradebookError if it cannot be opened, or was made by another version of nbgrader.
    """
    try:
        for name in ("default_course", course):  # nbgrader's preprocessors name no course
            with Gradebook(url, name) as gradebook:
                _require_columns(gradebook.engine)
    except (SQLAlchemyError, ImportError) as error:
        raise GradebookError(what_to_do(error, url)) from None


def _require_columns(engine: sqlalchemy.Engine) -> None:
    found = sqlalchemy.inspect(engine)
    for table in Base.metadata.sorted_tables:
        there = {column["name"] for column in found.get_columns(table.name)}
        missing = {column.name for column in table.columns} - there
        if missing:
            raise GradebookError(
                f"The gradebook was made by an older nbgrader (its table {table.name!r} has no "
                f"{min(missing)!r}): copy it to a safe place, then run `nbgrader db upgrade`."
            )


def what_to_do(error: Exception, url: str) -> str:
    """One sentence on an error of the database at `url`."""
    name = sqlalchemy.make_url(url).render_as_string(hide_password=True)
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
    first = said[0].rstrip(".") if said else type(error).__name__
    if "locked" in first:
        advice = "another program is writing into it: end that, then repeat the command"
    elif isinstance(error, ImportError | NoSuchModuleError):
        advice = "install the database's driver (for PostgreSQL, pip install 'psycopg[binary]')"
    elif "not a database" in first or "malformed" in first:
        advice = "the file is damaged: bring back a copy, or move it away and begin anew"
    else:
        advice = "see that it can be reached and written, then repeat the command"
    return f"The gradebook {name} cannot be used ({first}): {advice}; what is finished is kept."
