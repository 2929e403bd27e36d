"""What a person may have meant by a word that is not known."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from idpctl.text import listing, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 100
_SHOWN = 20


def meant(word: str, known: Iterable[str]) -> str | None:
    """Return a hint that names the nearest of `known`; None where none is near."""
    near = _nearest(word, tuple(known))
    return None if near is None else f"did you mean {quote(near)}?"


def suggest(word: str, known: Iterable[str]) -> str:
    """Return a hint: the nearest of `known`, or all of them where none is near."""
    candidates = tuple(known)
    others = f"known here: {listing(candidates, _SHOWN)}" if candidates else "nothing is known here"
    return meant(word, candidates) or others


@lru_cache(maxsize=1024)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    if len(word) > _LONGEST:
        return None
    plain = _plain(word)
    same = next((candidate for candidate in known if _plain(candidate) == plain), None)
    if same is not None:
        return same
    from difflib import get_close_matches

    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=0.65)), None)


def _plain(word: str) -> str:
    return "".join(character for character in word.lower() if character.isalnum())
