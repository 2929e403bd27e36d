"""One change as an article: what happens to which provider, and what it means for those who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.model import ReplaceOrder
from idpctl.plan import Action, Reason
from idpctl.render.html_field import field_table
from idpctl.render.html_lists import facts
from idpctl.render.html_markup import isolated, join, literal, name, own, tag
from idpctl.render.safe import word, words
from idpctl.render.vocabulary import TITLES, address, call, meanwhile, unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.errors import Source
    from idpctl.plan import Change
    from idpctl.render.html_lists import Fact
    from idpctl.render.html_markup import Html

_USERS = 50
_NAMES = 50
_SYMBOLS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.DELETE: "-",
    Action.REPLACE: "+/-",
    Action.ADOPT: "=",
    Action.MOVE: ">",
}


def article(change: Change) -> Html:
    """Return the article of a change that stands open."""
    return tag("article", tag("h3", *_title(change)), *_body(change), class_=f"change {change.action}")


def folded_article(change: Change) -> Html:
    """Return the article of one change among many: a line that opens."""
    summary = tag("summary", tag("h3", *_title(change)))
    return tag("article", tag("details", summary, *_body(change)), class_=f"change {change.action}")


def place(source: Source) -> Html:
    """Return where a provider is declared."""
    return literal(f"{word(source.file)}:{source.line}")


def _title(change: Change) -> Iterator[Html]:
    yield tag("b", own(_symbol(change)), class_="symbol")
    yield own(" ")
    yield name(change.address)
    if change.drifted:
        yield tag("em", own("changed outside idpctl"))
    if change.trust:
        yield tag("em", own("trust change"), class_="danger")
    if change.gap:
        yield tag("em", own("gap"), class_="danger")


def _symbol(change: Change) -> str:
    if change.action is Action.REPLACE and change.order is ReplaceOrder.DELETE_FIRST:
        return "-/+"
    return _SYMBOLS[change.action]


def _body(change: Change) -> Iterator[Html]:
    yield tag("p", *_sentence(change), class_="about")
    impact = [*_impact(change)]
    if impact:
        yield facts(*impact)
    yield field_table(change)
    if change.action in {Action.UPDATE, Action.REPLACE} and change.before and change.desired:
        yield from _unchanged(change)


def _sentence(change: Change) -> Iterator[Html]:
    yield from _what(change)
    if change.source is not None:
        yield own("; declared in ")
        yield place(change.source)


def _what(change: Change) -> Iterator[Html]:
    known = _address(change.address)
    if change.action is Action.MOVE:
        yield join([_address(change.previous_address or ""), own(" has moved to "), known])
        yield own("; only the mark changes")
        return
    yield known
    record = change.before
    if change.reason is Reason.DEPOSED and record is not None:
        yield join(
            [own(" (left over from a replacement that was not finished: record "), name(record.ref), own(")")]
        )
    yield own(f" {TITLES[change.action].format(red='')}")
    if change.reason is Reason.UNDECLARED:
        yield own(", since it is not in the configuration")
    if change.action is Action.ADOPT and record is not None:
        yield join(
            [own(": record "), name(record.ref), own("; only the mark is written, values stay as they are")]
        )
    if change.previous_address is not None:
        yield join([own("; moved from "), _address(change.previous_address)])


def _address(key: str) -> Html:
    return isolated(address(key))


def _impact(change: Change) -> Iterator[Fact]:
    if change.action is Action.REPLACE:
        yield "Order", isolated(", ".join(call(step) for step in change.steps))
        yield "Meanwhile", tag("strong", own(meanwhile(change))) if change.gap else own(meanwhile(change))
    if change.usage and change.action in {Action.REPLACE, Action.DELETE}:
        yield "Used by", tag("strong", isolated(words(change.usage, _USERS)))


def _unchanged(change: Change) -> Iterator[Html]:
    names = unchanged(change)
    if names:
        yield tag("p", own(f"{len(names)} unchanged: "), isolated(words(names, _NAMES)), class_="about")
