"""Is what was reviewed still what would be done? Compared per record, so unrelated changes do not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.conflicts import STALE
from idpctl.diff import same, same_property
from idpctl.errors import Problem
from idpctl.guards import gates_of
from idpctl.model import ENDPOINTS, FIELDS
from idpctl.text import escape, quote
from idpctl.value import replace, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.asked import Options
    from idpctl.errors import Source
    from idpctl.model import Desired, IdentityProvider, Json
    from idpctl.plan import Change, Plan

_Key = tuple[str, str | None]


@value
class Difference:
    """One way in which the present differs from the review, in words that name field, old and new."""

    address: str
    message: str
    source: Source | None = None

    @property
    def problem(self) -> Problem:
        """Return the difference as a finding."""
        return Problem(
            rule=STALE.id,
            severity=STALE.severity,
            message=self.message,
            address=self.address or None,
            source=self.source,
        )


def _key(change: Change) -> _Key:
    return change.address, None if change.before is None else change.before.ref


def differences(reviewed: Plan, now: Plan, *, whole: bool = False) -> list[Difference]:
    """Return why `reviewed` must not be applied; empty when its providers would be changed so today too.

    What `now` would do to providers that `reviewed` leaves alone does not matter, unless the
    `whole` was agreed to, as with a fingerprint.
    """
    found = []
    if reviewed.target != now.target:
        found.append(Difference(address="", message=f"the target was {reviewed.target}, now {now.target}"))
    present = {_key(change): change for change in now.changes}
    planned = {_key(change): change for change in reviewed.changes}
    addresses = {change.address for change in reviewed.changes}
    extra = {change.address: change for key, change in present.items() if key not in planned}
    for key, change in planned.items():
        current = present[key] if key in present else extra.pop(change.address, None)
        found.extend(_compare(change, current))
    found.extend(_added(change) for address, change in extra.items() if whole or address in addresses)
    return found


def _added(change: Change) -> Difference:
    """Return the difference that something would be done that was not reviewed."""
    fields = "; ".join(
        f"{field.path} {_shown(field.before)} -> {_shown(field.after)}"
        for field in change.fields
        if not field.path.startswith("mark.")
    )
    message = f"{_what(change)} would be done too" + (f": {fields}" if fields else "")
    return Difference(address=change.address, message=message, source=change.source)


def _what(change: Change) -> str:
    return f"{change.action} of {quote(change.steps[0].name)}"


def _compare(reviewed: Change, current: Change | None) -> Iterator[Difference]:
    address = reviewed.address
    if current is None:
        yield Difference(address=address, message=f"{_what(reviewed)} is no longer what would be done")
        return
    if reviewed.effect() == current.effect():
        return
    if current.action is not reviewed.action:
        message = f"planned was {reviewed.action}, now it is {current.action}"
        yield Difference(address=address, message=message, source=current.source)
    found = [*_live(reviewed, current), *_wanted(reviewed, current)] or [*_origins(reviewed, current)]
    yield from found
    if not found and current.action is reviewed.action:
        message = "the record's mark, what is not managed in it, or the steps are not as planned"
        yield Difference(address=address, message=message)


def _live(reviewed: Change, current: Change) -> Iterator[Difference]:
    old, new = reviewed.before, current.before
    if old is not None and new is not None:
        # A saved plan has only what is managed: that is what can be compared then.
        live = new.idp if old.seal is None else new.idp.public(reviewed.managed)
        for _, message in _fields("in the registry", old.idp, live, reviewed.desired):
            yield Difference(address=reviewed.address, message=message)
    elif old is not new:
        message = "the record was deleted meanwhile" if new is None else "a record was created meanwhile"
        yield Difference(address=reviewed.address, message=message)


def _wanted(reviewed: Change, current: Change) -> Iterator[Difference]:
    old, new = reviewed.desired, current.desired
    if old is None or new is None:
        return
    before, after = old.idp.public(reviewed.managed), new.idp.public(current.managed)
    for path, message in _fields("wanted", before, after, new):
        yield Difference(address=reviewed.address, message=message, source=new.declared.at(path))


def _origins(reviewed: Change, current: Change) -> Iterator[Difference]:
    old, new = reviewed.desired, current.desired
    if old is None or new is None:
        return
    for path in ENDPOINTS:
        before, after = old.provenance.of(path), new.provenance.of(path)
        if before is not after:
            message = f"{path} came from {before}, now the same value comes from {after}"
            yield Difference(address=reviewed.address, message=message, source=new.declared.at(path))


def _fields(
    where: str, old: IdentityProvider, new: IdentityProvider, wanted: Desired | None
) -> Iterator[tuple[str, str]]:
    """Yield path and difference of each field."""
    for path in FIELDS:
        before, after = getattr(old, path), getattr(new, path)
        if not same(before, after):
            yield path, f"{path} {where} was {_shown(before)}, now {_shown(after)}"
    managed = () if wanted is None else wanted.declared.properties
    for key in sorted({*old.properties, *new.properties}):
        before, after = old.properties.get(key), new.properties.get(key)
        if same_property(before, after):
            continue
        # What the configuration does not manage may be a secret of the registry.
        values = f"was {_shown(before)}, now {_shown(after)}" if key in managed else "has another value now"
        yield f"properties.{key}", f"properties.{escape(key)} {where} {values}"


def _shown(value: Json) -> str:
    return quote(value) if isinstance(value, str) else escape(digest.canonical(value).decode("ascii"))


def narrow(now: Plan, reviewed: Plan, options: Options) -> Plan:
    """Return what `now` does to the providers of `reviewed`, with the gates that `options` leave closed."""
    addresses = {change.address for change in reviewed.changes}
    changes = tuple(change for change in now.changes if change.address in addresses)
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
