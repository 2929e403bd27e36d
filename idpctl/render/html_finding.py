"""One finding of drift as a row of a table: what was seen, and what each party holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftClass, Knowledge
from idpctl.render.contrast import is_pointed_at
from idpctl.render.drift_words import compared, saying, side_text
from idpctl.render.html_field import row
from idpctl.render.html_lists import facts
from idpctl.render.html_markup import join, name, own, prose, tag, value
from idpctl.render.html_value import changed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.drift.model import Finding, Side
    from idpctl.render.html_lists import Fact
    from idpctl.render.html_markup import Html


def finding_row(finding: Finding, started: str) -> Html:
    """Return the row; its notes say since when, and what else has to be known."""
    title = join([tag("b", own(str(finding.kind))), *_path(finding)])
    values = join([tag("p", prose(saying(finding))), *_values(finding)])
    seen = "new" if finding.first_seen == started else f"first seen {finding.first_seen}"
    notes = [seen, *(["as last seen: it could not be looked at now"] if finding.carried else [])]
    lapsed = (
        [tag("p", own("No longer accepted: "), prose(finding.lapsed), class_="why")] if finding.lapsed else []
    )
    return row(title, join([values, *lapsed]), *notes)


def _path(finding: Finding) -> Iterator[Html]:
    if finding.path:
        yield own(" ")
        yield name(finding.path)


def _values(finding: Finding) -> Iterator[Html]:
    """Yield the two that differ with the difference marked, then what is told beside them."""
    good, bad = compared(finding)
    expected, found = getattr(finding, good), getattr(finding, bad)
    shown: list[Side] = []
    if expected.knowledge is found.knowledge is Knowledge.VALUE:
        yield changed(expected.value, found.value, point=is_pointed_at(finding.path))
        yield tag("p", own(f"{good}, then {bad}"), class_="why")
        shown = [expected, found]
    rest = [*_facts(finding, shown)]
    if rest:
        yield facts(*rest)


def _facts(finding: Finding, shown: list[Side]) -> Iterator[Fact]:
    """Yield the sides that say something which is not `shown` yet."""
    locked = finding.kind is DriftClass.UPSTREAM
    for party, title in (
        ("wanted", "Locked" if locked else "Wanted"),
        ("live", "Live"),
        ("served", "Served"),
        ("applied", "Last applied"),
    ):
        side: Side = getattr(finding, party)
        if side in shown or side.knowledge is Knowledge.ABSENT:
            continue
        shown = [*shown, side]
        yield title, value(side.value) if side.knowledge is Knowledge.VALUE else prose(side_text(side))
