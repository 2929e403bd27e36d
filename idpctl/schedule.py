"""The calls of a plan in the order in which they are safe, each with what it writes: pure."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from idpctl.model import Mark, ReplaceOrder, applied_digests
from idpctl.plan import Action, Reason, Verb
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from idpctl.model import Desired, IdentityProvider, Record
    from idpctl.plan import Change, Plan, Step


class Phase(IntEnum):
    """When a call is made. Before the phases that delete, what was written is read back."""

    CREATE = 0
    UPDATE = 1
    FINISH = 2
    REPLACE = 3
    DELETE = 4
    GAP = 5


DELETING = frozenset({Phase.FINISH, Phase.DELETE, Phase.GAP})


@value
class Create:
    """Add a record."""

    idp: IdentityProvider
    mark: Mark


@value
class Update:
    """Write values and mark over the record as it was seen."""

    record: Record
    idp: IdentityProvider
    mark: Mark


@value
class Delete:
    """Remove the record as it was seen."""

    record: Record


@value
class Call:
    """One call to the registry, and the change that it is a step of; `name` is the record's."""

    phase: Phase
    address: str
    action: Action
    verb: Verb
    name: str
    write: Create | Update | Delete

    @property
    def ref(self) -> str | None:
        """Return the ref of the live record; None for one that is yet to be created."""
        return None if isinstance(self.write, Create) else self.write.record.ref


def schedule(plan: Plan, op: str) -> tuple[Call, ...]:
    """Return every call of `plan` in its order; `op` goes into each mark."""
    replaced = {change.address for change in plan.changes if change.action is Action.REPLACE}
    calls = [call for change in plan.changes for call in _calls(change, plan.target.owner, op, replaced)]
    return tuple(sorted(calls, key=lambda call: call.phase))


def _calls(change: Change, owner: str, op: str, replaced: Collection[str]) -> Iterator[Call]:
    for step in change.steps:
        yield Call(
            phase=_phase(change, step, replaced),
            address=change.address,
            action=change.action,
            verb=step.verb,
            name=step.name,
            write=_write(change, step, owner, op),
        )


def _write(change: Change, step: Step, owner: str, op: str) -> Create | Update | Delete:
    before, desired = change.before, change.desired
    if step.verb is Verb.CREATE and desired is not None:
        replaces = None if before is None else before.ref
        mark = _mark(desired, applied_digests(desired), owner, op, replaces)
        return Create(idp=desired.idp, mark=mark)
    if step.verb is Verb.UPDATE and desired is not None and before is not None:
        known = before.mark
        replaces = None if known is None else known.replaces
        mark = _mark(desired, _remembered(desired, known), owner, op, replaces)
        # An adoption writes the mark and nothing else.
        return Update(
            record=before, idp=before.idp if change.action is Action.ADOPT else desired.idp, mark=mark
        )
    if step.verb is Verb.DELETE and before is not None:
        return Delete(record=before)
    raise ValueError(f"{step.verb} of {change.address}: the change does not say of what, or to what")


def _phase(change: Change, step: Step, replaced: Collection[str]) -> Phase:
    if change.action is Action.REPLACE:
        if change.order is ReplaceOrder.DELETE_FIRST:
            return Phase.GAP
        return Phase.REPLACE if step.verb is Verb.CREATE else Phase.DELETE
    if step.verb is Verb.DELETE:
        # What an earlier replacement left goes before the next one of its key: after that, no
        # mark would say any more that the two belong together.
        finishes = change.reason is Reason.DEPOSED and change.address in replaced
        return Phase.FINISH if finishes else Phase.DELETE
    return Phase.CREATE if step.verb is Verb.CREATE else Phase.UPDATE


def _mark(desired: Desired, applied: Mapping[str, str], owner: str, op: str, replaces: str | None) -> Mark:
    return Mark(
        owner=owner,
        key=desired.key,
        name=desired.idp.name,
        applied=applied,
        op=op,
        replaces=replaces,
        protect=desired.declared.lifecycle.protect,
    )


def _remembered(desired: Desired, known: Mark | None) -> dict[str, str]:
    """Keep what is remembered of ignored fields: others may write them, and this apply did not."""
    applied = applied_digests(desired)
    ignored = desired.declared.lifecycle.ignore_changes
    if known is None or not ignored:
        return applied
    kept = {path: digest for path, digest in applied.items() if path.partition(".")[0] not in ignored}
    old = {path: digest for path, digest in known.applied.items() if path.partition(".")[0] in ignored}
    return {**kept, **old}
