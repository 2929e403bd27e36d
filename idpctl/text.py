"""Text from outside, made safe to show: nothing here can forge terminal output.

Registry records, discovery documents and YAML under review are hostile. Everything that
`str.isprintable` refuses is written as an escape: C0 and C1 controls, OSC and DCS starters,
bidirectional overrides, zero-width and line separators, lone surrogates.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = 200

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escape_character(character: str) -> str:
    if character.isprintable():
        return character
    short = _SHORT.get(character)
    if short is not None:
        return short
    code = ord(character)
    if code < 0x100:  # noqa: PLR2004 - two hex digits hold a byte
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - four hold the BMP


def escape(text: str, limit: int | None = LIMIT) -> str:
    """Return `text` on one line without control or invisible characters, cut after `limit` characters."""
    head, rest = _cut(text, limit)
    return (head if head.isprintable() else "".join(map(_escape_character, head))) + rest


def quote(text: str, limit: int | None = LIMIT) -> str:
    """Return `text` escaped and in double quotes, so that its ends can be seen."""
    head, rest = _cut(text, limit)
    return '"' + escape(head.replace("\\", "\\\\").replace('"', '\\"'), None) + '"' + rest


def _cut(text: str, limit: int | None) -> tuple[str, str]:
    if limit is None or len(text) <= limit:
        return text, ""
    return text[:limit], f"... (+{len(text) - limit} characters)"


def has_forbidden(text: str) -> bool:
    """Say whether `text` holds control, bidirectional, surrogate or unassigned characters."""
    return not text.isprintable() and any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for character in text
    )


def first_difference(left: str, right: str) -> int:
    """Return the index of the first character that differs; the shorter length if one is a prefix."""
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))


def caret(left: str, right: str) -> tuple[str, str, str]:
    """Return both texts escaped, and a line with a caret under the first character that differs."""
    index = first_difference(left, right)
    return escape(left, None), escape(right, None), " " * len(escape(left[:index], None)) + "^"


def listing(words: list[str] | tuple[str, ...], most: int = 5) -> str:
    """Return `a, b and 3 more` for a list that may be long."""
    shown = ", ".join(escape(word) for word in words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown


def hide_userinfo(text: str) -> str:
    """Return text without the user information of a URL in it (RFC 3986 section 3.2.1)."""
    if "@" not in text:
        return text
    import re

    # No scheme in front, so that a long text is searched only once.
    return re.sub(r"://[^/?#\\]*@", "://***@", text)


def hide_userinfo_inside(value: Any) -> Any:
    """Return JSON without the user information of URLs, in names of members too."""
    if isinstance(value, dict):
        return {hide_userinfo(name): hide_userinfo_inside(one) for name, one in value.items()}
    if isinstance(value, list):
        return list(map(hide_userinfo_inside, value))
    return hide_userinfo(value) if isinstance(value, str) else value


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was likely meant to be."""
    from difflib import get_close_matches

    near = get_close_matches(word[:LIMIT], list(known), n=1, cutoff=0.6)
    return near[0] if near else None
