"""nbgrader's exchange where it meets what students have written: collect and release_feedback.

Every student may write into the exchange's inbound folder what they like, not only through
`nbgrader submit`.
"""

import glob
import os
import stat
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback

from autograder.nbgrader_plugin.handed_in import BYTES, FILES, guard_timestamps, is_showable
from autograder.submission import UnreadableSubmission, file_bytes
from autograder.tables import one_line

NOBODY = ""
SHOWN = 5
"""Names in a warning."""
DEPTH = 20
"""Of folders in folders, in a submission."""
TEXT_BYTES = 1000
"""Of a submission's secret, and of its timestamp."""


class Collect(ExchangeCollect):  # type: ignore[misc,unused-ignore]
    """Copies plain files only, and everybody's.

    nbgrader would follow a link to wherever the teacher may read, such as to the solution, and end
    at the first submission that it cannot copy or whose name it does not understand.
    """

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """As nbgrader's, without those of which a name does not say whose they are, and when."""
        guard_timestamps(self.coursedir, self.log)
        super().init_src()
        self.src_records = [r for r in self.src_records if r["username"] != NOBODY]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except (ExchangeError, ValueError, OverflowError, TypeError):
            record = {"username": NOBODY, "filename": path, "timestamp": datetime.min}
        if record["username"] in (NOBODY, ".", "..") or not is_showable(os.path.basename(path)):
            self.log.warning("No name that `nbgrader submit` gives, left out: %s", one_line(path))
            record["username"] = NOBODY
        return record

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a submission's plain files; a warning names what is left out."""
        with tempfile.TemporaryDirectory() as folder:
            plain = os.path.join(folder, "plain")
            left_out = _copy_plain_files(src, plain)
            try:
                super().do_copy(plain, dest, log)
            except RuntimeError as error:  # larger than max_dir_size
                self.log.error("%s: %s", one_line(os.path.basename(src)), error)
                os.makedirs(dest, exist_ok=True)
        if left_out:
            name = one_line(os.path.basename(src))
            shown = _listed(left_out)
            self.log.warning("%s: left out, no plain files or too much: %s", name, shown)


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc,unused-ignore]
    """Returns a page to everybody who handed in through the exchange, and names the others.

    nbgrader would end at the first of those, and leave the rest of the class without.
    """

    src_path: str

    def copy_files(self) -> None:
        """As nbgrader's, for each submission that has the secret its page is found by."""
        others = []
        for folder in sorted(glob.glob(self.src_path)):
            if all(
                _is_text(Path(folder, name)) for name in ("submission_secret.txt", "timestamp.txt")
            ):
                self.src_path = glob.escape(folder)
                super().copy_files()
            else:
                others.append(os.path.relpath(folder, self.coursedir.root))
        if others:
            self.log.warning(
                "Not handed in by `nbgrader submit`, so not returned by the exchange; give these "
                "back in another way: %s", _listed(others)
            )  # fmt: skip


def _copy_plain_files(source: str, target: str) -> list[str]:
    """Copy what is in a folder into a new one; names of what is left out.

    Whoever wrote the folder may change it meanwhile: no link is followed, at any moment.
    """
    os.mkdir(target)
    left_out: list[str] = []
    files, room = FILES, BYTES
    if not stat.S_ISDIR(os.lstat(source).st_mode):
        return [os.path.basename(source)]
    for folder, folders, names, opened in os.fwalk(source):
        inside = os.path.relpath(folder, source)
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        left_out += [os.path.normpath(os.path.join(inside, name)) for name in links]
        if inside.count(os.sep) >= DEPTH or len(left_out) > FILES:
            left_out += [os.path.join(inside, name) for name in folders]
            folders.clear()
        for name in names:
            path = os.path.normpath(os.path.join(inside, name))
            data = _plain_bytes(name, opened, room) if files else None
            if data is None:
                left_out.append(path)
                continue
            files, room = files - 1, room - len(data)
            copy = Path(target, path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(data)
    return left_out


def _plain_bytes(name: str, folder: int, limit: int) -> bytes | None:
    """What is in a plain file of an open folder; None if it is none, too large, or unreadable."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        opened = os.open(name, flags, dir_fd=folder)
    except OSError:
        return None
    with open(opened, "rb") as file:
        found = os.fstat(opened)
        plain = stat.S_ISREG(found.st_mode) and found.st_size <= limit
        return file.read(found.st_size) if plain else None


def _is_text(path: Path) -> bool:
    """Whether a file holds a text that can stand on a terminal."""
    try:
        text = file_bytes(path, TEXT_BYTES).decode().strip()
    except (UnreadableSubmission, OSError, ValueError):
        return False
    return bool(text) and text.isprintable()


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(map(one_line, names[:SHOWN])) + more
