"""Is what was reviewed still what would be done? Compared per record, so unrelated changes do not matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from idpctl.conflicts import STALE
from idpctl.diff import same
from idpctl.errors import Problem
from idpctl.guards import gates_of
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idpctl.model import Json
    from idpctl.plan import Change, Options, Plan

_Key = tuple[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One way in which the present differs from the review, in words that name field, old and new."""

    address: str
    message: str

    @property
    def problem(self) -> Problem:
        """Return the difference as a finding."""
        return Problem(
            rule=STALE.id, severity=STALE.severity, message=self.message, address=self.address or None
        )


def _key(change: Change) -> _Key:
    return change.address, None if change.before is None else change.before.ref


def differences(reviewed: Plan, now: Plan) -> list[Difference]:
    """Return why `reviewed` must not be applied; empty when each of its changes would be made today too."""
    found = []
    if reviewed.target != now.target:
        found.append(Difference(address="", message=f"the target was {reviewed.target}, now {now.target}"))
    present = {_key(change): change for change in now.changes}
    by_address = {change.address: change for change in now.changes}
    for change in reviewed.changes:
        current = present.get(_key(change)) or by_address.get(change.address)
        found.extend(_compare(change, current))
    return found


def _compare(reviewed: Change, current: Change | None) -> Iterator[Difference]:
    address = reviewed.address
    if current is None:
        yield Difference(address=address, message=f"{reviewed.action} is no longer what would be done")
        return
    if current.action is not reviewed.action:
        yield Difference(
            address=address, message=f"planned was {reviewed.action}, now it is {current.action}"
        )
    before, after = reviewed.effect(), current.effect()
    if before == after:
        return
    told = False
    for message in (*_live(reviewed, current), *_wanted(before, after)):
        told = True
        yield Difference(address=address, message=message)
    if not told and current.action is reviewed.action:
        yield Difference(
            address=address, message="the record's mark, or the steps of the change, are not as planned"
        )


def _live(reviewed: Change, current: Change) -> Iterator[str]:
    old, new = reviewed.before, current.before
    if old is not None and new is not None:
        yield from _fields("in the registry", old.idp.as_dict(), new.idp.as_dict())
    elif old is not new:
        yield "the record was deleted meanwhile" if new is None else "a record was created meanwhile"


def _wanted(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[str]:
    old, new = before["after"], after["after"]
    if old is not None and new is not None:
        yield from _fields("wanted", old, new)


def _fields(where: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    for path in sorted({*old, *new}):
        if not same(old.get(path), new.get(path)):
            yield f"{path} {where} was {quote(str(old.get(path)))}, now {quote(str(new.get(path)))}"


def narrow(now: Plan, reviewed: Plan, options: Options) -> Plan:
    """Return the part of `now` that was reviewed, with the gates that `options` leave closed."""
    wanted = {_key(change) for change in reviewed.changes}
    changes = tuple(change for change in now.changes if _key(change) in wanted)
    gates = tuple(gates_of(changes, options, owned=now.owned))
    return replace(now, changes=changes, gates=gates, options=options)


def acknowledged(reviewed: Options, given: Options) -> Options:
    """Return the options of the review, with what is allowed at the apply added to them."""
    return replace(
        reviewed,
        allow_replace=reviewed.allow_replace | given.allow_replace,
        allow_destroy=reviewed.allow_destroy | given.allow_destroy,
        allow_trust_change=reviewed.allow_trust_change | given.allow_trust_change,
        allow_gap=reviewed.allow_gap | given.allow_gap,
        max_deletes=given.max_deletes if given.max_deletes is not None else reviewed.max_deletes,
    )
