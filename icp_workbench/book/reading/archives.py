"""Packed files (gzip, zip) → the files inside, unpacked into a private folder within stated bounds."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from icp_workbench.book.raw import SourceFile
from icp_workbench.book.reading.kinds import HEAD, TABLE_SUFFIXES, not_a_table, stem_of, suffix_of
from icp_workbench.errors import WorkbenchError

MOST_BYTES = 8 * 2**30  # unpacked, all members together
MOST_RATIO = 250  # unpacked to packed; repetitive exports reach about 60, a deflate bomb 1,000
RATIO_FROM = 64 * 2**20  # below this size no ratio hurts
MOST_MEMBERS = 10_000
MOST_TABLES = 500
_KEPT_FREE = 512 * 2**20  # bytes of the disk that are left alone
_BLOCK = 2**20
_PROSE = ("readme", "license", "licence", "changelog", "notice", "copying")
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "xl/worksheets/", "content.xml")
_DOCUMENTS = (("word/", "a Word document"), ("ppt/", "a presentation"), ("META-INF/MANIFEST.MF", "a program"))
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)

Told = Callable[[float], None]  # the share done


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def is_prose(name: str) -> bool:
    """True for the files that come with an export and are none of its tables: README, LICENSE …"""
    return PurePosixPath(name).name.casefold().startswith(_PROSE)


def may_hold_tables(path: Path) -> bool:
    """False for a zip archive of other things; True for a damaged one, whose reading says what is wrong."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:MOST_MEMBERS]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True
    return any(suffix_of(name) in TABLE_SUFFIXES and not is_prose(name) for name in names)


def gunzipped(source: SourceFile, folder: Path, told: Told) -> SourceFile:
    """The one file in a gzip archive. Raises WorkbenchError when it is damaged, cut off or a bomb."""
    name = source.name[:-3] if suffix_of(source.name) == ".gz" else source.name
    try:
        with source.path.open("rb") as packed, gzip.GzipFile(fileobj=packed) as unpacked:
            return _unpacked(
                unpacked, source, name, stem_of(name), folder / "0", MOST_BYTES, source.size,
                lambda _: told(_within(packed.tell(), source)),
            )  # fmt: skip
    except EOFError:
        raise _damaged(source.name, "it ends too early, as after a broken download") from None
    except (gzip.BadGzipFile, zlib.error, OSError) as error:
        raise _damaged(source.name, _reason(error)) from None


def zip_content(source: SourceFile) -> str:
    """What a zip archive is: "workbook" (xlsx, xlsb, ods), "files", or "" where it cannot be read.

    Raises WorkbenchError for a document of another program, and for a workbook that is a bomb.
    """
    try:
        with zipfile.ZipFile(source.path) as archive:
            infos = archive.infolist()[: MOST_MEMBERS + 1]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    names = {info.filename for info in infos}
    if "[Content_Types].xml" in names or "mimetype" in names:
        if any(name.startswith(_WORKBOOK_PARTS) for name in names):
            if any(_is_bomb(info.file_size, info.compress_size) for info in infos):
                raise WorkbenchError(
                    "Workbook too large",
                    f"`{source.name}` unpacks to more than {MOST_RATIO} times its size, as no export does.",
                    "If you trust it, open it in Excel and save the sheet as CSV.",
                )
            return "workbook"
        for part, what in _DOCUMENTS:
            if any(name.startswith(part) for name in names):
                raise not_a_table(source.name, what)
    return "files"


def table_members(source: SourceFile) -> tuple[list[zipfile.ZipInfo], list[str]]:
    """The members of a zip archive that may be tables, in its order, and notes on the others. Two may have
    one name.

    Raises WorkbenchError for an archive that is damaged, holds too many files, or no table.
    """
    try:
        with zipfile.ZipFile(source.path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(source.name, _reason(error)) from None
    if len(infos) > MOST_MEMBERS:
        raise _too_large(source.name, f"claims {len(infos):,} files, more than {MOST_MEMBERS:,}")
    tables: list[zipfile.ZipInfo] = []
    passed: list[str] = []
    nested: list[str] = []
    for info in infos:
        name = info.filename
        path = PurePosixPath(name.replace("\\", "/"))
        if info.is_dir() or path.parts[:1] == ("__MACOSX",) or path.name.startswith((".", "~$")):
            continue
        if suffix_of(name) == ".zip":
            nested.append(path.name)
        elif suffix_of(name) in TABLE_SUFFIXES and not is_prose(name):
            tables.append(info)
        else:
            passed.append(path.name)
    notes = []
    if passed:
        notes.append(f"Not read, because they are no tables: {', '.join(passed[:20])}{_more(passed, 20)}.")
    if nested:
        notes.append(
            f"Archives inside the archive are not opened: {', '.join(nested[:20])}{_more(nested, 20)}."
        )
    if len(tables) > MOST_TABLES:
        raise _too_large(source.name, f"holds {len(tables):,} tables, more than {MOST_TABLES:,}")
    if not tables:
        held = " but archives, which are not opened" if nested else ""
        raise WorkbenchError(
            "No table in archive",
            f"`{source.name}` holds no CSV, Excel, JSON, Parquet or database file{held}.",
            "Unpack it and open the tables themselves.",
        )
    return tables, notes


def unzipped(
    source: SourceFile, infos: Sequence[zipfile.ZipInfo], folder: Path, told: Told
) -> list[SourceFile]:
    """The members, unpacked. Raises WorkbenchError for damage, a password and a bomb."""
    members: list[SourceFile] = []
    left = MOST_BYTES
    # The names inside decide nothing on the disk: an archive may call its members `../../x`.
    try:
        with zipfile.ZipFile(source.path) as archive:
            declared = sum(info.file_size for info in infos)
            packed = sum(info.compress_size for info in infos)
            _check_ratio(source.name, declared, packed)
            if declared > MOST_BYTES:
                raise _too_large(source.name, _claims(declared))
            for number, info in enumerate(infos):
                if info.flag_bits & 1:
                    raise WorkbenchError(
                        "Encrypted archive",
                        f"`{source.name}` is protected by a password.",
                        "Unpack it with the password, and open the tables themselves.",
                    )
                if info.compress_type not in _METHODS:
                    raise WorkbenchError(
                        "Archive packed in an unusual way",
                        f"`{info.filename}` in `{source.name}` is packed by a method that is not read here.",
                        "Unpack it, and open the tables themselves.",
                    )

                def share(of_member: float, before: int = number) -> None:
                    told((before + of_member) / len(infos))

                with archive.open(info) as unpacked:
                    members.append(
                        _unpacked(
                            unpacked, source, f"{source.name}/{info.filename}", stem_of(info.filename),
                            folder / str(number), left, info.compress_size, share, info.file_size,
                        )
                    )  # fmt: skip
                left -= members[-1].size
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise _damaged(source.name, _reason(error)) from None
    except NotImplementedError:
        raise _damaged(source.name, "it is packed by a method that is not read here") from None
    return members


def _unpacked(
    unpacked: _Readable,
    source: SourceFile,
    name: str,
    stem: str,
    to: Path,
    allowed: int,
    packed: int,
    told: Told,
    declared: int = 0,
) -> SourceFile:
    digest = hashlib.sha256()
    size = 0
    head = b""
    most = min(allowed, max(shutil.disk_usage(to.parent).free - _KEPT_FREE, 0))
    with to.open("xb") as file:
        while block := unpacked.read(_BLOCK):
            size += len(block)
            if size > most:
                raise _too_large(source.name, _claims(most)) if most == allowed else _no_room(source.name)
            _check_ratio(source.name, size, packed)
            digest.update(block)
            try:
                file.write(block)
            except OSError:
                raise _no_room(source.name) from None
            head += block[: max(0, HEAD - len(head))]
            told(size / max(declared, size))
    return SourceFile(to, name, stem, "sha256:" + digest.hexdigest(), size, head)


def changed(name: str) -> WorkbenchError:
    """The error for a file that is not the same any more when it has been read."""
    return WorkbenchError(
        "File changed while it was read",
        f"`{name}` was written to while it was being read.",
        "Wait until the program that writes it is done, and open it again.",
    )


def _within(at: int, source: SourceFile) -> float:
    """The share read; a file that grows as fast as it is read would never end."""
    if at > source.size:
        raise changed(source.name)
    return at / max(source.size, 1)


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(packed, 1)


def _check_ratio(name: str, unpacked: int, packed: int) -> None:
    if _is_bomb(unpacked, packed):
        raise _too_large(name, f"unpacks to more than {MOST_RATIO} times its size, as no export does")


def _claims(size: int) -> str:
    return f"unpacks to more than {size // 2**20:,} MB, more than is read from an archive"


def _no_room(name: str) -> WorkbenchError:
    return WorkbenchError(
        "No room to unpack",
        f"The disk has no room for what `{name}` holds, unpacked.",
        "Free some space, or set TMPDIR to a folder on a larger disk.",
    )


def _too_large(name: str, what: str) -> WorkbenchError:
    return WorkbenchError(
        "Archive too large", f"`{name}` {what}.", "Unpack it yourself, and open the tables it holds."
    )


def _damaged(name: str, reason: str) -> WorkbenchError:
    return WorkbenchError(
        "Damaged archive",
        f"`{name}` cannot be unpacked: {reason}.",
        "Download or export it again, or unpack it yourself and open the tables.",
    )


def _reason(error: Exception) -> str:
    said = str(error).strip().rstrip(".")
    return said[:200] or "it is damaged"


def _more(names: Sequence[str], shown: int) -> str:
    return f" and {len(names) - shown:,} more" if len(names) > shown else ""
