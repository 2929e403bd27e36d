"""Two values of one field, one above the other, the part that differs marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.render.contrast import HIDDEN, became, look_alike
from idpctl.render.html_markup import Html, join, own, tag, value
from idpctl.render.safe import as_json, calm
from idpctl.text import LIMIT, first_difference, hide_userinfo, quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from idpctl.model import Json

    Show = Callable[[str], str]

_HEAD = 60
_NEAR = 40
_TAIL = 60


def added(given: Json) -> Html:
    """Return a value where there was none."""
    return tag("ins", value(given))


def removed(given: Json) -> Html:
    """Return a value that goes without another one in its place."""
    return tag("del", value(given))


def changed(before: Json, after: Json, *, point: bool) -> Html:
    """Return both values; with `point`, texts that look alike are told apart in words too."""
    texts = isinstance(before, str) and isinstance(after, str)
    left, right = (hide_userinfo(before), hide_userinfo(after)) if texts else (_plain(before), _plain(after))
    both = _both(left, right, _inside if texts else calm, '"' if texts else "")
    if left == right:
        return join([both, _note(HIDDEN)])
    if not point or not texts or not look_alike(left, right):
        return both
    return join([both, _note(became(left, right, first_difference(left, right)))])


def _plain(given: Json) -> str:
    return quote(hide_userinfo(given), None) if isinstance(given, str) else as_json(given)


def _inside(text: str) -> str:
    return calm(quote(text, None)[1:-1])


def _note(text: str) -> Html:
    return tag("p", own(text), class_="why")


def _both(left: str, right: str, show: Show, ends: str) -> Html:
    start = first_difference(left, right)
    end = first_difference(left[start:][::-1], right[start:][::-1])
    one, other = (_side(text, start, len(text) - end, show, ends) for text in (left, right))
    before, after = (tag("span", own(word), class_="unseen") for word in ("before ", "after "))
    return join([tag("del", before, one), tag("ins", after, other)])


def _side(text: str, start: int, end: int, show: Show, ends: str) -> Html:
    """Return a value with `text[start:end]` marked: an empty mark shows where the other one has more."""
    marked = tag("mark", _cut(text[start:end], LIMIT, show))
    rest = _cut(text[end:], _TAIL, show)
    return tag("code", own(ends), _begin(text[:start], show), marked, rest, own(ends))


def _begin(text: str, show: Show) -> Html:
    skipped = len(text) - _HEAD - _NEAR
    if skipped <= 0:
        return own(show(text))
    return join([own(show(text[:_HEAD])), _count(skipped), own(show(text[-_NEAR:]))])


def _cut(text: str, most: int, show: Show) -> Html:
    if len(text) <= most:
        return own(show(text))
    return join([own(show(text[:most])), _count(len(text) - most)])


def _count(skipped: int) -> Html:
    return tag("small", own(f"...(+{skipped})..."))
