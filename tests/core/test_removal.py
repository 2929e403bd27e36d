from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.asked import Inputs, Options
from idpctl.model import Moved
from idpctl.removal import plan_destroy
from tests.support.build import SQL, TARGET, declared, desired, flags, record, rules, snapshot, unmanaged
from tests.support.memory import applied

if TYPE_CHECKING:
    from idpctl.model import Declared, Record
    from idpctl.plan import Plan


def destroy(
    written: list[Declared], live: list[Record], *, moved: tuple[Moved, ...] = (), **options: object
) -> Plan:
    return plan_destroy(
        written,
        snapshot(*live),
        SQL,
        Options(destroy=True, **options),  # type: ignore[arg-type]  # a case names what it is about
        target=TARGET,
        moved=moved,
        inputs=Inputs(config_sha256="abc"),
    )


STRANGERS = [unmanaged("x"), record(desired("y"), owner="other/team")]


def test_everything_owned_is_deleted_and_nothing_else() -> None:
    live = [record(desired("b")), record(desired("a")), *STRANGERS]
    plan = destroy([declared("a")], live)
    assert [(change.address, str(change.reason)) for change in plan.changes] == [
        ("a", "destroy"),
        ("b", "destroy"),
    ]
    assert flags(plan) == ["--max-deletes 2"]
    assert plan.inputs.config_sha256 == "abc"
    assert applied(plan, snapshot(*live)).records == tuple(STRANGERS)


def test_protection_counts_where_it_is_remembered_and_where_it_is_only_written_yet() -> None:
    remembered = record(desired("remembered", protect=True))
    written = record(desired("written"))
    free = record(desired("free"))
    plan = destroy([declared("written", protect=True), declared("free")], [remembered, written, free])
    assert flags(plan) == ["--allow-destroy remembered", "--allow-destroy written", "--max-deletes 3"]
    allowed = destroy(
        [declared("written", protect=True)],
        [remembered, written, free],
        max_deletes=3,
        allow_destroy=frozenset({"remembered", "written"}),
    )
    assert allowed.applyable


def test_a_moved_key_is_destroyed_and_protected_under_its_present_name() -> None:
    plan = destroy(
        [declared("new", protect=True)],
        [record(desired("old"))],
        moved=(Moved(from_key="old", to_key="new"), Moved(from_key="bad", to_key="nowhere")),
    )
    assert flags(plan) == ["--allow-destroy new", "--max-deletes 1"]
    assert rules(plan) == [("PLN-05", "nowhere")]


def test_a_partial_destroy_takes_what_it_names() -> None:
    live = [record(desired("eu-a")), record(desired("us-a"))]
    plan = destroy([declared("eu-a")], live, only=("us-*",))
    assert [change.address for change in plan.changes] == ["us-a"]
    assert flags(plan) == []


def test_nothing_owned_is_an_empty_plan() -> None:
    assert destroy([declared("a")], STRANGERS).changes == ()
