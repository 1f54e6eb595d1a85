"""Names that learning management systems give to files, whatever people are called."""

import unicodedata
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from lms_class import EXERCISE

from autograder.nbgrader_plugin.lms_names import made_id, name_key, notebook_name, sender
from autograder.nbgrader_plugin.unpack import clean

names = st.text(st.characters(categories=["L", "Nd"], max_codepoint=0x2FFF), min_size=1)
anything = st.text()
numbers = st.integers(1, 10**12)


@given(names.filter(lambda name: not name.isdigit()), numbers, numbers, st.booleans(), anything)
def test_canvas_names_are_read_back(
    name: str, user: int, file: int, late: bool, called: str
) -> None:
    called = called.replace("\n", "") + ".ipynb"
    who = sender(f"{name}{'_LATE' if late else ''}_{user}_{file}_{called}")
    assert who is not None
    assert (name_key(who.name), who.logins, who.order, who.late) == (
        name_key(name), (str(user),), file, late,
    )  # fmt: skip
    assert who.file == unicodedata.normalize("NFC", called)


@given(st.lists(names, min_size=1, max_size=3).map(" ".join), numbers, st.sampled_from("/_"))
def test_moodle_names_are_read_back(name: str, number: int, end: str) -> None:
    who = sender(f"{name}_{number}_assignsubmission_file{end}hello_rnn.ipynb".split("/")[0])
    assert who is not None
    assert (name_key(who.name), who.number) == (name_key(name), str(number))
    assert who.file == ("hello_rnn.ipynb" if end == "_" else "")
    assert sender(
        unicodedata.normalize("NFD", f"{name}_{number}_assignsubmission_file_")
    ) == sender(unicodedata.normalize("NFC", f"{name}_{number}_assignsubmission_file_"))


@given(names, st.datetimes(min_value=datetime(1990, 1, 1)))
def test_blackboard_names_are_read_back(user: str, time: datetime) -> None:
    stamp = f"{time:%Y-%m-%d-%H-%M-%S}"
    who = sender(f"hello_rnn_{user}_attempt_{stamp}_x.ipynb", EXERCISE)
    assert who is not None
    assert who.logins == (unicodedata.normalize("NFC", user),)
    elsewhere = sender(f"Week 3_{user}_attempt_{stamp}.txt", EXERCISE)
    assert elsewhere is not None
    assert elsewhere.logins == who.logins
    assert f"{who.time:%Y-%m-%d-%H-%M-%S}" == stamp


PIECES = (
    "_", " ", "-", "ada", "é", "12", "LATE", "anon", "x7Q", "_assignsubmission_file_", ".ipynb",
    "_attempt_2024-11-05-10-00-00_", "_attempt_2024-99-05-10-00-00", "\n", "/", "<", "..",
    "hello_rnn_",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_whatever_a_name_is_made_of_its_sender_has_an_id(name: str) -> None:
    who = sender(name, EXERCISE)
    if who is not None:
        assert who.shown.strip()
        assert who.own_id
        assert who.own_id[0] not in "-."
        assert not set(who.own_id) & set("/\\\n<> ")


@given(anything, anything)
def test_an_id_from_a_name_is_fit_for_a_folder(name: str, number: str) -> None:
    made = made_id(name, made_id(number))
    assert made.isprintable()
    assert not set(made) & set("/\\.+<>\"' *?")
    assert not made.startswith("-")
    assert len(made.encode()) < 1000
    assert made_id(unicodedata.normalize("NFD", name)) == made_id(name)


@given(anything)
def test_a_name_that_is_written_stays_in_its_folder(name: str) -> None:
    written = clean(name)
    assert written.isprintable()
    assert written not in ("", ".", "..")
    assert "/" not in written
    assert len(written.encode()) <= 200


@given(anything)
def test_no_file_is_taken_for_what_it_is_not(name: str) -> None:
    found, again = notebook_name(name, ["ex-1", "ex-2"])
    assert found in (None, "ex-1", "ex-2")
    assert again >= 0
    assert notebook_name("ex-1.ipynb", ["ex-1", "ex-2"]) == ("ex-1", 0)
    assert notebook_name("EX 2 (3).ipynb", ["ex-1", "ex-2"]) == ("ex-2", 3)
