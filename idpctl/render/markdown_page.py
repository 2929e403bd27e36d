"""A page of bounded size: what matters most is put first, what does not fit is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.render.markdown_text import frame
from idpctl.render.problems import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LAST_LINE = 400  # room for what was left out


class Part:
    """One part of a page, in the order of the page; `before` and `after` frame it once it holds anything.

    `noun` names one piece of it, for the count of what was left out.
    """

    __slots__ = ("after", "before", "left_out", "noun", "pieces")

    def __init__(self, noun: str, before: str = "", after: str = "") -> None:
        self.noun = noun
        self.before = before
        self.after = after
        self.pieces: dict[int, str] = {}
        self.left_out = 0

    @property
    def text(self) -> str:
        """Return the part, empty where nothing was put into it."""
        inside = "".join(self.pieces[place] for place in sorted(self.pieces))
        return f"{self.before}{inside}{self.after}" if inside else ""


def fenced(noun: str, lines: Iterable[str], language: str, title: str = "", end: str = "") -> Part:
    """Return a part for `lines`, which stand in one fence below `title`."""
    begin, last = frame(lines, language)
    return Part(noun, f"{title}{begin}\n", f"{last}\n{end}")


class Page:
    """Parts one below the other, at most `limit` characters in all.

    What is `put` is never left out; what is `offered` is taken as long as there is room, so that
    the order of the offers is the order of importance.
    """

    __slots__ = ("_limit", "_parts", "_room")

    def __init__(self, parts: Sequence[Part], limit: int) -> None:
        self._parts = parts
        self._limit = limit
        self._room = limit - _LAST_LINE - len(parts)

    def put(self, part: Part, text: str) -> None:
        """Add `text` at the end of `part`, whatever its size."""
        self._room -= self._cost(part, text)
        part.pieces[len(part.pieces)] = text

    def fits(self, part: Part, text: str) -> bool:
        """Say whether there is room for `text` in `part`."""
        return self._cost(part, text) <= self._room

    def offer(self, part: Part, text: str, place: int | None = None) -> bool:
        """Add `text` to `part` at `place` (default: the end) if there is room, else count it as left out."""
        if not self.fits(part, text):
            part.left_out += 1
            return False
        self._room -= self._cost(part, text)
        part.pieces[len(part.pieces) if place is None else place] = text
        return True

    def _cost(self, part: Part, text: str) -> int:
        return len(text) + (0 if part.pieces else len(part.before) + len(part.after))

    def text(self, more: str) -> str:
        """Return the page; its last line says what was left out, if anything, and `more` where it is."""
        texts = [part.text.rstrip("\n") for part in self._parts]
        counts = [plural(part.left_out, part.noun) for part in self._parts if part.left_out]
        if counts:
            texts.append(f"Left out to stay under {self._limit:,} characters: {', '.join(counts)}. {more}")
        return "\n\n".join(text for text in texts if text) + "\n"
