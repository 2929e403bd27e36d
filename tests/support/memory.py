"""A registry of plain values, and the smallest apply that there can be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from idpctl.model import Capabilities, Mark, Record, Snapshot, applied_digests
from idpctl.plan import Action, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.plan import Change, Plan, Step

_numbers = count(1)


@dataclass(kw_only=True)
class Memory:
    """Holds records; refuses what the capabilities rule out, and any write without a positive read."""

    capabilities: Capabilities
    records: dict[str, Record] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, snapshot: Snapshot, capabilities: Capabilities) -> Memory:
        return cls(capabilities=capabilities, records={record.ref: record for record in snapshot.records})

    def read(self) -> Snapshot:
        return Snapshot(records=tuple(self.records.values()))

    def execute(self, plan: Plan, *, until: int | None = None) -> None:
        """Do the steps of `plan`, only the first `until` of them where that is given."""
        for number, (change, step) in enumerate(calls(plan)):
            if until is not None and number >= until:
                return
            self._do(change, step, plan.target.owner)

    def _do(self, change: Change, step: Step, owner: str) -> None:
        self.log.append((str(step.verb), step.name))
        if step.verb is Verb.CREATE:
            self._create(change, owner)
        elif step.verb is Verb.UPDATE:
            self._update(change, step, owner)
        else:
            assert self.records.pop(step.ref or "").idp.name == step.name

    def _create(self, change: Change, owner: str) -> None:
        assert change.desired is not None
        idp = change.desired.idp
        for path in self.capabilities.unique:
            taken = {getattr(record.idp, path) for record in self.records.values()}
            assert getattr(idp, path) not in taken, f"{path} is taken"
        ref = f"new-{next(_numbers)}"
        mark = _mark(change, owner, change.before.ref if change.before else None)
        self.records[ref] = Record(ref=ref, idp=idp, mark=mark)

    def _update(self, change: Change, step: Step, owner: str) -> None:
        assert change.desired is not None
        live = self.records[step.ref or ""]
        assert live == change.before
        for path in self.capabilities.immutable:
            assert getattr(live.idp, path) == getattr(change.desired.idp, path), f"{path} is immutable"
        mark = _mark(change, owner, live.mark.replaces if live.mark else None)
        self.records[live.ref] = replace(live, idp=change.desired.idp, mark=mark)


def calls(plan: Plan) -> Iterator[tuple[Change, Step]]:
    """Yield every registry call in the order of the plan."""
    for change in plan.changes:
        for step in change.steps:
            yield change, step


def _mark(change: Change, owner: str, replaces: str | None) -> Mark:
    desired = change.desired
    assert desired is not None
    return Mark(
        owner=owner,
        key=change.address,
        name=desired.idp.name,
        applied=applied_digests(desired),
        op="op-2",
        replaces=replaces,
        protect=desired.declared.lifecycle.protect,
    )


def applied(plan: Plan, snapshot: Snapshot) -> Snapshot:
    """Return what a registry holds once `plan` was made from `snapshot` and executed whole."""
    memory = Memory.of(snapshot, plan.capabilities)
    memory.execute(plan)
    return memory.read()


def is_replacement(change: Change) -> bool:
    return change.action is Action.REPLACE
