"""The order in which a plan is carried out, and the marks that it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl.adoption import plan_import
from idpctl.asked import Options
from idpctl.digest import short
from idpctl.model import Capabilities, Moved, ReplaceOrder, Snapshot, applied_digests
from idpctl.schedule import Call, Create, Delete, Phase, Update, schedule
from idpctl.value import replace
from tests.support import applying, build

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.model import Desired, Record

OP = "op-2"


def calls(wanted: Iterable[Desired], records: Iterable[Record]) -> list[Call]:
    return list(schedule(build.make_plan(wanted, records), OP))


def order(found: Iterable[Call]) -> list[tuple[Phase, str, str]]:
    return [(call.phase, str(call.verb), call.name) for call in found]


def only(found: Iterable[Call]) -> Call:
    (call,) = found
    return call


def test_creates_come_first_and_deletes_last() -> None:
    live = [build.record(one) for one in applying.before()]
    assert order(calls(applying.after(), live)) == [
        (Phase.CREATE, "create", "Added"),
        (Phase.UPDATE, "update", "Updated"),
        (Phase.REPLACE, "create", "Renamed-2"),
        (Phase.DELETE, "delete", "Renamed"),
        (Phase.DELETE, "delete", "Gone"),
        (Phase.GAP, "delete", "Retyped"),
        (Phase.GAP, "create", "Retyped"),
    ]


def test_what_an_interrupted_replacement_left_is_deleted() -> None:
    old = build.record(build.desired("okta"), ref="old")
    wanted = build.desired("okta", name="Okta-2")
    new = build.record(wanted, ref="new")
    assert order(calls([wanted], [old, new])) == [(Phase.DELETE, "delete", "Okta")]


def test_it_is_deleted_before_the_next_replacement_of_its_key() -> None:
    first = build.record(build.desired("okta"), ref="first")
    second = build.record(build.desired("okta", name="Okta-2"), ref="second")
    second = replace(second, mark=build.mark(build.desired("okta", name="Okta-2"), replaces="first"))
    wanted = build.desired("okta", name="Okta-3")
    found = calls([wanted, build.desired("other")], [first, second])
    assert order(found) == [
        (Phase.CREATE, "create", "Other"),
        (Phase.FINISH, "delete", "Okta"),
        (Phase.REPLACE, "create", "Okta-3"),
        (Phase.DELETE, "delete", "Okta-2"),
    ]


def test_a_plan_without_changes_has_no_calls() -> None:
    assert calls([build.desired("okta")], [build.record(build.desired("okta"))]) == []


def test_a_create_writes_the_whole_mark() -> None:
    wanted = build.desired("okta", protect=True, properties={"a": 1})
    call = only(calls([wanted], []))
    assert isinstance(call.write, Create)
    assert call.ref is None
    assert call.write.idp == wanted.idp
    assert call.write.mark == build.mark(wanted, op=OP, protect=True)


@pytest.mark.parametrize("first", [ReplaceOrder.CREATE_FIRST, ReplaceOrder.DELETE_FIRST])
def test_a_replacement_says_what_it_replaces(first: ReplaceOrder) -> None:
    wanted = build.desired("okta", name="Okta-2", order=first)
    found = calls([wanted], [build.record(build.desired("okta"), ref="old")])
    made = only(call for call in found if isinstance(call.write, Create))
    gone = only(call for call in found if isinstance(call.write, Delete))
    assert isinstance(made.write, Create)
    assert made.write.mark.replaces == "old"
    assert gone.ref == "old"
    assert (found[0] is made) is (first is ReplaceOrder.CREATE_FIRST)


def test_an_update_keeps_what_the_record_replaced() -> None:
    wanted = build.desired("okta", description="new")
    record = build.record(build.desired("okta"))
    linked = replace(record, mark=build.mark(build.desired("okta"), replaces="older"))
    call = only(calls([wanted], [linked]))
    assert isinstance(call.write, Update)
    assert call.write.record is linked
    assert call.write.mark.replaces == "older"


def test_an_update_leaves_the_memory_of_ignored_fields_alone() -> None:
    before = build.desired("okta", properties={"a": 1, "b": 1})
    live = build.record(before, description="by hand", properties={"a": 2, "b": 1})
    wanted = build.desired(
        "okta", issuer="https://new.example.com", ignore=["description", "properties"], properties={"a": 1}
    )
    call = only(calls([wanted], [live]))
    assert isinstance(call.write, Update)
    assert call.write.idp.description == "by hand"
    assert call.write.idp.properties == {"a": 2, "b": 1}
    assert call.write.mark.applied["description"] == short("")
    assert call.write.mark.applied["properties.a"] == short(1)
    assert call.write.mark.applied["issuer"] == short("https://new.example.com")


def test_an_update_of_other_fields_remembers_all_of_them() -> None:
    wanted = build.desired("okta", issuer="https://new.example.com")
    call = only(calls([wanted], [build.record(build.desired("okta"))]))
    assert isinstance(call.write, Update)
    assert call.write.mark.applied == applied_digests(wanted)


def test_a_renamed_key_changes_the_mark_alone() -> None:
    record = build.record(build.desired("old"))
    wanted = replace(build.desired("old"), declared=replace(build.declared("new", **build.values("old"))))
    plan = build.make_plan([wanted], [record], moved=[Moved(from_key="old", to_key="new")])
    call = only(schedule(plan, OP))
    assert isinstance(call.write, Update)
    assert (call.write.idp, call.write.mark.key) == (record.idp, "new")


def test_an_adoption_writes_the_mark_and_nothing_else() -> None:
    live = build.unmanaged("okta", description="by hand", properties={"theirs": 1})
    plan = plan_import(
        [build.declared("okta", ignore=["description"])],
        Snapshot(records=(live,)),
        Capabilities(),
        Options(adopt=frozenset({"okta"})),
        target=build.TARGET,
    )
    call = only(schedule(plan, OP))
    assert isinstance(call.write, Update)
    assert call.write.idp == live.idp
    assert call.write.mark.applied["description"] == short("by hand")
    assert (call.write.mark.owner, call.write.mark.key, call.write.mark.replaces) == (
        build.OWNER,
        "okta",
        None,
    )


def test_a_change_that_does_not_say_what_to_write_is_refused() -> None:
    plan = build.make_plan([build.desired("okta")], [])
    broken = replace(plan, changes=(replace(plan.changes[0], desired=None),))
    with pytest.raises(ValueError, match="create of okta"):
        schedule(broken, OP)
