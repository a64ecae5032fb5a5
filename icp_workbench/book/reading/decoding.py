"""Bytes of a text file → UTF-8 bytes, whatever the file was written in, and what could not be read so."""

from __future__ import annotations

import codecs
import re

from icp_workbench.book.raw import Issue
from icp_workbench.errors import WorkbenchError

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8 with byte order mark"),
    (b"\xff\xfe\x00\x00", "utf-32-le", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32-be", "UTF-32"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
_NAMES = {
    "utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32", "utf-32-be": "UTF-32",
}  # fmt: skip
_HEAD = 65_536
_BINARY_SHARE = 0.05
_CONTROLS = bytes((*range(9), 11, *range(14, 27), *range(28, 32)))
_STEP = 16 << 20
_LINES_NAMED = 10


def to_utf8(
    name: str, content: bytes | bytearray, issues: list[Issue], wished: str = ""
) -> tuple[bytes | bytearray, str]:
    """`content` as UTF-8 without a byte order mark, and its encoding in words.

    The encoding is the one `wished` for, else that of the byte order mark, else UTF-16 or UTF-32 by the place
    of the zero bytes, else UTF-8, else Windows-1252. UTF-8 with a few foreign bytes stays UTF-8: those bytes
    are read as Windows-1252 and their lines named. A byte order mark at the beginning of a later line, where
    files were joined end to end, is taken out and named. WorkbenchError where it is binary, or `wished` is no
    encoding.
    """
    read, label = _read(name, content, issues, wished)
    return _without_marks(read, issues), label


def _read(
    name: str, content: bytes | bytearray, issues: list[Issue], wished: str
) -> tuple[bytes | bytearray, str]:
    if wished:
        return _wished(name, content, wished, issues)
    for mark, codec, label in _MARKS:
        if content.startswith(mark):
            if codec == "utf-8":
                return _utf8(content[len(mark) :], issues), label
            return _transcoded(content[len(mark) :], codec, label, issues), label
    head = content[:_HEAD]
    if codec := _wide(head):
        label = f"{_NAMES[codec]} without byte order mark"
        return _transcoded(content, codec, label, issues), label
    if len(head) - len(head.translate(None, _CONTROLS)) > _BINARY_SHARE * len(head):
        raise WorkbenchError(
            "Not a table",
            f"`{name}` is a binary file, not text.",
            "Export the data as CSV, Excel or Parquet and open that file.",
        )
    if _is_utf8(content):
        return content, "UTF-8"
    if _mostly_utf8(content):
        return _utf8(content, issues), "UTF-8"
    issues.append(Issue(None, "note", "encoding", "Not UTF-8: read as Windows-1252."))
    return _transcoded(content, "cp1252", "Windows-1252", issues), "Windows-1252"


def _without_marks(content: bytes | bytearray, issues: list[Issue]) -> bytes | bytearray:
    if content.find(_MARK_INSIDE) < 0:
        return content
    found = [at.start() for at in _MARK_AT_BEGIN.finditer(content)]
    if not found:
        return content
    line = content.count(b"\n", 0, found[0]) + content.count(b"\r", 0, found[0])
    line -= content.count(b"\r\n", 0, found[0])
    what = f"A byte order mark begins {len(found):,} lines, as where files were joined: taken out."
    issues.append(Issue(line + 1, "note", "byte order mark", what))
    return _MARK_AT_BEGIN.sub(b"", content)


_MARK_INSIDE = codecs.BOM_UTF8
_MARK_AT_BEGIN = re.compile(rb"(?:(?<=[\r\n])|\A)(?:\xef\xbb\xbf)+")


def _wished(
    name: str, content: bytes | bytearray, wished: str, issues: list[Issue]
) -> tuple[bytes | bytearray, str]:
    aliases = {"windows-1252": "cp1252", "ansi": "cp1252", "latin-1": "cp1252", "utf-16": "utf-16-le"}
    asked = wished.strip().lower().replace("_", "-").replace(" ", "-")
    try:
        codec = codecs.lookup(aliases.get(asked, asked))
    except LookupError:
        codec = None
    if codec is None or not codec._is_text_encoding:
        raise WorkbenchError(
            "Unknown encoding",
            f"`{name}` is to be read as `{wished[:60]}`, which is no encoding.",
            "Use UTF-8, UTF-16, Windows-1252, or leave it to be found out.",
        )
    for mark, marked, _ in _MARKS:
        if content.startswith(mark) and (asked.startswith(marked) or (marked.startswith(asked))):
            return _read(name, content, issues, "")
    label = _NAMES.get(codec.name, wished)
    if codec.name == "utf-8":
        return _utf8(content, issues), label
    return _transcoded(content, codec.name, label, issues), label


def _wide(head: bytes | bytearray) -> str:
    """The codec of text in which every second byte, or three in four, are zero; "" when it is not such."""
    if len(head) < 4 or not head.count(0):
        return ""
    quarter = len(head) / 4
    zeros = [head[at::4].count(0) for at in range(4)]
    if min(zeros[1:]) > 0.9 * quarter and zeros[0] < 0.1 * quarter:
        return "utf-32-le"
    if min(zeros[:3]) > 0.9 * quarter and zeros[3] < 0.1 * quarter:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if max(even, odd) > 0.3 * len(head) / 2 and min(even, odd) < 0.05 * len(head) / 2:
        return "utf-16-be" if even > odd else "utf-16-le"
    return ""


def _is_utf8(content: bytes | bytearray) -> bool:
    if content.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(content)
    try:
        for at in range(0, len(content), _STEP):
            part = view[at : at + _STEP]
            decoder.decode(part, at + _STEP >= len(content))
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(content: bytes | bytearray) -> bool:
    """Whether there are more characters of several bytes in valid UTF-8 than bytes that are none."""
    text = content.decode("utf-8", "surrogateescape")
    foreign = sum(1 for _ in _FOREIGN.finditer(text))
    return sum(1 for _ in _BEYOND_ASCII.finditer(text)) - foreign > foreign


_FOREIGN = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")


def _utf8(content: bytes | bytearray, issues: list[Issue]) -> bytes | bytearray:
    if _is_utf8(content):
        return content
    text = content.decode("utf-8", "surrogateescape")
    lines: list[int] = []
    line, seen, many = 1, 0, 0
    for found in _FOREIGN.finditer(text):
        many += 1
        if len(lines) < _LINES_NAMED:
            line += _breaks(text[seen : found.start()])
            seen = found.start()
            if not lines or lines[-1] != line:
                lines.append(line)
    named = ", ".join(f"{number:,}" for number in lines)
    what = f"{many:,} bytes are not valid UTF-8 and were read as Windows-1252: first on line {named}."
    issues.append(Issue(lines[0], "warning", "encoding", what))
    return _FOREIGN.sub(lambda found: _as_cp1252(ord(found[0]) - 0xDC00), text).encode("utf-8")


def _as_cp1252(byte: int) -> str:
    """The character of one byte; bytes that Windows-1252 leaves undefined keep their number."""
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _breaks(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _transcoded(content: bytes | bytearray, codec: str, label: str, issues: list[Issue]) -> bytes | bytearray:
    if codec == "cp1252":
        undefined = content.translate(None, bytes(byte for byte in range(256) if byte not in _UNDEFINED))
        if undefined:
            what = f"{len(undefined):,} characters have no meaning in {label} and show as control characters."
            first = min(content.index(bytes((byte,))) for byte in set(undefined))
            line = content[:first].count(b"\n") + 1
            issues.append(Issue(line, "warning", "encoding", f"{what} The first is on line {line:,}."))
        return codecs.charmap_decode(content, "strict", _CP1252_TABLE)[0].encode("utf-8")
    text = content.decode(codec, errors="replace")
    lost = text.count("\ufffd")
    if lost:
        line = _breaks(text[: text.index("\ufffd")]) + 1
        what = f"{lost:,} characters are not valid {label} and show as \ufffd, first on line {line:,}."
        issues.append(Issue(line, "warning", "encoding", what))
    return text.encode("utf-8", "replace")


_CP1252_TABLE = "".join(map(_as_cp1252, range(256)))
_UNDEFINED = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))
