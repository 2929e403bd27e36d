"""Sections, and lists that may be long: folded where that hides nothing dangerous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.render.html_markup import join, lines, own, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idpctl.render.html_markup import Html

Fact = tuple[str, "Html"]

MOST = 25  # so many entries are read at once; from here on a list is folded


def section(title: str, *content: Html, kind: str = "", count: int | None = None) -> Html:
    """Return a section under a heading of our own words, with the count of what is in it."""
    number = [] if count is None else [own(" "), tag("small", own(f"{count:,}"))]
    heading = tag("h2", own(title), *number)
    return tag("section", lines([heading, *(part for part in content if part)]), class_=kind)


def fold(summary: str, content: Html) -> Html:
    """Return content that opens on demand."""
    return tag("details", tag("summary", own(summary)), content, class_="long")


def items(listed: Sequence[Html], what: str) -> Html:
    """Return a list; what goes beyond a glance is folded under `what` and its count."""
    shown = tag("ul", lines(tag("li", one) for one in listed[:MOST]))
    rest = listed[MOST:]
    if not rest:
        return shown
    return join([shown, fold(f"{len(rest):,} more {what}", tag("ul", lines(tag("li", one) for one in rest)))])


def facts(*listed: Fact) -> Html:
    """Return pairs of a title and what it is."""
    return tag("dl", *(tag("div", tag("dt", own(title)), tag("dd", content)) for title, content in listed))


def listing(kind: str, titles: Sequence[str], rows: Iterable[Html]) -> Html:
    """Return a table under `titles`; `kind` is a class that knows how wide its columns are."""
    head = tag("tr", *(tag("th", own(title), scope="col") for title in titles))
    return tag("table", tag("thead", head), tag("tbody", lines(rows)), class_=f"list {kind}")
