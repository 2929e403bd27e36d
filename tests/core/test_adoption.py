from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl.adoption import plan_import
from idpctl.asked import Inputs, Options
from idpctl.model import Moved
from idpctl.plan import Action, Reason
from tests.support.build import (
    SLOPPY,
    SQL,
    TARGET,
    declared,
    desired,
    make_plan,
    record,
    rules,
    snapshot,
    steps,
    unmanaged,
)
from tests.support.memory import applied

if TYPE_CHECKING:
    from idpctl.model import Declared, Record
    from idpctl.plan import Plan


def adopt(*keys: str, written: list[Declared], live: list[Record], moved: tuple[Moved, ...] = ()) -> Plan:
    return plan_import(
        written, snapshot(*live), SQL, Options(adopt=frozenset(keys)), target=TARGET, moved=moved
    )


def test_an_adoption_writes_the_mark_and_leaves_every_value_as_it_is() -> None:
    live = unmanaged("okta", description="by hand", properties={"theirs": 1})
    plan = adopt("okta", written=[declared("okta", discovered=["issuer"])], live=[live])
    (change,) = plan.changes
    assert (change.action, change.reason, change.fields) == (Action.ADOPT, Reason.IMPORTED, ())
    assert steps(change) == [("update", "Okta")]
    assert change.desired is not None
    assert change.desired.idp == live.idp
    assert plan.applyable

    (after,) = applied(plan, snapshot(live)).records
    assert after.idp == live.idp
    assert after.mark is not None
    assert (after.mark.owner, after.mark.key, after.mark.name) == (TARGET.owner, "okta", "Okta")


def test_the_plan_after_an_adoption_shows_what_differs() -> None:
    live = unmanaged("okta", description="by hand", properties={"theirs": 1, "ours": 2})
    wanted = desired("okta", properties={"ours": 1}, protect=True)
    seen = applied(adopt("okta", written=[wanted.declared], live=[live]), snapshot(live))
    (change,) = make_plan([wanted], seen).changes
    assert [(field.path, str(field.cause)) for field in change.fields] == [
        ("description", "config"),
        ("properties.ours", "config"),
    ]
    assert make_plan([wanted], applied(make_plan([wanted], seen), seen)).changes == ()


def test_only_the_named_providers_are_adopted_and_nothing_is_deleted() -> None:
    live = [unmanaged("b"), unmanaged("a"), unmanaged("c"), record(desired("gone"))]
    plan = adopt("a", "b", written=[declared(key) for key in "cba"], live=live)
    assert [change.address for change in plan.changes] == ["a", "b"]
    assert plan.gates == ()
    assert (plan.unmanaged, plan.records, plan.owned, plan.declared) == (("A", "B", "C"), 4, 1, 3)


def test_what_is_managed_already_needs_no_adoption() -> None:
    plan = adopt("okta", written=[declared("okta")], live=[record(desired("okta"))])
    assert (plan.changes, plan.unchanged, plan.problems) == ((), ("okta",), ())
    renamed = adopt("okta", written=[declared("okta", name="New")], live=[record(desired("okta"))])
    assert (renamed.changes, renamed.unchanged) == ((), ("okta",))
    moved = adopt(
        "new",
        written=[declared("new", name="Old")],
        live=[record(desired("old"))],
        moved=(Moved(from_key="old", to_key="new"),),
    )
    assert (moved.changes, moved.unchanged) == ((), ("new",))


@pytest.mark.parametrize(
    ("live", "rule", "hint"),
    [
        ([], "PLN-06", "idpctl list"),
        ([record(desired("okta"), owner="other/team")], "PLN-02", "its owner"),
        ([record(desired("former", name="Okta"))], "PLN-03", "from: former, to: okta"),
        ([record(desired("other", name="Okta"))], "PLN-04", "--only other"),
        ([unmanaged("x", name="Okta"), unmanaged("y", name="Okta")], "PLN-08", "all but one"),
        (
            [record(desired("okta", name="Mine")), unmanaged("x", name="Okta")],
            "PLN-01",
            "has a record",
        ),
        (
            [unmanaged("x", name="Okta"), record(desired("y", name="Okta"), owner="other/team")],
            "PLN-02",
            "its owner",
        ),
    ],
)
def test_what_cannot_be_adopted_is_explained(live: list[Record], rule: str, hint: str) -> None:
    for order in (live, live[::-1]):
        plan = adopt("okta", written=[declared("okta"), declared("other", name="Other")], live=order)
        assert (plan.changes, rules(plan)) == ((), [(rule, "okta")])
        assert hint in (plan.problems[0].hint or "")
        assert not plan.applyable


def test_a_bad_move_stops_an_adoption_too() -> None:
    plan = adopt(
        "okta",
        written=[declared("okta")],
        live=[unmanaged("okta")],
        moved=(Moved(from_key="a", to_key="nowhere"),),
    )
    assert rules(plan) == [("PLN-05", "nowhere")]
    assert not plan.applyable


def test_an_adoption_knows_its_inputs() -> None:
    inputs = Inputs(config_sha256="abc")
    plan = plan_import(
        [declared("okta")],
        snapshot(unmanaged("okta")),
        SLOPPY,
        Options(adopt=frozenset({"okta"})),
        target=TARGET,
        inputs=inputs,
    )
    assert (plan.inputs, plan.capabilities) == (inputs, SLOPPY)
