"""Unpacks what a learning management system exported: archives of files, some of them archives.

nbgrader's own extractor writes any number of bytes, takes access rights from the archive, and ends
all of zip_collect at the first archive that is damaged.
"""

import contextlib
import gzip
import os
import re
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import msgspec
from nbgrader.plugins import ExtractorPlugin
from traitlets import Integer

from autograder.nbgrader_plugin.handed_in import BYTES, FILES, PATH_CHARS
from autograder.tables import one_line, printable

DEPTH = 3
"""Archives in archives in archives are unpacked, and no further."""
NAME_BYTES = 180
"""Of a file's or folder's name."""
SYSTEM_FILES = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store")

_UNREADABLE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, RuntimeError,
    NotImplementedError, ValueError,
)  # fmt: skip


class NoRoom(Exception):
    """More than there may be."""


class Unreadable(Exception):
    """An archive, or something in it, is damaged, encrypted or of an unknown kind."""


class Room:
    """How many files and bytes may still be written, here and in all that it is a part of."""

    def __init__(self, files: int, size: int, within: "Room | None" = None) -> None:
        self._files, self._size, self._within = files, size, within

    @property
    def size(self) -> int:
        """Bytes left."""
        return min(self._size, self._within.size) if self._within else self._size

    @property
    def files(self) -> int:
        """Files left."""
        return min(self._files, self._within.files) if self._within else self._files

    def take(self, size: int) -> None:
        """One file of `size` bytes. Raises NoRoom, and takes nothing, if there is none for it."""
        if size > self.size or self.files < 1:
            raise NoRoom
        room: Room | None = self
        while room is not None:
            room._files -= 1
            room._size -= size
            room = room._within


class Member(msgspec.Struct, frozen=True):
    """A file in an archive; one that is not `plain` is a link, a device or the like."""

    name: str
    size: int
    plain: bool
    open: Callable[[], IO[bytes]]


class CarefulExtractor(ExtractorPlugin):  # type: ignore[misc,unused-ignore]
    """Unpacks archives into their own folders, within limits, and goes on after a bad one.

    Nothing is written outside of the folder for it, through a link, or over another file; names
    become printable; access rights in archives do not count. Small files come first: who hands in
    something vast costs nobody else a place.
    """

    total_files = Integer(50_000, help="Files that are unpacked altogether").tag(config=True)
    total_bytes = Integer(4 * 2**30, help="Their size altogether").tag(config=True)

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack or copy all that lies in `archive_path` to `extracted_path`."""
        room = Room(self.total_files, self.total_bytes)
        packed: list[tuple[Path, Path]] = []
        target = Path(extracted_path)
        for source in self._found(Path(archive_path)):
            *above, name = source.relative_to(archive_path).parts
            folder = target.joinpath(*map(clean, above))
            if self._is_packed(name):
                packed.append((source, folder / clean(_own_folder(name))))
            else:
                self._write(_as_member(source), folder, room)
        for source, folder in packed:
            self.log.info("Unpacking %s", one_line(str(source)))
            self._unpack(source, folder, room, 1)
        if not any(target.iterdir()):
            self.log.warning("Nothing to collect: put the archive into %s.", archive_path)

    def _found(self, folder: Path) -> Iterator[Path]:
        for above, _, names in os.walk(folder):
            for path in sorted(Path(above, name) for name in names):
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path
                else:
                    self._passed_over(str(path), "it is no plain file")

    def _is_packed(self, name: str) -> bool:
        return os.path.splitext(name)[1].lower() in self.zip_ext

    def _unpack(self, archive: Path, into: Path, room: Room, depth: int) -> None:
        """Unpack one archive, and those in it; what is in one of the system's has a room of its
        own, because it comes from one student."""
        packed: list[Path] = []
        try:
            with _members(archive, room) as members:
                for member in sorted(members, key=lambda member: member.size):
                    written = self._write(member, into, room)
                    if written is not None and self._is_packed(written.name):
                        packed.append(written)
        except (Unreadable, NoRoom) as error:
            self._passed_over(str(archive), str(error) or "it is too large")
        for path in sorted(packed, key=_unpacked_size):
            if depth == DEPTH:
                self._passed_over(str(path), "too many archives in archives")
                continue
            own = room if depth > 1 else Room(FILES, BYTES, room)
            self._unpack(path, path.with_name(clean(_own_folder(path.name))), own, depth + 1)

    def _write(self, member: Member, into: Path, room: Room) -> Path | None:
        """Write a file of an archive below `into`, and say where; None if it was passed over."""
        parts = member.name.replace("\\", "/").split("/")
        path = into.joinpath(*(clean(part) for part in parts if part not in ("", ".")))
        if path.suffix.lower() == ".ipynb":
            path = path.with_suffix(".ipynb")
        problem = ""
        if any(part in SYSTEM_FILES or part.startswith("._") for part in parts):
            return None
        if not member.plain:
            problem = "it is no plain file"
        elif ".." in parts or parts[0] == "" or re.match("[A-Za-z]:", parts[0]):
            problem = "it wants to lie outside of its archive"
        elif len(str(path)) > PATH_CHARS or path == into:
            problem = "its name is too long"
        elif member.size > BYTES:
            problem = "it is too large"
        else:
            try:
                room.take(member.size)
                path.parent.mkdir(parents=True, exist_ok=True)
                return _copied(member, path)
            except NoRoom:
                problem = "there are too many files, or too large ones"
            except (FileExistsError, NotADirectoryError):
                problem = "a file and a folder have the same name"
            except Unreadable as error:
                problem = str(error)
        self._passed_over(f"{into}: {member.name}", problem)
        return None

    def _passed_over(self, what: str, problem: str) -> None:
        self.log.warning("Passed over %s: %s.", one_line(what), problem)


def _as_member(path: Path) -> Member:
    return Member(path.name, path.stat().st_size, True, lambda: path.open("rb"))


def clean(name: str) -> str:
    """A file's or folder's name as it is written: printable, composed, and not too long."""
    shown = re.sub(r'[/\\<>"]', "-", printable(unicodedata.normalize("NFC", name)))
    shown = shown.replace("\n", " ").strip() or "_"
    if shown in (".", ".."):
        return "_"
    if len(shown.encode()) <= NAME_BYTES:
        return shown
    stem, suffix = os.path.splitext(shown)
    suffix = suffix if len(suffix.encode()) < 20 else ""
    return stem.encode()[: NAME_BYTES - 20].decode("utf-8", "ignore") + suffix


def _own_folder(name: str) -> str:
    stem = re.sub(r"(?i)\.(tar\.gz|tgz|gz|zip|tar)$", "", name)
    return stem if stem != name else f"{name}_"


def _copied(member: Member, path: Path) -> Path:
    """Write one file, under another name if there is one of this name already."""
    number = 1
    free = path
    while os.path.lexists(free):
        if free.is_dir():
            raise FileExistsError
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    left = member.size
    try:
        with open(free, "xb") as file, _reading(), member.open() as source:
            while left and (data := source.read(min(left, 2**20))):
                file.write(data)
                left -= len(data)
    except Unreadable:
        free.unlink(missing_ok=True)
        raise
    return free


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        raise Unreadable(one_line(f"it cannot be read ({error})")) from None


@contextlib.contextmanager
def _members(path: Path, room: Room) -> Iterator[list[Member]]:
    """The files in an archive, whatever its name ends in. Raises Unreadable, NoRoom."""
    with contextlib.ExitStack() as stack:
        with _reading():
            if zipfile.is_zipfile(path):
                archive = stack.enter_context(zipfile.ZipFile(path))
                infos = [info for info in archive.infolist() if not info.is_dir()]
                members = [_zipped(archive, info) for info in infos]
            else:
                members = _tarred(stack, path, min(room.size, BYTES))
        yield members


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    name = info.filename
    if not info.flag_bits & 0x800:  # macOS writes UTF-8 without saying so
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    kind = stat.S_IFMT(info.external_attr >> 16)
    return Member(name, info.file_size, kind in (0, stat.S_IFREG), lambda: archive.open(info))


def _tarred(stack: contextlib.ExitStack, path: Path, most: int) -> list[Member]:
    file: IO[bytes] = stack.enter_context(path.open("rb"))
    zipped = file.read(2) == b"\x1f\x8b"
    if zipped:
        file = stack.enter_context(_unzipped(path, most))
    file.seek(0)
    try:
        archive = stack.enter_context(tarfile.open(fileobj=file, mode="r:"))  # noqa: SIM115
    except tarfile.ReadError:
        if not zipped:
            raise Unreadable("it is no archive, or a damaged one") from None
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        return [Member(path.name.removesuffix(path.suffix), size, True, lambda: file)]
    files = [info for info in archive if not info.isdir()]
    return [Member(info.name, info.size, info.isfile(), _opener(archive, info)) for info in files]


def _opener(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        file: Any = archive.extractfile(info)
        assert file is not None  # only plain files are opened
        return file  # type: ignore[no-any-return]

    return opened


def _unzipped(path: Path, most: int) -> IO[bytes]:
    """What is in a .gz, in a file without a name. Raises NoRoom beyond `most` bytes."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    with gzip.open(path) as packed:
        while data := packed.read(2**20):
            file.write(data)
            if file.tell() > most:
                file.close()
                raise NoRoom
    return file


def _unpacked_size(archive: Path) -> int:
    """At most so much is in it, by what a zip says of itself, which nobody reads beyond."""
    with contextlib.suppress(*_UNREADABLE):
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                return sum(info.file_size for info in opened.infolist())
    return BYTES
