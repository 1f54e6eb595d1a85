"""Whose file it is, by the names that learning management systems give to what was handed in.

Canvas (its lib/content_zipper.rb; "download submissions"), for one file of one student:
    lovelaceada_12345_67890_hello_rnn.ipynb, late: lovelaceada_LATE_12345_67890_hello_rnn.ipynb
    (user, file), anonymous: anon_x7Qp2_67890_hello_rnn.ipynb; a file of a name that this student
    has used before gets -1, -2.
Moodle (docs.moodle.org, "Using Assignment"; mod/assign/classes/downloader.php), a folder or flat:
    Ada Lovelace_1234567_assignsubmission_file_/hello_rnn.ipynb
    Ada Lovelace_1234567_assignsubmission_file_hello_rnn.ipynb
    The number is the participant's in this one assignment, no user's; with anonymous submissions
    the name is "Participant".
Blackboard (help.blackboard.com, "Download assignments"; so nbgrader's documentation too):
    hello_rnn_ada_attempt_2024-11-05-10-00-00_hello_rnn.ipynb
"""

import re
import unicodedata
from datetime import datetime

import msgspec

ID_CHARS = 60
"""Of an id that is made from a name: it becomes the name of folders."""

_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<name>anon)_(?P<user>(?=\d*[A-Za-z])[A-Za-z0-9]+)_(?P<file>\d+)_(?P<rest>.+)"
)
_CANVAS = re.compile(
    r"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.I
)
_MOODLE = re.compile(r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_file(?:_(?P<rest>.*))?")
_BLACKBOARD = re.compile(
    r"(?P<before>.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<rest>.*)|\.txt)?"
)
_AGAIN = re.compile(r"(.+?)(?:-(\d+)|\s*\((\d+)\)|[-_ ]copy(\d*))", re.I)


class Sender(msgspec.Struct, frozen=True):
    """Who handed something in, as the system names them.

    `logins` are what may be their login, the longest first (Blackboard's columns and logins both
    have underscores); `number` says only which of several people of one
    `name` it is. `file` is what they called the file, "" for a folder.
    """

    system: str
    name: str = ""
    number: str = ""
    logins: tuple[str, ...] = ()
    late: bool = False
    time: datetime | None = None
    order: int = 0
    file: str = ""

    @property
    def who(self) -> tuple[str, ...]:
        """Equal for two files of one person, and only then."""
        return (self.system, name_key(self.name), self.number, *self.logins)

    @property
    def shown(self) -> str:
        """The person, for people to read."""
        return " ".join(filter(None, (self.name or self.logins[0], self.number)))

    @property
    def own_id(self) -> str:
        """An id for a student whom the gradebook does not know; not always nobody else's."""
        if not self.name and re.fullmatch(r"\w[\w.-]{,59}", self.logins[0]):
            return self.logins[0]
        name = self.name or self.logins[0]
        return made_id(name) or made_id("student", made_id(self.number))


def sender(component: str, assignment: str = "") -> Sender | None:
    """What a file's or folder's name says; None if it is no name that a system has given.

    `assignment` tells where Blackboard's user begins, if the column is called like it.
    """
    text = unicodedata.normalize("NFC", component)
    if found := _BLACKBOARD.fullmatch(text):
        return _blackboard(found, assignment)
    if (found := _MOODLE.fullmatch(text)) and found["name"].strip():
        number, rest = found["number"] or "", found["rest"] or ""
        return Sender("moodle", found["name"].strip(), number, file=rest)
    anonymous = _ANONYMOUS.fullmatch(text)
    if found := anonymous or _CANVAS.fullmatch(text):
        late, order = found["late"] is not None, _int(found["file"])
        logins = () if anonymous else (found["user"],)
        return Sender(
            "canvas", found["name"], found["user"], logins, late, order=order, file=found["rest"]
        )
    return None


def _blackboard(found: re.Match[str], assignment: str) -> Sender | None:
    try:
        time = datetime.strptime(found["time"], "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None
    column, _, user = found["before"].partition(f"{assignment}_")
    if assignment and user and not column:
        logins: tuple[str, ...] = (user,)
    else:
        parts = found["before"].split("_")
        tails = ("_".join(parts[start:]) for start in range(min(1, len(parts) - 1), len(parts)))
        logins = tuple(tail for tail in tails if name_key(tail))
    if not logins:
        return None
    return Sender("blackboard", logins=logins, time=time, file=found["rest"] or "")


def _int(digits: str) -> int:
    return int(digits) if len(digits) < 30 else 0


def name_key(name: str) -> str:
    """The letters and digits of a name, however it is spaced, capitalised, or composed."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", folded)))


def name_keys(first: str | None, last: str | None) -> set[str]:
    """The keys of a person's full name, in both orders; none if one half is not known."""
    halves = name_key(first or ""), name_key(last or "")
    return {"".join(halves), "".join(reversed(halves))} if all(halves) else set()


def made_id(name: str, number: str = "") -> str:
    """A student's id from a name: its words in lower case, and `number`, joined by dashes.

    It is fit for a folder, an address and a command line. "" if there are no letters or digits.
    """
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
    words = "".join(char if char.isalnum() else " " for char in text).split()
    return "-".join(filter(None, ("-".join(words)[:ID_CHARS].strip("-"), number[:ID_CHARS])))


def notebook_name(file: str, released: list[str]) -> tuple[str | None, int]:
    """The released notebook (without .ipynb) that a file of this name is meant to be, and how
    often the name had been used before: "hello_rnn-2.ipynb" is ("hello_rnn", 2).

    None if it is like none of them.
    """
    stem = re.sub(r"\.ipynb$", "", file, flags=re.I).strip()
    known = {name_key(name): name for name in released}
    if stem in released:
        return stem, 0
    if name_key(stem) in known:
        return known[name_key(stem)], 0
    if (again := _AGAIN.fullmatch(stem)) and name_key(again[1]) in known:
        return known[name_key(again[1])], _int(again[2] or again[3] or again[4] or "1")
    return None, 0


def without_number(stem: str) -> str:
    """A file's name without -1, (1) or -copy at its end."""
    again = _AGAIN.fullmatch(stem)
    return again[1] if again else stem
