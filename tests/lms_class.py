"""A class as learning management systems know it, and archives of what it handed in."""

import io
import json
import stat
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from nbgrader.api import Gradebook
from sample_course import REPO

from autograder.course.bank import read_release

EXERCISE = "hello_rnn"

STUDENTS = [
    # id, first name, last name, email, lms_user_id
    ("ada", "Ada", "Lovelace", "ada@uni.example", "12345"),
    ("777", "Charles", "Babbage", "cb@uni.example", ""),
    ("jm", "Jürgen", "Müller", "jm@uni.example", ""),
    ("grace_h", "Grace", "Hopper", "grace@uni.example", ""),
    ("88", "Alan", "Turing", "alan@uni.example", "55"),
    ("twin1", "Sam", "Same", "", ""),
    ("twin2", "Sam", "Same", "", ""),
    ("plain", "", "", "", ""),
]


def add_students(course: Path) -> None:
    """Put them into the gradebook, which must be there."""
    with Gradebook(f"sqlite:///{course}/gradebook.db", "rnn") as book:
        for student, first, last, email, lms in STUDENTS:
            known = {"first_name": first, "last_name": last, "email": email, "lms_user_id": lms}
            book.add_student(student, **{key: value or None for key, value in known.items()})


Members = dict[str, bytes]


def by(text: str) -> bytes:
    """A notebook that says whose it is."""
    notebook = read_release(REPO, EXERCISE)
    notebook["metadata"]["by"] = text
    return json.dumps(notebook).encode()


def zipped(members: Members) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def linked(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


def zip_of_a_link(name: str, target: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)
    return data.getvalue()


def with_a_wrong_byte() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("hello_rnn.ipynb", b"stored as it is")
    return data.getvalue().replace(b"stored as it is", b"stored as is it")
