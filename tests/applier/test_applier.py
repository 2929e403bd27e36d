"""What an apply does and reports when all goes well, and what it refuses before the first write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from idpctl import applier
from idpctl.adoption import plan_import
from idpctl.asked import Options
from idpctl.errors import (
    ExitCode,
    RegistryError,
    StaleError,
)
from idpctl.model import Moved
from idpctl.registry.base import InDoubtError
from idpctl.signals import Signals
from idpctl.value import replace
from tests.support import build
from tests.support.applying import (
    MIXED,
    after,
    apply,
    before,
    content,
    fates,
    fault,
    ignore,
    never,
    wanted_content,
)
from tests.support.build import HTTP
from tests.support.registries import MemoryHands, MemoryRegistry, operation

if TYPE_CHECKING:
    from idpctl.applier import Event
    from idpctl.model import Snapshot
    from idpctl.plan import Plan
    from idpctl.registry.base import Registry


def test_a_mixed_apply_does_all_of_the_plan_in_its_order(registry: Registry) -> None:
    apply(registry, before(), op="before")
    events: list[Event] = []
    report = apply(registry, after(), on_event=events.append)
    assert report.complete
    assert report.exit_code is ExitCode.DONE
    assert fates(report) == [(*call, "done") for call in MIXED]
    assert (report.added, report.changed, report.destroyed, report.imported) == (3, 1, 3, 0)
    assert content(registry) == wanted_content(after())
    assert [(event.index, event.total) for event in events] == [(n, 7) for n in range(1, 8) for _ in (1, 2)]
    assert [str(event.status) for event in events] == ["started", "done"] * 7
    assert all(one.ref for one in report.operations)


def test_the_next_plan_is_empty(registry: Registry) -> None:
    apply(registry, before(), op="before")
    apply(registry, after())
    again = apply(registry, after(), op="again")
    assert again.complete
    assert again.operations == ()


def test_the_report_is_json(registry: Registry) -> None:
    report = apply(registry, [build.desired("okta")])
    (record,) = registry.read().records
    assert json.loads(json.dumps(report.as_dict())) == {
        "op": "op-1",
        "outcome": "complete",
        "exit_code": 0,
        "imported": 0,
        "added": 1,
        "changed": 0,
        "destroyed": 0,
        "error": None,
        "operations": [
            {
                "address": "okta",
                "action": "create",
                "verb": "create",
                "name": "Okta",
                "ref": record.ref,
                "status": "done",
                "detail": "",
            }
        ],
    }


def test_an_adoption_counts_as_imported(stepwise: MemoryRegistry) -> None:
    MemoryHands(stepwise).insert(build.idp("legacy", description="by hand"))
    declared = build.declared("legacy")

    def prepare(snapshot: Snapshot) -> Plan:
        options = Options(adopt=frozenset({"legacy"}))
        return plan_import([declared], snapshot, stepwise.capabilities, options, target=build.TARGET)

    report = applier.apply(
        stepwise,
        operation=operation("adopt"),
        prepare=prepare,
        verify=lambda _: None,
        on_event=lambda _: None,
        signals=Signals(),
    )
    assert (report.imported, report.changed, report.added) == (1, 0, 0)
    (adopted,) = [record for record in stepwise.read().records if record.idp.name == "Legacy"]
    assert adopted.mark is not None
    assert adopted.idp.description == "by hand"


def test_a_renamed_key_counts_as_nothing(stepwise: MemoryRegistry) -> None:
    moved = [Moved(from_key="same", to_key="other")]
    declared = build.declared("other", **build.values("same"))
    wanted = replace(build.desired("same"), declared=declared)
    others = [one for one in before() if one.key != "same"]
    with stepwise.writer(operation("move")) as writer:
        plan = build.make_plan([wanted, *others], writer.read(), capabilities=HTTP, moved=moved)
        report = applier.execute(plan, writer, operation=operation("move"), on_event=ignore, stop=never)
    assert fates(report) == [("update", "Same", "done")]
    assert (report.imported, report.changed, report.added, report.destroyed) == (0, 0, 0, 0)


def test_what_is_found_before_the_first_write_is_raised(registry: Registry) -> None:
    def prepare(_: Snapshot) -> Plan:
        raise StaleError("something else would be done now")

    with pytest.raises(StaleError):
        applier.apply(
            registry,
            operation=operation(),
            prepare=prepare,
            verify=lambda _: None,
            on_event=ignore,
            signals=Signals(),
        )
    assert registry.read().records == ()


@pytest.mark.parametrize("error", [InDoubtError("who knows"), RegistryError("no")])
def test_an_error_at_the_door_is_raised(registry: Registry, error: Exception) -> None:
    with pytest.raises(type(error)):
        apply(fault(registry, 1, error), after())


def test_a_closed_terminal_does_not_end_an_apply(registry: Registry) -> None:
    def broken(_: Event) -> None:
        raise BrokenPipeError

    assert apply(registry, after(), on_event=broken).complete
