"""Finds out whose each unpacked file is, and which of several counts: nbgrader's zip_collect."""

import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from dateutil.tz import gettz  # type: ignore[import-untyped]
from nbgrader.api import Gradebook
from nbgrader.plugins import FileNameCollectorPlugin
from nbgrader.utils import find_all_notebooks
from traitlets import TraitError, Unicode, validate

from autograder.nbgrader_plugin.lms_names import (
    Sender,
    made_id,
    name_key,
    name_keys,
    notebook_name,
    sender,
    without_number,
)
from autograder.nbgrader_plugin.unpack import clean
from autograder.tables import one_line

SHOWN = 20
"""Names in one line of the log."""

_ARCHIVES = (".zip", ".ZIP", ".Zip", ".tar.gz", ".tgz", ".gz", ".tar")


class Student(msgspec.Struct, frozen=True):
    """A student of the gradebook, by all that an archive may call them."""

    id: str
    lms_id: str
    names: frozenset[str]


class Found(msgspec.Struct, frozen=True):
    """A notebook that `sender` handed in; `notebook` is the released one it stands for, if any."""

    path: Path
    sender: Sender
    file: str
    notebook: str | None
    again: int

    @property
    def age(self) -> tuple[Any, ...]:
        """Greater for a later attempt."""
        time = self.sender.time.isoformat() if self.sender.time else ""
        return time, self.sender.order, self.again, -len(self.path.parts), str(self.path)

    @property
    def called(self) -> str:
        """The file's own name, without what tells one attempt from another, as a file's name."""
        return clean(without_number(os.path.splitext(self.file)[0])).lstrip(".- ") or "notebook"


class LmsCollector(FileNameCollectorPlugin):  # type: ignore[misc,unused-ignore]
    """Collects from archives of Canvas, Moodle and Blackboard, and from a folder per student.

    The gradebook's students are known by `lms_user_id`, by id, and by a full name that only one of
    them has; others get an id made from their name. With `named_regexp`, nbgrader's own rule is
    used instead.
    """

    timezone = Unicode("UTC", help="Of the times in Blackboard's names of files").tag(config=True)

    _plan: dict[Path, dict[str, str]] | None = None

    @validate("timezone")
    def _known(self, proposal: Any) -> str:
        if gettz(proposal["value"]) is None:
            raise TraitError(f"LmsCollector.timezone: there is no {proposal['value']!r}")
        return str(proposal["value"])

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """The student, the notebook and the time of one unpacked file; None if it does not count.

        The first call looks at all files, since which one counts depends on the others.
        """
        if self.named_regexp:
            return self._by_rule(submitted_file)
        if self._plan is None:
            self._plan = self._planned()
        return self._plan.get(Path(submitted_file))

    def _by_rule(self, path: str) -> dict[str, str] | None:
        found: dict[str, str] | None = super().collect(path)
        student = (found or {}).get("student_id")
        if student is not None and (clean(student) != student or student[0] in ".-"):
            self.log.warning("%s: %r is no id for a student.", one_line(path), student)
            return None
        return found

    def _planned(self) -> dict[Path, dict[str, str]]:
        app = self.parent
        folder = Path(app._format_collect_path(app.extracted_directory))  # no public name for it
        assignment = app.coursedir.assignment_id
        release = app.coursedir.format_path(app.coursedir.release_directory, ".", assignment)
        released = [os.path.splitext(name)[0] for name in find_all_notebooks(release)]
        with Gradebook(app.coursedir.db_url, app.coursedir.course_id) as gradebook:
            students = [_known_as(student) for student in gradebook.students]
        found = self._found(folder, assignment, released, students)
        ids = self._students({item.sender.who: item.sender for item in found}, students)
        by_student: dict[str, list[Found]] = defaultdict(list)
        for item in found:
            by_student[ids[item.sender.who]].append(item)
        plan: dict[Path, dict[str, str]] = {}
        for student, items in sorted(by_student.items()):
            for notebook, item in self._counting(student, items, released).items():
                plan[item.path] = {"student_id": student, "file_id": f"{notebook}.ipynb"}
                if (time := self._utc(item.sender)) is not None:
                    plan[item.path]["timestamp"] = time
        self._tell_late(plan, found)
        return plan

    # --- whose ---

    def _found(
        self, folder: Path, assignment: str, released: list[str], students: list[Student]
    ) -> list[Found]:
        """The notebooks, each with its sender; says of whom there is none, and which are whose."""
        found: list[Found] = []
        lost: list[str] = []
        senders: dict[tuple[str, ...], Sender] = {}
        for path in sorted(
            Path(above, name) for above, _, names in os.walk(folder) for name in names
        ):
            inside = path.relative_to(folder)
            who = self._sender(inside, folder, assignment, students)
            if who is not None:
                senders[who.who] = who
            if path.suffix != ".ipynb":
                continue
            if who is None:
                lost.append(str(inside))
                continue
            file = who.file if who.file.endswith(".ipynb") else path.name
            found.append(Found(path, who, file, *notebook_name(file, released)))
        if lost:
            self.log.warning(
                "Nothing says whose these are, so they are left out: %s. Put each into a folder "
                "named by its student's id.", _listed(lost)
            )  # fmt: skip
        empty = senders.keys() - {item.sender.who for item in found}
        if empty:
            shown = _listed(senders[who].shown for who in empty)
            self.log.warning("Handed in, but no notebook: %s.", shown)
        return found

    def _sender(
        self, path: Path, folder: Path, assignment: str, students: list[Student]
    ) -> Sender | None:
        """By the outermost name that says it: what is further in, the student has named.

        For the same reason nothing counts that lies in an archive of an archive.
        """
        for depth, part in enumerate(path.parts):
            stem = part.removesuffix(path.suffix) if depth == len(path.parts) - 1 else part
            if who := sender(part, assignment):
                return who
            if known := _named(stem, students):
                return Sender("folder", stem, logins=(known.id,))
            inside = folder.joinpath(*path.parts[: depth + 1])
            if any(inside.with_name(part + end).is_file() for end in _ARCHIVES):
                return None
        return None

    def _students(
        self, senders: dict[tuple[str, ...], Sender], students: list[Student]
    ) -> dict[tuple[str, ...], str]:
        """The id of each sender's student."""
        by_login: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for who, item in senders.items():
            if (student_id := _by_login(item, students)) is not None:
                by_login[student_id].append(who)
        ids = self._alone(by_login, senders, {})
        by_name: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for who, item in senders.items():
            key = name_key(item.name)
            named = [student for student in students if key in student.names]
            if who not in ids and len(named) == 1 and item.name:
                by_name[named[0].id].append(who)
        ids |= self._alone(by_name, senders, ids)
        unknown = {who: item for who, item in senders.items() if who not in ids}
        made = _made_ids(unknown, {student.id for student in students})
        for who, student in sorted(made.items(), key=lambda entry: entry[1]):
            self.log.warning(
                "The gradebook does not know %s: handed in as %s.",
                one_line(unknown[who].shown), student,
            )  # fmt: skip
        return ids | made

    def _alone(
        self,
        claims: dict[str, list[tuple[str, ...]]],
        senders: dict[tuple[str, ...], Sender],
        taken: dict[tuple[str, ...], str],
    ) -> dict[tuple[str, ...], str]:
        """Who, alone in one system, claims to be a student that nobody is yet."""
        ids: dict[tuple[str, ...], str] = {}
        for student, whos in claims.items():
            systems = [who[0] for who in whos]
            doubtful = [
                who for who in whos if systems.count(who[0]) > 1 or student in taken.values()
            ]
            ids |= {who: student for who in whos if who not in doubtful}
            if doubtful:
                self.log.warning(
                    "Not only one person may be the student %s: %s. Each has an id of their own; "
                    "rename the right one's folder in submitted/.",
                    student, _listed(senders[who].shown for who in doubtful),
                )  # fmt: skip
        return ids

    # --- which counts ---

    def _counting(self, student: str, items: list[Found], released: list[str]) -> dict[str, Found]:
        """{name of the notebook: the file that counts}"""
        known = [item for item in items if item.notebook is not None]
        strange = [item for item in items if item.notebook is None]
        if len(released) == 1 and not known and len({item.called for item in strange}) == 1:
            newest = max(strange, key=lambda item: item.age)
            self.log.warning(
                "%s called the notebook %s: taken as %s.ipynb.",
                student, one_line(newest.file), released[0],
            )  # fmt: skip
            return {released[0]: newest}
        for item in strange:
            self.log.warning(
                "%s handed in %s, which is none of the assignment's notebooks (%s)%s.",
                student, one_line(item.file), ", ".join(released) or "nothing is released",
                ": left out" if known else "",
            )  # fmt: skip
        latest: dict[str, Found] = {}
        for item in sorted(known or strange, key=lambda item: item.age):
            name = item.notebook or item.called
            if name in latest:
                self.log.info("%s: %s counts, the last of several.", student, item.path.name)
            latest[name] = item
        return latest

    def _utc(self, who: Sender) -> str | None:
        if who.time is None:
            return None
        local = who.time.replace(tzinfo=gettz(self.timezone))
        return str(who.time - (local.utcoffset() or timedelta()))

    def _tell_late(self, plan: dict[Path, dict[str, str]], found: list[Found]) -> None:
        late = sorted(
            plan[item.path]["student_id"]
            for item in found
            if item.sender.late and item.path in plan
        )
        if late:
            self.log.warning(
                "Canvas calls these late, but not by how much: %s. For a penalty, write the time "
                "into timestamp.txt beside the notebook in submitted/.", _listed(late)
            )  # fmt: skip


def _known_as(student: Any) -> Student:
    names = name_keys(student.first_name, student.last_name)
    return Student(student.id, student.lms_user_id or "", frozenset(names))


def _named(text: str, students: Iterable[Student]) -> Student | None:
    """The student whose id, LMS's id or unique full name it is."""
    for student in students:
        if text == student.id or (text == student.lms_id and text):
            return student
    key = name_key(text)
    named = [student for student in students if key in student.names]
    return named[0] if len(named) == 1 else None


def _by_login(who: Sender, students: list[Student]) -> str | None:
    for login in who.logins:
        numbered = who.system == "canvas"  # no other number than Canvas's counts, if that is known
        same_id = [s.id for s in students if s.id == login and not (numbered and s.lms_id)]
        same_lms_id = [student.id for student in students if student.lms_id == login]
        if same_id or same_lms_id:
            return (same_lms_id + same_id)[0]
    # Moodle numbers participants of an assignment: only with the name does it say anything.
    for student in students:
        is_number = who.number and who.number in (student.lms_id, student.id)
        if is_number and name_key(who.name) in student.names:
            return student.id
    return None


def _made_ids(
    unknown: dict[tuple[str, ...], Sender], taken: set[str]
) -> dict[tuple[str, ...], str]:
    """An id for each, from the name, and from the number where the name alone is not unique."""
    plain = {who: item.own_id for who, item in unknown.items()}
    made: dict[tuple[str, ...], str] = {}
    for who, item in sorted(unknown.items()):
        alone = list(plain.values()).count(plain[who]) == 1
        hidden = name_key(item.name) in ("anon", "participant")
        wanted = plain[who] if alone and not hidden else made_id(plain[who], item.number)
        free, number = wanted, 1
        while free in taken or not free:
            number += 1
            free = f"{wanted or 'student'}-{number}"
        taken.add(free)
        made[who] = free
    return made


def _listed(names: Iterable[str]) -> str:
    shown = sorted(names)
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return ", ".join(map(one_line, shown[:SHOWN])) + more
