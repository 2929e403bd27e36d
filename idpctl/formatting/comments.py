"""Comments of a YAML file, which parsers throw away: they are found between the scalars."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.config.events import Event

_COMMENT = re.compile(r"#[^\n]*")
_HEADER = re.compile(r"[|>][-+0-9]* +(#[^\n]*)")
# What may stand between an anchor and its scalar; a comment may be part of it.
_ANCHOR = re.compile(r"&\S+(?:\s+(?:#[^\n]*)?)*")


class Comment(NamedTuple):
    """A comment from its `#` on, at a column that counts from 0.

    `alone` says that its line holds nothing else, but the dash of an item, whose column then counts;
    `spaced` says that the line above it is blank.
    """

    text: str
    column: int
    alone: bool
    spaced: bool


class Comments:
    """Reads the comments of `text` in step with its events."""

    __slots__ = ("_end", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = 0

    def before(self, event: Event) -> Iterator[Comment]:
        """Yield the comments between the scalar before and `event`; then go on behind it."""
        yield from self._between(self._end, event.start_mark.index)
        self._end = event.start_mark.index

    def inside(self, scalar: Event) -> Iterator[Comment]:
        """Yield the comments in front of the text of a scalar: behind its anchor, or behind `|`."""
        begin, end = scalar.start_mark.index, scalar.end_mark.index
        anchor = _ANCHOR.match(self._text, begin, end) if scalar.anchor is not None else None
        if anchor is not None:
            yield from self._between(begin, anchor.end())
            begin = anchor.end()
        header = _HEADER.match(self._text, begin, end) if scalar.style and scalar.style in "|>" else None
        if header is not None:
            yield from self._between(header.start(1), header.end(1))
        self._end = end

    def spaced(self, index: int) -> bool:
        """Say whether the line above that of `index` is blank."""
        start = self._text.rfind("\n", 0, index) + 1
        return start > 0 and not self._text[self._text.rfind("\n", 0, start - 1) + 1 : start].strip(" \n")

    def _between(self, begin: int, end: int) -> Iterator[Comment]:
        for match in _COMMENT.finditer(self._text, begin, end):
            index = match.start()
            start = self._text.rfind("\n", 0, index) + 1
            before = self._text[start:index]
            # Behind the dash of an item it is about what follows.
            alone, column = not before.strip(" -"), len(before) - len(before.lstrip(" "))
            yield Comment(match.group().rstrip(), column, alone, self.spaced(index))
