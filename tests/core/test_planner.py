from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.asked import Inputs
from idpctl.errors import Problem, Severity, Source
from idpctl.model import FIELDS, Capabilities, Moved, Places, Record, ReplaceOrder
from idpctl.plan import Action, Change, Reason
from tests.support.build import (
    HTTP,
    SLOPPY,
    SQL,
    desired,
    flags,
    make_plan,
    only_change,
    record,
    rules,
    snapshot,
    steps,
    unmanaged,
)
from tests.support.memory import Memory

if TYPE_CHECKING:
    from idpctl.model import Desired
    from idpctl.plan import Plan

ALONE = Capabilities(transactional=False, coexist=False)


def shape(plan: Plan) -> list[tuple[str, str, str]]:
    return [(change.address, str(change.action), str(change.reason)) for change in plan.changes]


def moves(*pairs: tuple[str, str]) -> tuple[Moved, ...]:
    return tuple(Moved(from_key=old, to_key=new) for old, new in pairs)


def replacing(wanted: Desired, old: Record, *, ref: str) -> Record:
    """Return the record that the create half of a replacement of `old` leaves behind."""
    made = record(wanted, ref=ref)
    assert made.mark is not None
    return replace(made, mark=replace(made.mark, replaces=old.ref))


# What one provider calls for.


def test_what_is_as_wanted_is_left_alone() -> None:
    want = desired("okta")
    plan = make_plan([want], [record(want)])
    assert plan.changes == ()
    assert plan.unchanged == ("okta",)
    assert not plan.applyable
    assert (plan.records, plan.owned, plan.declared) == (1, 1, 1)


def test_what_is_missing_is_created() -> None:
    want = desired("okta", protect=True)
    change = only_change(make_plan([want], []))
    assert (change.action, change.reason) == (Action.CREATE, Reason.DECLARED)
    assert (change.before, change.desired, change.fields) == (None, want, ())
    assert steps(change) == [("create", "Okta")]
    assert change.steps[0].ref is None


@pytest.mark.parametrize("path", [path for path in FIELDS if path not in {"name", "type"}])
def test_every_edited_field_is_put_right_in_place(path: str) -> None:
    want = desired("okta", discovered=["issuer", "token_endpoint", "jwks_endpoint"])
    seen = record(want, **{path: False if path == "enabled" else "https://edited.example.com"})
    plan = make_plan([want], [seen])
    change = only_change(plan)
    assert (change.action, change.reason) == (Action.UPDATE, Reason.CHANGED)
    assert [(field.path, str(field.cause)) for field in change.fields] == [(path, "registry_drift")]
    assert [(step.verb, step.name, step.ref) for step in change.steps] == [("update", "Okta", "ref-okta")]
    assert change.drifted


@pytest.mark.parametrize(
    ("capabilities", "order", "wanted", "expected", "gap"),
    [
        (SQL, "create_first", {"name": "New"}, ["create New", "delete Okta"], False),
        (SQL, "delete_first", {"name": "New"}, ["delete Okta", "create New"], False),
        (HTTP, "create_first", {"name": "New"}, ["create New", "delete Okta"], False),
        (HTTP, "delete_first", {"name": "New"}, ["delete Okta", "create New"], True),
        (SQL, "create_first", {"type": "auth0"}, ["delete Okta", "create Okta"], False),
        (HTTP, "create_first", {"type": "auth0"}, ["delete Okta", "create Okta"], True),
        (SLOPPY, "create_first", {"type": "auth0"}, ["create Okta", "delete Okta"], False),
        (ALONE, "create_first", {"name": "New"}, ["delete Okta", "create New"], True),
        (
            ALONE,
            "create_first",
            {"name": "New", "issuer": "https://okta.example.com/new"},
            ["create New", "delete Okta"],
            False,
        ),
        (
            Capabilities(unique=frozenset({"name", "issuer"})),
            "create_first",
            {"name": "New"},
            ["delete Okta", "create New"],
            False,
        ),
    ],
)
def test_a_replacement_leaves_a_gap_only_where_the_registry_cannot_hold_both(
    capabilities: Capabilities, order: str, wanted: dict[str, Any], expected: list[str], gap: bool
) -> None:
    seen = record(desired("okta"))
    want = desired("okta", order=ReplaceOrder(order), **wanted)
    plan = make_plan([want], [seen], capabilities=capabilities)
    change = only_change(plan)
    assert (change.action, change.reason) == (Action.REPLACE, Reason.IMMUTABLE)
    assert [" ".join(step) for step in steps(change)] == expected
    assert change.order is ReplaceOrder(f"{expected[0].partition(' ')[0]}_first")
    assert change.gap is gap
    assert [step.ref for step in change.steps if step.verb == "delete"] == ["ref-okta"]
    assert any(field.immutable for field in change.fields)
    assert flags(plan) == ["--allow-replace okta", *(["--allow-gap okta"] if gap else [])]


def test_a_replacement_shows_every_other_difference_too() -> None:
    seen = record(desired("okta"))
    want = desired("okta", name="New", jwks_endpoint="https://elsewhere.example.com/keys")
    plan = make_plan([want], [seen])
    change = only_change(plan)
    assert [(field.path, field.immutable, field.trust) for field in change.fields] == [
        ("name", True, False),
        ("jwks_endpoint", False, True),
    ]
    assert flags(plan) == ["--allow-replace okta", "--allow-trust-change okta"]


def test_what_is_no_longer_declared_is_deleted() -> None:
    keep, gone = desired("keep"), desired("gone")
    change = only_change(make_plan([keep], [record(keep), record(gone)]))
    assert (change.address, change.action, change.reason) == ("gone", Action.DELETE, Reason.UNDECLARED)
    assert (change.desired, change.previous_address) == (None, None)
    assert steps(change) == [("delete", "Gone")]


def test_an_emptied_configuration_is_refused_not_applied() -> None:
    plan = make_plan([], [record(desired("only"))])
    assert shape(plan) == [("only", "delete", "undeclared")]
    assert flags(plan) == ["--max-deletes 1"]
    assert not plan.applyable


def test_nothing_declared_and_nothing_there_is_an_empty_plan() -> None:
    plan = make_plan([], [])
    assert plan.changes == plan.gates == plan.problems == ()
    assert plan.fingerprint == make_plan([], [unmanaged()]).fingerprint


def test_protection_is_taken_away_by_an_update_before_anything_can_be_deleted() -> None:
    protected, free = desired("okta", protect=True), desired("okta")
    seen = record(protected)

    change = only_change(make_plan([free], [seen]))
    assert (change.action, [field.path for field in change.fields]) == (Action.UPDATE, ["mark.protect"])

    removed = make_plan([], [seen])
    assert flags(removed) == ["--allow-destroy okta", "--max-deletes 1"]


# What a registry keeps.


def test_ignored_fields_stay_as_the_registry_has_them() -> None:
    want = desired("okta", ignore=["description", "enabled"], description="mine")
    seen = record(want, description="theirs", enabled=False)
    assert make_plan([want], [seen]).unchanged == ("okta",)

    edited = replace(seen, idp=replace(seen.idp, issuer="https://edited"))
    change = only_change(make_plan([want], [edited]))
    assert [field.path for field in change.fields] == ["issuer"]
    assert change.desired is not None
    assert (change.desired.idp.description, change.desired.idp.enabled) == ("theirs", False)


@pytest.mark.parametrize("live", [{}, {"a": 9}, {"a": None, "b": {"c": 1}}])
def test_ignored_properties_are_neither_changed_nor_put_back(live: dict[str, Any]) -> None:
    want = desired("okta", ignore=["properties"], properties={"a": 1})
    seen = record(want, properties=live)
    assert make_plan([want], [seen]).unchanged == ("okta",)

    change = only_change(make_plan([desired("okta", ignore=["properties"], enabled=False)], [seen]))
    assert change.desired is not None
    assert change.desired.idp.properties == live


def test_properties_that_are_not_written_here_are_kept() -> None:
    want = desired("okta", properties={"ours": 1, "new": True})
    seen = record(desired("okta", properties={"ours": 1}), properties={"ours": 2, "theirs": {"x": None}})
    change = only_change(make_plan([want], [seen]))
    assert [field.path for field in change.fields] == ["properties.new", "properties.ours"]
    assert change.desired is not None
    assert change.desired.idp.properties == {"ours": 1, "new": True, "theirs": {"x": None}}
    assert change.desired.declared is want.declared


def test_a_property_that_is_no_longer_written_stays_and_is_no_change() -> None:
    seen = record(desired("okta", properties={"a": 1}))
    assert make_plan([desired("okta")], [seen]).unchanged == ("okta",)


# Whose records they are.


def test_strangers_are_listed_and_never_touched() -> None:
    want = desired("okta")
    theirs = record(desired("theirs"), owner="other/team")
    plan = make_plan([want], [unmanaged("b"), theirs, unmanaged("a")])
    assert shape(plan) == [("okta", "create", "declared")]
    assert plan.unmanaged == ("A", "B")
    assert plan.foreign == (("Theirs", "other/team"),)
    assert (plan.records, plan.owned) == (3, 0)


@pytest.mark.parametrize(
    ("holder", "rule", "hint"),
    [
        (unmanaged("okta"), "PLN-01", "adopt it with: idpctl import okta"),
        (record(desired("okta"), owner="other/team"), "PLN-02", "choose another name"),
        (record(desired("former", name="Okta")), "PLN-03", "moved: [{from: former, to: okta}]"),
        (record(desired("held", name="Okta")), "PLN-04", "idpctl apply --only held"),
    ],
)
def test_a_name_that_is_taken_is_not_created(holder: Record, rule: str, hint: str) -> None:
    wanted = [desired("okta"), desired("held", name="Other")]
    plan = make_plan(wanted, [holder])
    assert (rule, "okta") in rules(plan)
    (problem,) = [problem for problem in plan.problems if problem.address == "okta"]
    assert hint in (problem.hint or "")
    assert problem.path == "name"
    assert plan.errored
    assert not plan.applyable
    assert "okta" not in [change.address for change in plan.changes]


def test_a_conflict_is_placed_where_the_name_is_written() -> None:
    want = desired("okta")
    places = Places(file="idps.yaml", names=("name",), packed=(3 * 4096 + 1, 4 * 4096 + 11))
    want = replace(want, declared=replace(want.declared, places=(places,)))
    plan = make_plan([want], [unmanaged("okta")])
    assert plan.problems[0].source == Source(file="idps.yaml", line=4, column=11)
    created = only_change(make_plan([want], []))
    assert created.source == Source(file="idps.yaml", line=3, column=1)


def test_a_rename_onto_a_strangers_name_is_refused_and_nothing_is_deleted() -> None:
    want = desired("okta", name="New")
    seen = record(desired("okta"))
    plan = make_plan([want], [seen, unmanaged("x", name="New")])
    assert (plan.changes, rules(plan)) == ((), [("PLN-01", "okta")])
    assert plan.problems[0].hint == (
        "okta has a record already: choose another name for it, or adopt this one under a key of its own"
    )


def test_a_record_that_a_new_key_waits_for_is_not_deleted_under_its_feet() -> None:
    plan = make_plan([desired("new", name="Former")], [record(desired("former"))])
    assert (plan.changes, rules(plan)) == ((), [("PLN-03", "new")])


def test_a_strangers_key_does_not_shield_a_record_of_ours() -> None:
    theirs = record(desired("gone", name="Okta"), ref="theirs", owner="other/team")
    plan = make_plan([desired("okta")], [theirs, record(desired("gone"))])
    assert shape(plan) == [("gone", "delete", "undeclared")]


def test_names_cannot_be_swapped_in_one_plan() -> None:
    one, other = desired("one"), desired("other")
    swapped = [desired("one", name="Other"), desired("other", name="One")]
    plan = make_plan(swapped, [record(one), record(other)])
    assert (plan.changes, rules(plan)) == ((), [("PLN-04", "one"), ("PLN-04", "other")])


def test_a_freed_name_can_be_taken_once_its_holder_has_given_it_up() -> None:
    one, other = desired("one"), desired("other")
    wanted = [desired("one", name="Other"), desired("other", name="Third")]
    memory = Memory.of(snapshot(record(one), record(other)), SQL)
    assert rules(make_plan(wanted, memory.read())) == [("PLN-04", "one")]

    memory.execute(make_plan(wanted, memory.read(), only=("other",)))
    memory.execute(make_plan(wanted, memory.read()))
    assert make_plan(wanted, memory.read()).unchanged == ("one", "other")


# Keys that move.


def test_a_moved_key_changes_the_mark_only() -> None:
    change = only_change(
        make_plan([desired("new", name="Old")], [aged("old", "new")], moved=moves(("old", "new")))
    )
    assert (change.action, change.reason) == (Action.MOVE, Reason.RENAMED_KEY)
    assert (change.address, change.previous_address) == ("new", "old")
    assert [(field.path, field.before, field.after) for field in change.fields] == [
        ("mark.key", "old", "new")
    ]
    assert steps(change) == [("update", "Old")]


def aged(old: str, new: str, **edited: Any) -> Record:
    """Return the record of the provider `new` as it stands while its key is still `old`."""
    want = desired(new, name=old.title())
    return record(replace(want, declared=replace(want.declared, key=old)), **edited)


@pytest.mark.parametrize(
    ("wanted", "action", "paths"),
    [
        ({"name": "Old", "enabled": False}, Action.UPDATE, ["enabled", "mark.key"]),
        ({"name": "Old", "protect": True}, Action.UPDATE, ["mark.key", "mark.protect"]),
        ({"name": "New"}, Action.REPLACE, ["name"]),
    ],
)
def test_a_moved_key_may_change_otherwise_too(
    wanted: dict[str, Any], action: Action, paths: list[str]
) -> None:
    plan = make_plan([desired("new", **wanted)], [aged("old", "new")], moved=moves(("old", "new")))
    change = only_change(plan)
    assert (change.action, change.previous_address) == (action, "old")
    assert [field.path for field in change.fields] == paths


def test_moves_are_followed_over_several_keys_and_may_stay_written_for_ever() -> None:
    chain = moves(("first", "second"), ("second", "third"))
    want = desired("third", name="Old")
    for key in ("first", "second"):
        seen = record(replace(want, declared=replace(want.declared, key=key)))
        assert only_change(make_plan([want], [seen], moved=chain)).previous_address == key
    assert make_plan([want], [record(want)], moved=chain).unchanged == ("third",)
    assert make_plan([want], [], moved=chain).changes[0].action is Action.CREATE


def test_a_bad_move_is_found_and_stops_the_plan() -> None:
    plan = make_plan([desired("okta")], [], moved=moves(("okta", "x"), ("gone", "nowhere")))
    assert rules(plan) == [("PLN-05", "x"), ("PLN-05", "nowhere")]
    assert not plan.applyable


def test_a_move_onto_a_key_that_has_a_record_deletes_nothing_unasked() -> None:
    want = desired("new")
    plan = make_plan([want], [record(want), record(desired("old"))], moved=moves(("old", "new")))
    change = only_change(plan)
    assert (change.action, change.reason, change.linked) == (Action.DELETE, Reason.DEPOSED, False)
    assert flags(plan) == ["--allow-destroy new"]


def test_many_keys_moved_onto_one_are_a_mass_delete() -> None:
    want = desired("new")
    old = [f"old{number}" for number in range(4)]
    plan = make_plan(
        [want],
        [record(want), *(record(desired(key)) for key in old)],
        moved=moves(*((k, "new") for k in old)),
    )
    assert plan.owned == 5
    assert flags(plan) == ["--allow-destroy new", "--max-deletes 4"]


def test_the_holder_of_a_name_is_told_by_its_present_key() -> None:
    plan = make_plan(
        [desired("new", name="Renamed"), desired("okta", name="Old")],
        [aged("old", "new")],
        moved=moves(("old", "new")),
    )
    assert rules(plan) == [("PLN-04", "okta")]
    assert "--only new" in (plan.problems[0].hint or "")


# Replacements that were cut off.

FIRST, SECOND, THIRD = (desired("okta", name=name) for name in ("First", "Second", "Third"))
A = record(FIRST, ref="a")
B = replacing(SECOND, A, ref="b")
C = replacing(THIRD, B, ref="c")


@pytest.mark.parametrize(
    ("records", "wanted", "expected"),
    [
        ([A, B], SECOND, ["delete First"]),
        ([A, B], FIRST, ["delete Second"]),
        ([A, B], THIRD, ["delete First", "create Third", "delete Second"]),
        ([A, B, C], THIRD, ["delete First", "delete Second"]),
        ([A, B, C], FIRST, ["delete Third", "delete Second"]),
        ([A, B, C], SECOND, ["delete Third", "delete First"]),
        ([A, B, C], desired("okta", name="Fourth"), ["delete First", "delete Second", "create Fourth"]),
        ([B], SECOND, []),
        ([B], FIRST, ["create First", "delete Second"]),
    ],
)
def test_a_replacement_that_was_cut_off_is_finished(
    records: list[Record], wanted: Desired, expected: list[str]
) -> None:
    for capabilities in (SQL, HTTP):
        plan = make_plan([wanted], records, capabilities=capabilities, allow_replace=frozenset({"okta"}))
        calls = [" ".join(step) for change in plan.changes for step in steps(change)]
        assert calls[: len(expected)] == expected
        assert plan.blocked == ()
        assert all(change.linked for change in plan.changes)


def test_the_current_record_is_put_right_while_the_old_one_goes() -> None:
    edited = replace(B, idp=replace(B.idp, enabled=False))
    plan = make_plan([SECOND], [A, edited])
    assert shape(plan) == [("okta", "update", "changed"), ("okta", "delete", "deposed")]


def test_a_second_record_that_nobody_replaced_is_deleted_only_by_name() -> None:
    plan = make_plan([FIRST], [A, record(SECOND, ref="b")])
    change = only_change(plan)
    assert (change.reason, change.linked) == (Reason.DEPOSED, False)
    assert flags(plan) == ["--allow-destroy okta"]
    assert make_plan([FIRST], [A, record(SECOND, ref="b")], allow_destroy=frozenset({"okta"})).applyable


def test_a_replaced_record_that_is_protected_is_deleted_only_by_name() -> None:
    protected = record(replace(FIRST, declared=desired("okta", protect=True).declared), ref="a")
    plan = make_plan([SECOND], [protected, B])
    assert shape(plan) == [("okta", "delete", "deposed")]
    assert flags(plan) == ["--allow-destroy okta"]


def test_records_of_one_key_that_is_gone_all_go_and_count_once() -> None:
    others = [record(desired(key)) for key in "vwxyz"]
    keep = [desired(key) for key in "vwxyz"]
    plan = make_plan(keep, [A, B, *others])
    assert shape(plan) == [("okta", "delete", "deposed"), ("okta", "delete", "undeclared")]
    assert [change.steps[0].name for change in plan.changes] == ["First", "Second"]
    assert (plan.owned, plan.gates) == (6, ())


def test_copies_of_a_record_are_told_apart_in_any_order() -> None:
    copies = [record(FIRST, ref=ref) for ref in "abc"]
    plans = [
        make_plan([FIRST], order, capabilities=SLOPPY)
        for order in (copies, copies[::-1], copies[1:] + copies[:1])
    ]
    assert len({plan.fingerprint for plan in plans}) == 1
    assert [step.ref for change in plans[0].changes for step in change.steps] == ["b", "c"]
    assert flags(plans[0]) == ["--allow-destroy okta"]


# Partial knowledge.


def test_what_is_declared_but_not_known_is_left_alone() -> None:
    wanted = [desired("a")]
    live = [record(desired("a")), record(desired("b")), record(desired("c"))]
    plan = make_plan(wanted, live, unresolved=frozenset({"b"}))
    assert shape(plan) == [("c", "delete", "undeclared")]
    assert plan.declared == 2


def test_not_even_replaced_records_of_an_unknown_provider_are_deleted() -> None:
    plan = make_plan([], [A, B], unresolved=frozenset({"okta"}))
    assert plan.changes == ()


def test_an_unknown_provider_keeps_its_name() -> None:
    plan = make_plan([desired("a", name="B")], [record(desired("b"))], unresolved=frozenset({"b"}))
    assert (plan.changes, rules(plan)) == ((), [("PLN-04", "a")])


def test_a_partial_plan_covers_what_it_names_and_nothing_else() -> None:
    wanted = [desired("eu-a"), desired("eu-b"), desired("us-a")]
    live = [record(desired("eu-gone")), record(desired("us-gone"))]
    plan = make_plan(wanted, live, only=("eu-*", "nothing"))
    assert [change.address for change in plan.changes] == ["eu-a", "eu-b", "eu-gone"]
    assert (plan.complete, plan.declared, plan.owned) == (False, 3, 2)
    assert make_plan(wanted, live).complete

    exact = make_plan(wanted, live, only=("us-gone",))
    assert shape(exact) == [("us-gone", "delete", "undeclared")]


def test_a_pattern_that_selects_nothing_is_told() -> None:
    live = [record(desired("gone")), record(desired("other"), owner="other/team")]
    plan = make_plan([desired("okta")], live, only=("ok*", "gone", "typo", "other"))
    assert rules(plan) == [("PLN-09", None), ("PLN-09", None)]
    assert [problem.message for problem in plan.problems] == [
        "--only typo selects no provider",
        "--only other selects no provider",
    ]
    assert not plan.errored
    assert make_plan([], [], unresolved=frozenset({"okta"}), only=("okta",)).problems == ()


def test_a_partial_plan_still_sees_the_names_of_the_others() -> None:
    plan = make_plan([desired("a", name="B"), desired("b")], [record(desired("b"))], only=("a",))
    assert rules(plan) == [("PLN-04", "a")]


# The plan as a whole.


def test_changes_stand_in_the_order_in_which_they_are_made() -> None:
    live = [record(desired(key)) for key in ("u1", "u2", "r1", "r2", "d1", "d2", "k1", "k2", "k3")]
    wanted = [
        *(desired(key) for key in ("c2", "c1", "k1", "k2", "k3")),
        *(desired(key, enabled=False) for key in ("u2", "u1")),
        *(desired(key, name=f"New{key}") for key in ("r2", "r1")),
    ]
    plan = make_plan(wanted, live)
    order = [(str(change.action), change.address) for change in plan.changes]
    assert order == [
        ("create", "c1"),
        ("create", "c2"),
        ("update", "u1"),
        ("update", "u2"),
        ("replace", "r1"),
        ("replace", "r2"),
        ("delete", "d1"),
        ("delete", "d2"),
    ]
    assert plan.unchanged == ("k1", "k2", "k3")


def test_findings_of_others_come_first_and_are_kept() -> None:
    found = Problem(rule="CFG-08", severity=Severity.INFO, message="same audience")
    inputs = Inputs(config_sha256="abc", files={"idpctl.yaml": "abc"})
    plan = make_plan([desired("okta")], [unmanaged("okta")], problems=[found], inputs=inputs)
    assert [problem.rule for problem in plan.problems] == ["CFG-08", "PLN-01"]
    assert plan.inputs == inputs


def test_a_change_says_who_uses_the_record() -> None:
    seen = replace(record(desired("okta")), usage=("app one",))
    change: Change = only_change(make_plan([desired("okta", name="New")], [seen]))
    assert change.usage == ("app one",)
    assert only_change(make_plan([desired("okta")], [])).usage == ()
    assert only_change(make_plan([desired("okta", name="New")], [replace(seen, usage=None)])).usage == ()
