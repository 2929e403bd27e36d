"""From what is wanted and what is there to what would be done: a pure function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idpctl.asked import Inputs, covers
from idpctl.conflicts import foreign_name, nothing_selected, own_name, unmanaged_name
from idpctl.diff import compare, mark_changes
from idpctl.guards import gates_of
from idpctl.lookalikes import likely_renames
from idpctl.model import FIELDS, ReplaceOrder
from idpctl.ownership import choose, connected, follow, sort_out
from idpctl.plan import Action, Change, Plan, Reason, Step, Verb
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from idpctl.asked import Options
    from idpctl.errors import Problem
    from idpctl.model import (
        Capabilities,
        Declared,
        Desired,
        IdentityProvider,
        Moved,
        Record,
        Snapshot,
        Target,
    )
    from idpctl.ownership import Ownership
    from idpctl.plan import FieldChange

_ORDER = {
    Action.ADOPT: 0,
    Action.CREATE: 0,
    Action.MOVE: 1,
    Action.UPDATE: 1,
    Action.REPLACE: 2,
    Action.DELETE: 3,
}


def plan(
    desired: Sequence[Desired],
    snapshot: Snapshot,
    capabilities: Capabilities,
    options: Options,
    *,
    target: Target,
    moved: Sequence[Moved] = (),
    unresolved: Collection[str] = (),
    problems: Iterable[Problem] = (),
    inputs: Inputs | None = None,
) -> Plan:
    """Return what would have to be done so that the registry holds `desired`.

    `unresolved` are keys that are declared but whose values are not known: their records are
    left alone, for missing information is never a change. The order of the input never matters.
    """
    declared = {one.key for one in desired}.union(unresolved)
    renamed, bad_moves = follow(moved, declared)
    draft = Draft(
        target=target,
        capabilities=capabilities,
        options=options,
        declared=declared,
        ownership=sort_out(snapshot.records, target.owner, renamed),
        problems=[*problems, *bad_moves],
    )
    for one in sorted(desired, key=lambda item: item.key):
        if options.selects(one.key):
            draft.add(one)
    draft.remove_undeclared()
    keys = declared.union(draft.ownership.by_key)
    unused = [pattern for pattern in options.only if not any(covers((pattern,), key) for key in keys)]
    draft.problems.extend(map(nothing_selected, unused))
    draft.problems.extend(likely_renames(draft.changes))
    return draft.finish(len(snapshot.records), inputs or Inputs())


@dataclass(slots=True, kw_only=True)
class Draft:
    """A plan while it is being made; the keys of `protected` are not deleted without being named."""

    target: Target
    capabilities: Capabilities
    options: Options
    declared: Collection[str]
    ownership: Ownership
    problems: list[Problem]
    protected: Collection[str] = ()
    changes: list[Change] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    awaited: set[str] = field(default_factory=set)

    def add(self, desired: Desired) -> None:
        """Plan one declared provider."""
        records = self.ownership.by_key.get(desired.key)
        if not records:
            self._create(desired)
            return
        current, *deposed = choose(records, desired.idp.name)
        self._remove_deposed(desired.key, current, deposed)
        self._adjust(with_live_values(desired, current), current)

    def remove_undeclared(self) -> None:
        """Plan the end of every owned record whose key is no longer declared."""
        reason = Reason.DESTROY if self.options.destroy else Reason.UNDECLARED
        for key, records in self.ownership.by_key.items():
            # A record that a renamed key waits for is not deleted under its feet.
            if key in self.declared or key in self.awaited or not self.options.selects(key):
                continue
            current, *deposed = choose(records, None)
            self._remove_deposed(key, current, deposed)
            self.changes.append(_removal(key, current, reason, protected=key in self.protected))

    def finish(self, records: int, inputs: Inputs) -> Plan:
        """Put everything in its order, and find what has to be allowed."""
        replaced = {change.address for change in self.changes if change.action is Action.REPLACE}
        changes = sorted(self.changes, key=lambda change: _position(change, replaced))
        strays = sum(not change.linked for change in changes)
        owned = len(self.ownership.by_key) + strays
        return Plan(
            target=self.target,
            capabilities=self.capabilities,
            options=self.options,
            changes=tuple(changes),
            unchanged=tuple(self.unchanged),
            gates=tuple(gates_of(changes, self.options, owned=owned)),
            problems=tuple(self.problems),
            unmanaged=tuple(sorted(record.idp.name for record in self.ownership.unmanaged)),
            foreign=tuple(sorted((record.idp.name, mark.owner) for record, mark in self.ownership.foreign)),
            records=records,
            owned=owned,
            declared=len(self.declared),
            inputs=inputs,
        )

    def _create(self, desired: Desired) -> None:
        if self._may_take_name(desired):
            step = Step(verb=Verb.CREATE, name=desired.idp.name)
            self._append(Action.CREATE, Reason.DECLARED, desired, None, steps=(step,))

    def _adjust(self, desired: Desired, record: Record) -> None:
        fields = compare(record, desired, self.capabilities)
        if any(change.immutable for change in fields):
            self._replace(desired, record, fields)
            return
        marks = mark_changes(record, desired)
        if not fields and not marks:
            self.unchanged.append(desired.key)
            return
        action, reason = Action.UPDATE, Reason.CHANGED
        if not fields and [change.path for change in marks] == ["mark.key"]:
            action, reason = Action.MOVE, Reason.RENAMED_KEY
        step = Step(verb=Verb.UPDATE, name=record.idp.name, ref=record.ref)
        self._append(action, reason, desired, record, fields=(*fields, *marks), steps=(step,))

    def _replace(self, desired: Desired, record: Record, fields: list[FieldChange]) -> None:
        same_name = desired.idp.name == record.idp.name
        if not same_name and not self._may_take_name(desired):
            return
        create = Step(verb=Verb.CREATE, name=desired.idp.name)
        delete = Step(verb=Verb.DELETE, name=record.idp.name, ref=record.ref)
        order = desired.declared.lifecycle.replace
        if not _may_coexist(record.idp, desired.idp, self.capabilities):
            order = ReplaceOrder.DELETE_FIRST
        steps = (create, delete) if order is ReplaceOrder.CREATE_FIRST else (delete, create)
        self._append(
            Action.REPLACE,
            Reason.IMMUTABLE,
            desired,
            record,
            fields=tuple(fields),
            steps=steps,
            order=order,
        )

    def _append(
        self,
        action: Action,
        reason: Reason,
        desired: Desired,
        record: Record | None,
        *,
        steps: tuple[Step, ...],
        fields: tuple[FieldChange, ...] = (),
        order: ReplaceOrder | None = None,
    ) -> None:
        mark = None if record is None else record.mark
        change = Change(
            address=desired.key,
            action=action,
            reason=reason,
            before=record,
            desired=desired,
            fields=fields,
            steps=steps,
            order=order,
            gap=order is ReplaceOrder.DELETE_FIRST and not self.capabilities.transactional,
            previous_address=None if mark is None or mark.key == desired.key else mark.key,
            source=desired.declared.at(),
        )
        self.changes.append(change)

    def _remove_deposed(self, key: str, current: Record, deposed: Sequence[Record]) -> None:
        linked = connected(current, [current, *deposed]) if deposed else ()
        for record in deposed:
            self.changes.append(_removal(key, record, Reason.DEPOSED, linked=record.ref in linked))

    def _may_take_name(self, desired: Desired) -> bool:
        holder = self.ownership.by_name.get(desired.idp.name)
        if holder is None:
            return True
        self.problems.append(self.obstacle(desired.declared, holder))
        if holder.mark is not None and holder.mark.owner == self.target.owner:
            self.awaited.add(self.ownership.key_of(holder.mark))
        return False

    def obstacle(self, declared: Declared, holder: Record) -> Problem:
        """Return why `declared` cannot get its name, which `holder` has."""
        mark = holder.mark
        if mark is None:
            return unmanaged_name(declared, has_record=declared.key in self.ownership.by_key)
        if mark.owner != self.target.owner:
            return foreign_name(declared, mark.owner)
        key = self.ownership.key_of(mark)
        return own_name(declared, key, is_declared=key in self.declared)


def with_live_values(desired: Desired, record: Record) -> Desired:
    """Return `desired` with what the registry keeps: ignored fields and properties not written here."""
    live, idp = record.idp, desired.idp
    ignored = desired.declared.lifecycle.ignore_changes
    if ignored:
        idp = replace(idp, **{path: getattr(live, path) for path in FIELDS if path in ignored})
    if "properties" in ignored:
        idp = replace(idp, properties=live.properties)
    elif live.properties:
        idp = replace(idp, properties={**live.properties, **idp.properties})
    return desired if idp is desired.idp else replace(desired, idp=idp)


def _may_coexist(old: IdentityProvider, new: IdentityProvider, capabilities: Capabilities) -> bool:
    """Say whether the registry can hold the new record of a replacement beside the old one."""
    if not capabilities.coexist and old.issuer == new.issuer:
        return False
    return all(getattr(old, path) != getattr(new, path) for path in capabilities.unique)


def _removal(
    key: str, record: Record, reason: Reason, *, linked: bool = True, protected: bool = False
) -> Change:
    return Change(
        address=key,
        action=Action.DELETE,
        reason=reason,
        before=record,
        steps=(Step(verb=Verb.DELETE, name=record.idp.name, ref=record.ref),),
        linked=linked,
        protected=protected,
    )


def _position(change: Change, replaced: Collection[str]) -> tuple[int, str]:
    """Return where a change stands; changes of one key stay in the order in which they were found.

    A record that was deposed earlier goes before the next replacement of its key: after it, no
    mark would say any more that they belong together.
    """
    action = Action.REPLACE if change.address in replaced else change.action
    return _ORDER[action], change.address
