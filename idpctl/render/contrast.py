"""Two values of one field beside each other, cut and marked so that the difference is in sight."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from idpctl.render.safe import as_json, calm, quoted
from idpctl.text import LIMIT, first_difference, hide_userinfo, quote

if TYPE_CHECKING:
    from idpctl.model import Json

_HEAD = 60
_BEFORE = 40
_AFTER = 100
_FEW = 2  # so many characters are easily overlooked
_SHORT = 8  # texts up to here can be compared at a glance
HIDDEN = "(they differ in the user information, which is not shown)"


def is_pointed_at(path: str | None) -> bool:
    """Say whether one character decides in this field: texts for people and extras have no caret."""
    return not (path or "").startswith(("description", "properties."))


def contrast(before: Json, after: Json, *, point: bool) -> tuple[str, str, str]:
    """Return both values as they are shown, and a line to print under the second one, or "".

    Values over `text.LIMIT` characters are cut, never where they first differ. With `point`,
    texts that are easily taken for each other get a caret under the first character that differs.
    """
    if not isinstance(before, str) or not isinstance(after, str):
        return (*_cut_both(_plain(before), _plain(after)), "")
    left, right = hide_userinfo(before), hide_userinfo(after)
    if left == right:
        return quoted(left), quoted(right), HIDDEN
    alike = point and look_alike(left, right)
    if not alike and len(left) <= LIMIT and len(right) <= LIMIT:
        return calm(quote(left)), calm(quote(right)), ""
    index = first_difference(left, right)
    one, _ = _window(left, index)
    other, offset = _window(right, index)
    return calm(one), calm(other), _caret(left, right, index, offset) if alike else ""


def look_alike(left: str, right: str) -> bool:
    """Say whether texts differ only by case, a final slash, Unicode form, or a few characters in a row."""
    if len(left) <= _SHORT or len(right) <= _SHORT:
        return False
    if _folded(left) == _folded(right):
        return True
    if abs(len(left) - len(right)) > _FEW:
        return False
    start = first_difference(left, right)
    end = first_difference(left[start:][::-1], right[start:][::-1])
    return max(len(left), len(right)) - start - end <= _FEW


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().rstrip("/")


def _plain(value: Json) -> str:
    return quote(hide_userinfo(value), None) if isinstance(value, str) else as_json(value)


def _cut_both(left: str, right: str) -> tuple[str, str]:
    index = first_difference(left, right)
    return calm(_cut(left, index)), calm(_cut(right, index))


def _cut(text: str, index: int) -> str:
    head, skipped, start, end = _bounds(text, index)
    begin = f"{text[:head]}...(+{skipped})..." if skipped else ""
    return f"{begin}{text[start:end]}{_rest(text, end)}"


def _window(text: str, index: int) -> tuple[str, int]:
    """Return the parts of `text` that are shown, each in quotes, and the column of the difference."""
    head, skipped, start, end = _bounds(text, index)
    begin = f"{quote(text[:head], None)}...(+{skipped})..." if skipped else ""
    offset = len(begin) + len(quote(text[start:index], None)) - 1
    return f"{begin}{quote(text[start:end], None)}{_rest(text, end)}", offset


def _bounds(text: str, index: int) -> tuple[int, int, int, int]:
    if len(text) <= LIMIT:
        return 0, 0, 0, len(text)
    start = index - _BEFORE
    if start <= _HEAD:
        return 0, 0, 0, max(index + _AFTER, LIMIT)
    return _HEAD, start - _HEAD, start, index + _AFTER


def _rest(text: str, end: int) -> str:
    return f"...(+{len(text) - end})" if len(text) > end else ""


def _caret(left: str, right: str, index: int, offset: int) -> str:
    return f"{' ' * offset}^ {became(left, right, index)}"


def became(left: str, right: str, index: int) -> str:
    """Return which character became which, at `index`."""
    return f"{_character(left, index)} became {_character(right, index)}"


def _character(text: str, index: int) -> str:
    """Name the character: one that looks like another one by its code point."""
    if index >= len(text):
        return "the end"
    character = text[index]
    return quote(character) if character.isascii() else f"U+{ord(character):04X}"
