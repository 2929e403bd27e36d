"""Which differences there are, and who made each: a pure function of what one run has read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.asked import covers
from idpctl.diff import compare, mark_changes, widens_trust
from idpctl.drift.fields import as_far_as_known, drift_of, edited, unknown_edit
from idpctl.drift.model import ABSENT, DriftClass, Finding, Reason, held
from idpctl.model import ENDPOINTS, Capabilities
from idpctl.ownership import choose, follow, sort_out
from idpctl.planner import with_live_values
from idpctl.value import field, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from idpctl.documents import Document
    from idpctl.drift.model import Stranger
    from idpctl.model import Declared, Desired, Moved, Record, Remembered, Snapshot
    from idpctl.ownership import Ownership


@value
class Move:
    """A member of a discovery document that is not as it is locked; `path` is the field that it fills."""

    path: str
    locked: str
    served: str


@value
class Seen:
    """All that one run has read.

    `desired` and `documents` are by key, `moves` too: what is served otherwise than locked.
    `unreadable` says of keys why nothing upstream could be compared. `remembered` are records that
    were ours, None where nothing remembers; `strangers` those of the last report, None without one.
    """

    owner: str
    declared: Sequence[Declared]
    snapshot: Snapshot
    desired: Mapping[str, Desired] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    moves: Mapping[str, Sequence[Move]] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    moved: Sequence[Moved] = ()
    capabilities: Capabilities = field(default_factory=Capabilities)
    remembered: Sequence[Remembered] | None = None
    strangers: Sequence[Stranger] | None = None
    only: tuple[str, ...] = ()

    def selects(self, key: str) -> bool:
        """Say whether `key` is looked at: all of them are, unless some were asked for by `only`."""
        return covers(self.only, key)


def findings(seen: Seen) -> list[Finding]:
    """Return everything that differs, in the order of keys; none of it weighed yet."""
    renamed, _ = follow(seen.moved, {one.key for one in seen.declared})
    ownership = sort_out(seen.snapshot.records, seen.owner, renamed)
    return list(_Comparison(seen, ownership).findings())


class _Comparison:
    """One run's comparison."""

    def __init__(self, seen: Seen, ownership: Ownership) -> None:
        self._seen = seen
        self._ownership = ownership
        self._declared = {one.key: one for one in seen.declared}
        self._by_ref = {record.ref: record for record in seen.snapshot.records}
        self._ours = {record.ref for records in ownership.by_key.values() for record in records}
        self._remembered: dict[str, list[Remembered]] = {}
        for one in seen.remembered or ():
            self._remembered.setdefault(ownership.renamed.get(one.key, one.key), []).append(one)

    def findings(self) -> Iterator[Finding]:
        """Yield the findings of each key, then those of records that are not ours."""
        for key in sorted({*self._declared, *self._ownership.by_key}):
            if self._seen.selects(key):
                yield from self._of_key(key)
        yield from self._of_strangers()

    def _of_key(self, key: str) -> Iterator[Finding]:
        declared, records = self._declared.get(key), self._ownership.by_key.get(key)
        if declared is None:
            yield from _undeclared(key, choose(records or (), None))
            return
        current = None
        if records:
            current, *deposed = choose(records, declared.name)
            yield from self._of_record(declared, current)
            for record in deposed:
                yield Finding(
                    kind=DriftClass.PENDING, reason=Reason.NOT_FINISHED, key=key, name=record.idp.name
                )
        else:
            yield from self._absent(declared)
        yield from self._upstream(declared, current)

    def _of_record(self, declared: Declared, record: Record) -> Iterator[Finding]:
        """Compare a record of ours, as far as what is wanted is known."""
        resolved = self._seen.desired.get(declared.key)
        desired, unknown = resolved, frozenset[str]()
        if desired is None:
            desired, unknown = as_far_as_known(declared, record, self._seen.documents.get(declared.key))
        desired = with_live_values(desired, record)
        for change in compare(record, desired, self._seen.capabilities):
            yield drift_of(change, record, desired)
        for path in sorted(unknown - declared.lifecycle.ignore_changes):
            if edited(record, path):
                yield unknown_edit(declared.key, record, declared, path)
        if resolved is not None:
            for change in mark_changes(record, desired):
                yield drift_of(change, record, desired)

    def _absent(self, declared: Declared) -> Iterator[Finding]:
        """Say why a declared provider has no record that is ours."""
        known = [one for one in self._remembered.get(declared.key, ()) if one.ref not in self._ours]
        taken = [record for one in known if (record := self._by_ref.get(one.ref)) is not None]
        if taken:
            yield from (_taken(record, declared) for record in taken)
            return
        never = not known
        yield Finding(
            kind=DriftClass.PENDING if never else DriftClass.MISSING,
            reason=Reason.NOT_CREATED if never else Reason.DELETED,
            key=declared.key,
            name=declared.name if never else known[-1].name,
            source=declared.at(),
            detail=self._in_the_way(declared),
        )

    def _in_the_way(self, declared: Declared) -> str:
        holder = self._ownership.by_name.get(declared.name)
        if holder is None:
            return ""
        if holder.mark is None:
            return f"a record that nobody owns has its name: idpctl import {declared.key} adopts it"
        return f"a record of the owner {holder.mark.owner} has its name"

    def _upstream(self, declared: Declared, record: Record | None) -> Iterator[Finding]:
        """Yield what is served otherwise than locked, and that nothing could be read."""
        for move in self._seen.moves.get(declared.key, ()):
            yield Finding(
                kind=DriftClass.UPSTREAM,
                reason=Reason.LOCKED,
                key=declared.key,
                name=declared.name,
                path=move.path,
                live=ABSENT if record is None else held(getattr(record.idp, move.path)),
                wanted=held(move.locked),
                served=held(move.served),
                trust=widens_trust(move.path, move.locked, move.served),
                source=declared.at("well_known_url"),
            )
        if declared.key in self._seen.unreadable:
            yield Finding(
                kind=DriftClass.UNKNOWN,
                reason=Reason.UNREADABLE,
                key=declared.key,
                name=declared.name,
                detail=self._seen.unreadable[declared.key],
                source=declared.at("well_known_url"),
            )

    def _of_strangers(self) -> Iterator[Finding]:
        """Yield records that are not ours: those that collide with us, and those that are new."""
        issuers = {one.idp.issuer: key for key, one in self._seen.desired.items()}
        before = {(one.ref, one.owner) for one in self._seen.strangers or ()}
        ours = {one.ref for one in self._seen.remembered or ()}
        strangers: list[tuple[Record, str | None]] = [(one, None) for one in self._ownership.unmanaged]
        strangers += [(record, mark.owner) for record, mark in self._ownership.foreign]
        for record, owner in sorted(strangers, key=lambda one: (one[0].idp.name, one[0].ref)):
            key = issuers.get(record.idp.issuer)
            if key is not None and record.ref not in ours:
                yield _stranger(record, owner, Reason.COLLISION, key)
            elif self._seen.strangers is not None and (record.ref, owner) not in before:
                yield _stranger(record, owner, Reason.APPEARED, None)


def _undeclared(key: str, records: Sequence[Record]) -> Iterator[Finding]:
    """Yield what is wrong with the records of a key that is not declared any more."""
    for record in records:
        for path in record.mark.applied if record.mark is not None else ():
            if edited(record, path):
                yield unknown_edit(key, record, None, path)
        yield Finding(kind=DriftClass.PENDING, reason=Reason.NOT_DELETED, key=key, name=record.idp.name)


def _taken(record: Record, declared: Declared) -> Finding:
    """Say that a record that was ours is there, and says of itself that it is not."""
    owner = None if record.mark is None else record.mark.owner
    return Finding(
        kind=DriftClass.REGISTRY,
        reason=Reason.MARK_LOST if record.mark is None else Reason.OWNER_CHANGED,
        key=declared.key,
        name=record.idp.name,
        path="mark",
        live=held(owner),
        source=declared.at(),
    )


def _stranger(record: Record, owner: str | None, reason: Reason, key: str | None) -> Finding:
    idp = record.idp
    return Finding(
        kind=DriftClass.UNMANAGED if owner is None else DriftClass.FOREIGN,
        reason=reason,
        key=key,
        name=idp.name,
        path="issuer" if reason is Reason.COLLISION else None,
        # What an acceptance of it covers: this record, and whose tokens it lets in.
        live=held({path: getattr(idp, path) for path in ("name", *ENDPOINTS)}),
        detail="" if owner is None else f"of the owner {owner}",
        trust=reason is Reason.COLLISION,
    )
