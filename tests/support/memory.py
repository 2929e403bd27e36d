"""A registry of plain values, and the smallest apply that there can be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from idpctl.model import Capabilities, Record, Snapshot
from idpctl.schedule import Create, Delete, Update, schedule

if TYPE_CHECKING:
    from idpctl.model import IdentityProvider
    from idpctl.plan import Plan
    from idpctl.schedule import Call

_numbers = count(1)


@dataclass(kw_only=True)
class Memory:
    """Holds records; refuses what the capabilities rule out, and any write without a positive read."""

    capabilities: Capabilities
    records: dict[str, Record] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, capabilities: Capabilities) -> Memory:
        return cls(capabilities=capabilities, records={record.ref: record for record in snapshot.records})

    def read(self) -> Snapshot:
        return Snapshot(records=tuple(self.records.values()))

    def execute(self, plan: Plan, *, until: int | None = None) -> None:
        """Make the calls of `plan`, only the first `until` of them where that is given."""
        for call in schedule(plan, "op-2")[:until]:
            self._make(call)

    def _make(self, call: Call) -> None:
        write = call.write
        if isinstance(write, Create):
            self._refuse_taken(write.idp)
            ref = f"new-{next(_numbers)}"
            self.records[ref] = Record(ref=ref, idp=write.idp, mark=write.mark)
        elif isinstance(write, Update):
            live = self.records[write.record.ref]
            assert live == write.record
            for path in self.capabilities.immutable:
                assert getattr(live.idp, path) == getattr(write.idp, path), f"{path} is immutable"
            self.records[live.ref] = replace(live, idp=write.idp, mark=write.mark)
        else:
            assert isinstance(write, Delete)
            assert self.records.pop(write.record.ref) == write.record

    def _refuse_taken(self, idp: IdentityProvider) -> None:
        for path in self.capabilities.unique:
            taken = {getattr(record.idp, path) for record in self.records.values()}
            assert getattr(idp, path) not in taken, f"{path} is taken"


def applied(plan: Plan, snapshot: Snapshot) -> Snapshot:
    """Return what a registry holds once `plan` was made from `snapshot` and executed whole."""
    memory = Memory.of(snapshot, plan.capabilities)
    memory.execute(plan)
    return memory.read()
