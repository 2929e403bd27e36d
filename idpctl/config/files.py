"""Files as text: what is no regular, bounded, clean UTF-8 file is refused before YAML is read.

What the two parsers, YAML 1.1 and 1.2, or a reviewer's screen would see differently goes here: TABs,
odd line ends, directives, invisible and bidirectional characters.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from typing import TYPE_CHECKING

from idpctl.errors import Source

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.config.report import Report

MOST_BYTES = 16 * 1024 * 1024

# Controls but TAB, LF, CR; NEL, LS and PS, which end a line in YAML 1.1 alone; bidirectional
# embeddings, overrides and isolates; the byte order mark; surrogates and non-characters.
# Patterns are compiled where they are needed, which is hardly ever.
_FORBIDDEN = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_TAB = "\t"
_DIRECTIVE = r"(?:\A|(?<=[\r\n]))%"
_PLAIN_BYTES = bytes(range(0x20, 0x7F)) + b"\n\r"
_LINE_END = r"\r\n?|\n"
_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_MESSAGES = {
    "YML-05": "the character U+{:04X} must not stand in the file",
    "YML-06": "a TAB must not stand in the file",
    "YML-09": "the line begins with %, which makes it a directive",
}
_UTF8_MARK = b"\xef\xbb\xbf"


class TextFile:
    """A file that was read: `shown` is its path as people gave it, `sha256` is over its bytes."""

    __slots__ = ("sha256", "shown", "text")

    def __init__(self, shown: str, text: str, sha256: str) -> None:
        self.shown = shown
        self.text = text
        self.sha256 = sha256


def place(shown: str, text: str, index: int) -> Source:
    """Return where the character at `index` of `text` stands, by line and column from 1."""
    line, begin = 1, 0
    for end in re.finditer(_LINE_END, text[:index]):
        line, begin = line + 1, end.end()
    return Source(file=shown, line=line, column=index - begin + 1)


def read(path: Path, shown: str, report: Report) -> TextFile | None:
    """Return the file at `path` as text; None, and a problem in `report`, where it cannot be used."""
    raw = read_bytes(path, shown, report)
    if raw is None:
        return None
    return accept(raw, shown, report)


def accept(raw: bytes, shown: str, report: Report) -> TextFile | None:
    """Return the file whose bytes are `raw`; None, and a problem in `report`, where it cannot be used."""
    if len(raw) > MOST_BYTES:
        report.add("YML-03", "the file is larger than 16 MiB", Source(file=shown, line=1))
        return None
    text = _decode(raw, shown, report)
    if text is None or not _is_clean(raw, text, shown, report):
        return None
    return TextFile(shown, text, hashlib.sha256(raw).hexdigest())


def read_bytes(path: Path, shown: str, report: Report, most: int = MOST_BYTES) -> bytes | None:
    """Return at most one byte more than `most`; None, and a problem in `report`, where there is no file."""
    start = Source(file=shown, line=1)
    try:
        raw = _read_regular(path, most)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or "the path is not valid"
        report.add("YML-02", f"the file cannot be read: {reason}", start)
        return None
    if raw is None:
        report.add("YML-02", "this is not a regular file", start)
    return raw


def _read_regular(path: Path, most: int) -> bytes | None:
    """Return at most one byte more than `most`; None where `path` is no regular file.

    It is looked at before it is opened, since opening a device may act on it, and after, since it
    may have been exchanged. O_NONBLOCK lets a pipe be opened without a writer.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        # A read sets aside all that it may return: so ask for the size, and again if the file grew.
        raw = file.read(min(status.st_size, most) + 1)
        return raw if len(raw) <= status.st_size else raw + file.read(most + 1 - len(raw))


def _decode(raw: bytes, shown: str, report: Report) -> str | None:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            report.add("YML-04", f"the file is {encoding}, not UTF-8", Source(file=shown, line=1))
            return None
    raw = raw.removeprefix(_UTF8_MARK)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        message = f"the byte 0x{raw[error.start]:02x} is not UTF-8"
        report.add("YML-04", message, place(shown, before, len(before)))
        return None


def invisible(text: str) -> int | None:
    """Return the index of the first control, invisible or bidirectional character; a TAB is none."""
    found = None if text.isascii() and text.isprintable() else re.search(_FORBIDDEN, text)
    return None if found is None else found.start()


def _is_clean(raw: bytes, text: str, shown: str, report: Report) -> bool:
    """Refuse what would be read differently by someone else; each kind is reported once."""
    patterns = {}
    if "%" in text:
        patterns["YML-09"] = _DIRECTIVE
    if not text.isascii() or raw.translate(None, _PLAIN_BYTES):
        patterns |= {"YML-05": _FORBIDDEN, "YML-06": _TAB}
    found = [(rule, match) for rule, pattern in patterns.items() if (match := re.search(pattern, text))]
    for rule, match in found:
        report.add(rule, _MESSAGES[rule].format(ord(match.group())), place(shown, text, match.start()))
    return not found
