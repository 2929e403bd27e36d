from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.asked import Options
from idpctl.model import FIELDS, Origin, Provenance, Record
from idpctl.stale import acknowledged, differences, narrow
from tests.support.build import SLOPPY, desired, flags, make_plan, record, snapshot, unmanaged
from tests.support.memory import applied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.model import Desired
    from idpctl.plan import Plan

KEEP = desired("keep")
GONE = desired("gone")
LIVE = (record(desired("okta", enabled=False)), record(KEEP), record(GONE), unmanaged())
OKTA = desired("okta")
NEW = desired("new")
WANTED = (OKTA, KEEP, NEW)
REVIEWED = make_plan(WANTED, LIVE)


def told(now: Plan, reviewed: Plan = REVIEWED) -> list[tuple[str, str]]:
    return [(difference.address, difference.message) for difference in differences(reviewed, now)]


def with_record(ref: str, **edited: Any) -> list[Record]:
    return [
        replace(one, idp=replace(one.idp, **edited)) if one.ref == ref else one
        for one in sorted(LIVE, key=lambda one: one.ref)
    ]


def remarked(seen: Record, **given: Any) -> Record:
    assert seen.mark is not None
    return replace(seen, mark=replace(seen.mark, **given))


def test_the_review_covers_an_update_a_create_and_a_delete() -> None:
    assert [str(change.action) for change in REVIEWED.changes] == ["create", "update", "delete"]
    assert told(REVIEWED) == []
    assert told(make_plan(WANTED[::-1], LIVE[::-1])) == []


@pytest.mark.parametrize(
    ("wanted", "live"),
    [
        (WANTED, [*LIVE, unmanaged("another")]),
        (WANTED, LIVE[:-1]),
        (WANTED, with_record("ref-legacy", issuer="https://changed")),
        (WANTED, with_record("ref-keep", issuer="https://changed")),
        (WANTED, [one for one in LIVE if one.ref != "ref-keep"]),
        (WANTED, [*LIVE, record(desired("ours"))]),
        ([*WANTED, desired("later")], LIVE),
        ([OKTA, NEW, desired("keep", enabled=False)], LIVE),
        (WANTED, [replace(one, revision="77", usage=("x",)) for one in LIVE]),
        (WANTED, [remarked(one, op="another") if one.mark else one for one in LIVE]),
    ],
)
def test_unrelated_changes_do_not_matter(wanted: Iterable[Desired], live: Iterable[Record]) -> None:
    assert told(make_plan(wanted, live)) == []


@pytest.mark.parametrize("path", [path for path in FIELDS if path not in {"enabled", "name", "type"}])
def test_every_field_of_a_touched_record_matters(path: str) -> None:
    old = getattr(LIVE[0].idp, path)
    now = make_plan(WANTED, with_record("ref-okta", **{path: "edited\x1b"}))
    assert told(now) == [("okta", f'{path} in the registry was "{old}", now "edited\\x1b"')]
    old = getattr(OKTA.idp, path)
    now = make_plan([desired("okta", **{path: "other"}), KEEP, NEW], LIVE)
    assert told(now) == [("okta", f'{path} wanted was "{old}", now "other"')]


def test_a_record_that_is_to_be_deleted_matters_too() -> None:
    now = make_plan(WANTED, with_record("ref-gone", description="in use again"))
    assert told(now) == [("gone", 'description in the registry was "", now "in use again"')]


@pytest.mark.parametrize(
    ("wanted", "live", "expected"),
    [
        (
            [OKTA, KEEP],
            LIVE,
            [("new", 'create of "New" is no longer what would be done')],
        ),
        (
            [OKTA, KEEP, desired("new", description="x")],
            LIVE,
            [("new", 'description wanted was "", now "x"')],
        ),
        (
            WANTED,
            [*LIVE, unmanaged("new")],
            [("new", 'create of "New" is no longer what would be done')],
        ),
        (
            WANTED,
            [*LIVE, record(desired("new", enabled=False))],
            [("new", "planned was create, now it is update"), ("new", "a record was created meanwhile")],
        ),
        (
            WANTED,
            LIVE[1:],
            [("okta", "planned was update, now it is create"), ("okta", "the record was deleted meanwhile")],
        ),
        (
            WANTED,
            [LIVE[0], LIVE[1]],
            [("gone", 'delete of "Gone" is no longer what would be done')],
        ),
        (
            [*WANTED, GONE],
            LIVE,
            [("gone", 'delete of "Gone" is no longer what would be done')],
        ),
        (
            WANTED,
            [record(OKTA), *LIVE[1:]],
            [("okta", 'update of "Okta" is no longer what would be done')],
        ),
        (
            [desired("okta", name="Renamed"), KEEP, NEW],
            LIVE,
            [
                ("okta", "planned was update, now it is replace"),
                ("okta", 'name wanted was "Okta", now "Renamed"'),
            ],
        ),
        (
            WANTED,
            with_record("ref-okta", enabled=True),
            [("okta", "enabled in the registry was false, now true")],
        ),
        (
            WANTED,
            [remarked(LIVE[0], protect=True), *LIVE[1:]],
            [("okta", "the record's mark, what is not managed in it, or the steps are not as planned")],
        ),
        (
            WANTED,
            [*LIVE, record(desired("okta", name="Second"), ref="second")],
            [("okta", 'delete of "Second" would be done too')],
        ),
    ],
)
def test_related_changes_are_told_in_words(
    wanted: Iterable[Desired], live: Iterable[Record], expected: list[tuple[str, str]]
) -> None:
    assert told(make_plan(wanted, live)) == expected


def test_another_mark_of_a_record_that_goes_is_told() -> None:
    live = [remarked(one, op="another", applied={}) if one.ref == "ref-gone" else one for one in LIVE]
    assert told(make_plan(WANTED, live)) == [
        ("gone", "the record's mark, what is not managed in it, or the steps are not as planned")
    ]


def test_the_same_value_from_elsewhere_is_told_where_it_was_shown() -> None:
    live = [record(OKTA, issuer="https://edited.example.com")]
    locked = replace(OKTA, provenance=Provenance(issuer=Origin.LOCK))
    assert told(make_plan([OKTA], live), make_plan([locked], live)) == [
        ("okta", "issuer came from lock, now the same value comes from config")
    ]


def test_another_target_is_another_plan() -> None:
    elsewhere = replace(REVIEWED, target=replace(REVIEWED.target, location="there"))
    here, there = (f"acme/prod on memory {place} (organization acme)" for place in ("here", "there"))
    assert told(elsewhere) == [("", f"the target was {here}, now {there}")]


def test_a_difference_is_a_finding_about_its_provider() -> None:
    here, there = differences(REVIEWED, make_plan([], [])), differences(REVIEWED, elsewhere())
    assert {one.problem.rule for one in (*here, *there)} == {"PLN-07"}
    assert [one.problem.address for one in here] == ["new", "okta", "gone"]
    assert there[0].problem.address is None
    assert all(one.problem.blocks for one in here)


def elsewhere() -> Plan:
    return replace(REVIEWED, target=replace(REVIEWED.target, owner="other"))


def test_an_empty_review_is_never_stale() -> None:
    assert told(REVIEWED, make_plan([], [])) == []


def test_properties_are_told_by_key_and_only_managed_ones_by_value() -> None:
    was = desired("okta", properties={"flag": True, "gone": None})
    seen = record(was, properties={"flag": False, "theirs": "hunter2", "same": 1})
    reviewed = make_plan([was], [seen])
    edited = record(was, properties={"flag": 0, "theirs": "hunter3", "same": 1, "new\n": 2})
    assert told(make_plan([was], [edited]), reviewed) == [
        ("okta", "properties.flag in the registry was false, now 0"),
        ("okta", "properties.new\\n in the registry has another value now"),
        ("okta", "properties.theirs in the registry has another value now"),
    ]
    # A plan that was saved knows only what is managed.
    saved = replace(reviewed, changes=tuple(change.public() for change in reviewed.changes))
    assert told(make_plan([was], [edited]), saved) == [
        ("okta", "properties.flag in the registry was false, now 0"),
    ]
    unmanaged = record(was, properties={"flag": False, "theirs": "hunter3", "same": 1})
    assert told(make_plan([was], [unmanaged]), saved) == [
        ("okta", "the record's mark, what is not managed in it, or the steps are not as planned"),
    ]
    other = desired("okta", properties={"flag": {"x": 1}})
    assert told(make_plan([other], [seen]), reviewed)[0] == (
        "okta",
        'properties.flag wanted was true, now {"x":1}',
    )
    deleted = make_plan([], [seen], max_deletes=1)
    assert told(make_plan([], [edited]), deleted)[0] == (
        "okta",
        "properties.flag in the registry has another value now",
    )


def test_what_remains_after_an_apply_is_seen_under_its_address() -> None:
    made = applied(REVIEWED, snapshot(*LIVE))
    assert narrow(make_plan(WANTED, made), REVIEWED, Options()).changes == ()

    mangled = [
        replace(one, idp=replace(one.idp, issuer="mangled")) if one.idp.name == "New" else one
        for one in made.records
    ]
    left = narrow(make_plan(WANTED, mangled), REVIEWED, Options())
    assert [change.address for change in left.changes] == ["new"]


def test_only_what_was_reviewed_is_applied_with_its_own_gates() -> None:
    live = [record(desired(f"k{number}")) for number in range(10)]
    keep = [desired(f"k{number}") for number in range(1, 10)]
    reviewed = make_plan(keep, live)
    assert reviewed.gates == ()

    now = make_plan(keep[:4], live)
    assert flags(now) == ["--max-deletes 6"]
    assert differences(reviewed, now) == []
    options = Options(allow_replace=frozenset({"x"}))
    plan = narrow(now, reviewed, options)
    assert [change.address for change in plan.changes] == ["k0"]
    assert (plan.gates, plan.options) == ((), options)


def test_gates_are_opened_at_the_apply_by_its_options() -> None:
    live = [record(desired("okta"))]
    reviewed = make_plan([desired("okta", name="New")], live)
    assert flags(narrow(reviewed, reviewed, Options())) == ["--allow-replace okta"]
    opened = narrow(reviewed, reviewed, Options(allow_replace=frozenset({"okta"})))
    assert opened.applyable


def test_a_copy_that_appears_beside_the_record_is_not_deleted_unreviewed() -> None:
    live = [record(desired("okta", enabled=False), ref="1")]
    reviewed = make_plan([OKTA], live, capabilities=SLOPPY)
    copy = record(OKTA, ref="2")
    now = make_plan([OKTA], [*live, copy], capabilities=SLOPPY, allow_destroy=frozenset({"okta"}))
    assert told(now, reviewed) == [("okta", 'delete of "Okta" would be done too')]


def test_what_is_allowed_at_the_apply_adds_to_the_review() -> None:
    names = ("allow_replace", "allow_destroy", "allow_trust_change", "allow_gap")
    reviewed = Options(
        **{name: frozenset({"a"}) for name in names}, max_deletes=3, max_delete_percent=50, only=("x",)
    )
    given = Options(**{name: frozenset({"b"}) for name in names}, max_delete_percent=10, strict=True)
    both = acknowledged(reviewed, given)
    assert both == replace(reviewed, **dict.fromkeys(names, frozenset("ab")))
    assert acknowledged(reviewed, replace(given, max_deletes=0)).max_deletes == 0
    assert acknowledged(Options(), replace(given, max_deletes=9)).max_deletes == 9
