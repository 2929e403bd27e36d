"""Whole applies against a registry, planned by the real planner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl import applier
from idpctl.errors import ExitCode, IncompleteError
from idpctl.model import ReplaceOrder
from idpctl.signals import Signals
from tests.support import build
from tests.support.registries import Fault, FaultRegistry, operation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from idpctl.applier import Event, Report
    from idpctl.model import Desired, Snapshot
    from idpctl.plan import Plan
    from idpctl.registry.base import Registry


MIXED = [
    ("create", "Added"),
    ("update", "Updated"),
    ("create", "Renamed-2"),
    ("delete", "Renamed"),
    ("delete", "Gone"),
    ("delete", "Retyped"),
    ("create", "Retyped"),
]


def before() -> list[Desired]:
    """Return the providers that are there when the mixed apply begins."""
    return [build.desired(key) for key in ("gone", "renamed", "retyped", "same", "updated")]


def after() -> list[Desired]:
    """Return what is wanted then: a change of every kind, and one provider left alone."""
    return [
        build.desired("added"),
        build.desired("renamed", name="Renamed-2"),
        build.desired("retyped", type="custom", order=ReplaceOrder.DELETE_FIRST),
        build.desired("same"),
        build.desired("updated", issuer="https://new.example.com", protect=True),
    ]


def plan_for(registry: Registry, wanted: Sequence[Desired]) -> Callable[[Snapshot], Plan]:
    """Return what plans `wanted` against what the registry holds."""
    return lambda snapshot: build.make_plan(wanted, snapshot, capabilities=registry.capabilities)


def apply(
    registry: Registry,
    wanted: Sequence[Desired],
    *,
    op: str = "op-1",
    on_event: Callable[[Event], None] = lambda _: None,
    signals: Signals | None = None,
    lock_timeout: float = 0.0,
) -> Report:
    """Plan and apply `wanted`, and hold that nothing is left to do afterwards."""
    make_plan = plan_for(registry, wanted)

    def verify(snapshot: Snapshot) -> None:
        left = make_plan(snapshot).changes
        if left:
            raise IncompleteError(f"{len(left)} changes are left")

    return applier.apply(
        registry,
        operation=operation(op, lock_timeout=lock_timeout),
        prepare=make_plan,
        verify=verify,
        on_event=on_event,
        signals=signals or Signals(),
    )


def content(registry: Registry) -> dict[str, dict[str, object]]:
    """Return the values of every record, by name."""
    return {record.idp.name: record.idp.as_dict() for record in registry.read().records}


def wanted_content(wanted: Sequence[Desired]) -> dict[str, dict[str, object]]:
    return {one.idp.name: one.idp.as_dict() for one in wanted}


def fates(report: Report) -> list[tuple[str, str, str]]:
    """Return (verb, name, status) of every operation."""
    return [(str(one.verb), one.name, str(one.status)) for one in report.operations]


def ignore(_: Event) -> None:
    """Show no progress."""


def never() -> bool:
    return False


def fault(registry: Registry, at: int, error: Exception, moment: str = "before") -> FaultRegistry:
    """Let the call with number `at` fail: 1 opens, 2 reads, and 3 is the first write."""

    def fail() -> None:
        raise error

    return FaultRegistry(registry, Fault(at=at, moment=moment, action=fail))


class Pull:
    """Stops an apply after some events, as a signal would."""

    def __init__(self, signals: Signals, after: int) -> None:
        self.signals, self.left = signals, after

    def __call__(self, _: Event) -> None:
        self.left -= 1
        if self.left == 0:
            self.signals.code = ExitCode.TERMINATED
