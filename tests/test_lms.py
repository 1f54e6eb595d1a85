"""From learning management systems, by nbgrader's zip_collect: whose is what, within limits.

The layouts are those that docs of the systems and their sources describe; where, is said in
autograder/nbgrader_plugin/lms_names.py.
"""

import gzip
import io
import json
import stat
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import pytest
from lms_class import (
    EXERCISE,
    Members,
    add_students,
    by,
    linked,
    tarred,
    with_a_wrong_byte,
    zip_of_a_link,
    zipped,
)
from test_nbgrader import nbgrader, new_course

from autograder.nbgrader_plugin.unpack import CarefulExtractor

NFD = unicodedata.normalize("NFD", "Jürgen Müller")

CANVAS_ARCHIVE = {
    "lovelaceada_12345_900_hello_rnn.ipynb": by("ada, first"),
    "lovelaceada_12345_1000_hello_rnn-1.ipynb": by("ada, last"),
    "babbagecharles_LATE_777_901_Hello RNN (2).ipynb": by("charles"),
    "newcomernora_31_902_my solution.ipynb": by("nora"),
    "anon_x7Qp2_903_hello_rnn.ipynb": by("anonymous"),
    # Alan is Canvas's 55: 88 is only the id that he has here.
    "eightyeight_88_916_hello_rnn.ipynb": by("somebody else"),
    # Whoever names files in an archive of their own is still nobody else.
    "malloryeve_32_904_all.zip": zipped({
        "lovelaceada_12345_9999_hello_rnn.ipynb": by("eve as ada"),
        "deep/er/hello_rnn.ipynb": by("eve"),
        "deep/.ipynb_checkpoints/hello_rnn-checkpoint.ipynb": by("eve, checkpoint"),
        "__MACOSX/deep/._hello_rnn.ipynb": b"\0",
        "again.zip": zipped({"notes.txt": b"x"}),
    }),
    "emptyed_33_905_essay.pdf": b"%PDF",
}  # fmt: skip
MOODLE_ARCHIVE = {
    f"{NFD}_1234567_assignsubmission_file_/hello_rnn.ipynb": by("jürgen"),
    "Sam Same_12_assignsubmission_file_/hello_rnn.ipynb": by("one sam"),
    "Sam Same_13_assignsubmission_file_hello_rnn.ipynb": by("other sam"),
    # 55 is Alan's number as a user, but Olga's as a participant.
    "Olga Other_55_assignsubmission_file_/sub/hello_rnn.ipynb": by("olga"),
    "Participant_99_assignsubmission_file_/hello_rnn.ipynb": by("participant"),
    "../../../../evil.ipynb": by("outside"),
    "/tmp/evil.ipynb": by("outside"),
    "-rf_14_assignsubmission_file_/-rf.ipynb": by("dash"),
    "Bobby\n<b>\x1b[31m_15_assignsubmission_file_/hello_rnn.ipynb": by("bobby"),
    "C:\\evil.ipynb": by("outside"),
    "..\\..\\evil.ipynb": by("outside"),
    "whose.zip": zipped({"lovelaceada_12345_9998_hello_rnn.ipynb": by("nobody as ada")}),
}
BLACKBOARD_ARCHIVE = {
    "hello_rnn_grace_h_attempt_2024-11-05-10-00-00_hello_rnn.ipynb": by("grace, first"),
    "hello_rnn_grace_h_attempt_2024-11-06-09-30-00_hello_rnn.ipynb": by("grace, last"),
    "hello_rnn_grace_h_attempt_2024-11-06-09-30-00.txt": b"Name: Grace",
    "Week 3_x_plain_attempt_2024-11-06-09-30-00_hello_rnn.ipynb": by("x_plain"),
    "Week 3_y_plain_attempt_2024-11-06-09-31-00_hello_rnn.ipynb": by("y_plain"),
}
LINKS = tarred([
    linked("hello_rnn.ipynb", "/etc/passwd"),
    linked("other.ipynb", "../../../../gradebook.db", tarfile.LNKTYPE),
    linked("device.ipynb", "", tarfile.CHRTYPE),
    (tarfile.TarInfo("../../up.ipynb"), by("outside")),
])  # fmt: skip
BROKEN = {
    "linkerlin_41_910_links.tar.gz": LINKS,
    "linkertwo_42_911_link.zip": zip_of_a_link("hello_rnn.ipynb", "/etc/passwd"),
    "cutzip_43_912_cut.zip": zipped({"hello_rnn.ipynb": by("cut")})[:-30],
    "crccarla_46_915_crc.zip": with_a_wrong_byte(),
    "lonegz_44_913_hello_rnn.ipynb.gz": gzip.compress(by("gz")),
    "nozip_45_914_none.zip": b"hello",
}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A course after zip_collect of all these archives, and what that said."""
    course = new_course(tmp_path_factory.mktemp("lms") / "a course")
    archive = course / "downloaded" / EXERCISE / "archive"
    (archive / "plain").mkdir(parents=True)
    (archive / "course 1 submissions.zip").write_bytes(zipped(CANVAS_ARCHIVE))
    (archive / "RNN-hello_rnn-4711.zip").write_bytes(zipped(MOODLE_ARCHIVE))
    (archive / "gradebook.zip").write_bytes(zipped(BLACKBOARD_ARCHIVE))
    (archive / "broken.zip").write_bytes(zipped(BROKEN))
    (archive / "plain" / "hello_rnn.ipynb").write_bytes(by("plain"))
    (archive / "lost.ipynb").write_bytes(by("lost"))
    (archive / "link.ipynb").symlink_to("/etc/passwd")
    assert nbgrader(course, "db", "student", "list").returncode == 0  # makes the gradebook
    add_students(course)
    said = nbgrader(course, "zip_collect", EXERCISE)
    assert said.returncode == 0, said.stderr[-3000:]
    return course, said.stderr


@pytest.mark.slow
def test_every_layout_arrives_at_its_student(collected: tuple[Path, str]) -> None:
    course, said = collected
    arrived = {}
    for path in sorted((course / "submitted").rglob("*")):
        assert not path.is_symlink()
        if path.suffix == ".ipynb":
            assert path.name == f"{EXERCISE}.ipynb"
            arrived[path.parts[-3]] = json.loads(path.read_bytes())["metadata"]["by"]
    assert arrived == {
        "ada": "ada, last",
        "777": "charles",
        "newcomernora": "nora",
        "anon-x7Qp2": "anonymous",
        "malloryeve": "eve",
        "eightyeight": "somebody else",
        "jm": "jürgen",
        "sam-same-12": "one sam",
        "sam-same-13": "other sam",
        "olga-other": "olga",
        "participant-99": "participant",
        "rf": "dash",
        "bobby-b-31m": "bobby",
        "grace_h": "grace, last",
        "x_plain": "x_plain",
        "y_plain": "y_plain",
        "plain": "plain",
        "lonegz": "gz",
    }
    for expected in (
        "The gradebook does not know newcomernora 31: handed in as newcomernora.",
        "newcomernora called the notebook my solution.ipynb: taken as hello_rnn.ipynb.",
        "Not only one person may be the student plain: x_plain, y_plain.",
        "Canvas calls these late, but not by how much: 777.",
        "Handed in, but no notebook: crccarla 46, cutzip 43, emptyed 33, linkerlin 41, "
        "linkertwo 42, nozip 45.",
        "Nothing says whose these are, so they are left out: RNN-hello_rnn-4711/whose/"
        "lovelaceada_12345_9998_hello_rnn.ipynb, lost.ipynb.",
        "cut.zip: it is no archive, or a damaged one",
        "none.zip: it is no archive, or a damaged one",
        "crc: hello_rnn.ipynb: it cannot be read (Bad CRC-32",
    ):
        assert expected in said
    assert "\x1b[31m" not in said


@pytest.mark.slow
def test_times_are_kept_where_there_are_any(collected: tuple[Path, str]) -> None:
    course, _ = collected
    times = {p.parts[-3]: p.read_text() for p in course.glob("submitted/*/*/timestamp.txt")}
    assert times == {
        "grace_h": "2024-11-06 09:30:00",
        "x_plain": "2024-11-06 09:30:00",
        "y_plain": "2024-11-06 09:31:00",
    }


@pytest.mark.slow
def test_nothing_lands_outside(collected: tuple[Path, str]) -> None:
    course, said = collected
    made = {path.name for path in course.parent.iterdir()}
    assert made == {"a course"}
    assert {path.name for path in course.iterdir()} == {
        "nbgrader_config.py", "source", "release", "downloaded", "submitted", "gradebook.db",
    }  # fmt: skip
    assert {path.name for path in (course / "downloaded" / EXERCISE).iterdir()} == {
        "archive", "extracted",
    }  # fmt: skip
    assert not Path("/tmp/evil.ipynb").exists()
    extracted = course / "downloaded" / EXERCISE / "extracted"
    for path in extracted.rglob("*"):
        assert stat.S_ISDIR(path.lstat().st_mode) or stat.S_ISREG(path.lstat().st_mode)
        assert path.name.isprintable()
    held = b"".join(p.read_bytes() for p in extracted.rglob("*.ipynb") if p.is_file())
    assert b"outside" not in held
    assert b"root:" not in held
    assert said.count("it wants to lie outside of its archive") == 5
    assert said.count("it is no plain file") == 5


# --- unpacking within limits ---


def unpacked(folder: Path, archives: Members, **limits: int) -> set[str]:
    (folder / "in").mkdir()
    (folder / "out").mkdir()
    for name, data in archives.items():
        (folder / "in" / name).write_bytes(data)
    CarefulExtractor(**limits).extract(str(folder / "in"), str(folder / "out"))
    return {str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*.ipynb")}


def test_what_is_vast_costs_nobody_else_a_place(tmp_path: Path) -> None:
    zeros = bytes(2_000_000)
    archive = {
        "a_1_1_bomb.ipynb": zeros,
        "b_2_2_bombs.zip": zipped({f"{n}.ipynb": zeros for n in range(5)}),
        "c_3_3_bomb.tar.gz": tarred([(tarfile.TarInfo("x.ipynb"), bytes(9_000_000))]),
        "d_4_4_hello_rnn.ipynb": b"{}",
        "e_5_5_hello_rnn.zip": zipped({"hello_rnn.ipynb": b"{}"}),
    }
    found = unpacked(tmp_path, {"all.zip": zipped(archive)}, total_bytes=1_000_000)
    assert found == {"all/d_4_4_hello_rnn.ipynb", "all/e_5_5_hello_rnn/hello_rnn.ipynb"}


def test_many_archives_together_are_vast_too(tmp_path: Path) -> None:
    archive = {f"{n}.zip": zipped({"x.ipynb": bytes(400_000)}) for n in range(4)}
    assert len(unpacked(tmp_path, {"all.zip": zipped(archive)}, total_bytes=1_000_000)) == 2


def test_archives_in_archives_end_somewhere(tmp_path: Path) -> None:
    data = b"{}"
    for depth in range(6):
        data = zipped({f"{depth}.ipynb": b"{}", "next.zip": data})
    assert unpacked(tmp_path, {"all.zip": data}) == {
        "all/5.ipynb", "all/next/4.ipynb", "all/next/next/3.ipynb"
    }  # fmt: skip


def test_rights_in_an_archive_do_not_count(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        info = zipfile.ZipInfo("a.ipynb")
        info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o4000) << 16
        archive.writestr(info, b"{}")
        archive.writestr("A.IPYNB", b"[]")
        archive.writestr("sub/a.ipynb", b"[]")
        archive.writestr("./sub//a.ipynb", b"[]")
    assert unpacked(tmp_path, {"all.zip": data.getvalue()}) == {
        "all/a.ipynb", "all/A.ipynb", "all/sub/a.ipynb", "all/sub/a (2).ipynb"
    }  # fmt: skip
    assert (tmp_path / "out/all/a.ipynb").read_bytes() == b"{}"


def test_names_from_a_mac_are_read_as_they_are_meant(tmp_path: Path) -> None:
    data = bytearray(zipped({"x\u0308.ipynb": b"{}"}))
    for at in (6, data.index(b"PK\1\2") + 8):
        data[at + 1] &= ~0x08  # UTF-8, without the flag that says so
    assert unpacked(tmp_path, {"all.zip": bytes(data)}) == {"all/ẍ.ipynb"}
