"""Queries and policies that were written for Terraform's JSON plan run unchanged on ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idpctl.model import FIELDS, Capabilities, Lifecycle, Moved, ReplaceOrder
from idpctl.planfile import dump
from tests.render.plans import applied, imported, marked, planned, problem, provider, unmanaged, wanted

OLD = wanted("okta")


def body_of(*arguments: Any, **options: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(dump(planned(*arguments, **options)))
    return body


def gitlab_widget(body: dict[str, Any]) -> dict[str, int]:
    """Count like `[.resource_changes[]?.change.actions?] | flatten`, the query of GitLab's manual."""
    actions = [action for change in body["resource_changes"] for action in change["change"]["actions"]]
    return {name: actions.count(name) for name in ("create", "update", "delete")}


def denied_by_policy(body: dict[str, Any]) -> list[str]:
    """Deny like the Rego rule `input.resource_changes[_].change.actions[_] == "delete"`."""
    return [
        change["address"] for change in body["resource_changes"] if "delete" in change["change"]["actions"]
    ]


def test_gitlab_counts_both_halves_of_a_replacement() -> None:
    body = body_of(
        [wanted("new"), wanted("okta", name="renamed"), wanted("azure", description="now with text")],
        [applied(OLD, "r-1"), applied(wanted("azure"), "r-2"), applied(wanted("gone"), "r-3")],
    )
    assert gitlab_widget(body) == {"create": 2, "update": 1, "delete": 2}
    assert denied_by_policy(body) == ["identity_provider.okta", "identity_provider.gone"]


def test_a_create_has_no_before_and_a_delete_no_after() -> None:
    body = body_of([wanted("new")], [applied(wanted("gone"), "r-1")])
    create, delete = body["resource_changes"]
    assert create["change"]["before"] is None
    assert create["change"]["after"] == provider("new").as_dict()
    assert create["mode"] == "managed"
    assert create["type"] == "identity_provider"
    assert create["name"] == "new"
    assert create["provider_name"] == "idpctl/sqlite"
    assert "action_reason" not in create
    assert delete["change"]["after"] is None
    assert delete["change"]["before"] == provider("gone").as_dict()
    assert delete["action_reason"] == "delete_because_no_resource_config"
    for change in (create, delete):
        assert change["change"]["after_unknown"] == {}
        assert change["change"]["before_sensitive"] == {}
        assert change["change"]["after_sensitive"] == {}


@pytest.mark.parametrize(
    ("order", "coexist", "actions"),
    [
        (ReplaceOrder.CREATE_FIRST, True, ["create", "delete"]),
        (ReplaceOrder.DELETE_FIRST, True, ["delete", "create"]),
        (ReplaceOrder.CREATE_FIRST, False, ["delete", "create"]),
    ],
)
def test_the_actions_of_a_replacement_are_in_their_order(
    order: ReplaceOrder, coexist: bool, actions: list[str]
) -> None:
    desired = wanted("okta", name="renamed", lifecycle=Lifecycle(replace=order))
    body = body_of([desired], [applied(OLD, "r-1")], capabilities=Capabilities(coexist=coexist))
    (change,) = body["resource_changes"]
    assert change["change"]["actions"] == actions
    assert change["change"]["replace_paths"] == [["name"]]
    assert change["action_reason"] == "replace_because_cannot_update"


def test_a_renamed_key_alone_is_a_no_op_with_its_former_address() -> None:
    record = applied(wanted("former"), "r-1")
    desired = wanted("okta", **{path: getattr(record.idp, path) for path in FIELDS})
    body = body_of([desired], [record], moved=(Moved(from_key="former", to_key="okta"),))
    (change,) = body["resource_changes"]
    assert change["change"]["actions"] == ["no-op"]
    assert change["address"] == "identity_provider.okta"
    assert change["previous_address"] == "identity_provider.former"


def test_an_adoption_is_a_no_op_that_imports() -> None:
    body = json.loads(dump(imported([wanted("okta")], [unmanaged("okta", "r-7")])))
    (change,) = body["resource_changes"]
    assert change["change"]["actions"] == ["no-op"]
    assert change["change"]["importing"] == {"id": "r-7"}
    assert change["change"]["before"] == change["change"]["after"] == provider("okta").as_dict()


def test_drift_tells_the_last_known_values_and_the_live_ones() -> None:
    desired = wanted("okta", properties={"flags": {"a": 1}, "flags.more": 2}, description="newer text")
    record = applied(
        wanted("okta", properties={"flags": {"a": 1}, "flags.more": 2}),
        "r-1",
        issuer="https://evil.example",
        properties={"flags": {"a": 9}, "flags.more": 3, "own": "kept"},
    )
    (entry,) = body_of([desired], [record])["resource_drift"]
    before, after = entry["change"]["before"], entry["change"]["after"]
    assert entry["address"] == "identity_provider.okta"
    assert entry["change"]["actions"] == ["update"]
    assert after["issuer"] == "https://evil.example"
    assert before["issuer"] == provider("okta").issuer
    # What is not managed may be a secret of the registry: it is in no plan.
    assert before["properties"] == {"flags": {"a": 1}, "flags.more": 2}
    assert after["properties"] == {"flags": {"a": 9}, "flags.more": 3}
    # The configuration changed this one: it is as idpctl left it.
    assert before["description"] == after["description"] == ""
    assert set(entry["idpctl"]["fields"]) == {"issuer", "properties.flags.a", "properties.flags.more"}
    assert entry["idpctl"]["unknown"] == []


def test_after_a_conflict_the_last_known_value_is_unknown() -> None:
    record = applied(
        wanted("okta", description="first", properties={"x": 1}),
        "r-1",
        description="by hand",
        properties={"x": 2},
    )
    (entry,) = body_of([wanted("okta", description="second", properties={"x": 3})], [record])[
        "resource_drift"
    ]
    assert entry["change"]["before"]["description"] is None
    assert entry["change"]["before"]["properties"] == {"x": None}
    assert entry["idpctl"]["unknown"] == ["description", "properties.x"]


def test_without_an_edit_outside_there_is_no_drift() -> None:
    body = body_of([wanted("okta", description="newer")], [applied(OLD, "r-1"), unmanaged("other")])
    assert body["resource_drift"] == []
    assert body["unmanaged"] == ["other"]


def test_a_deposed_record_is_a_delete_of_its_own() -> None:
    old = marked(applied(wanted("okta", name="old"), "r-1"))
    new = marked(applied(OLD, "r-2"), replaces="r-1")
    (change,) = body_of([OLD], [old, new])["resource_changes"]
    assert change["deposed"] == "r-1"
    assert change["change"]["actions"] == ["delete"]
    assert "action_reason" not in change


def test_findings_and_gates_stand_beside_the_changes() -> None:
    body = body_of(
        [wanted("okta", name="new")], [applied(OLD, "r-1")], problems=[problem(suppressed="known")]
    )
    assert body["errored"] is False
    assert body["applyable"] is False
    (gate,) = body["gates"]
    assert gate["flag"] == "--allow-replace okta"
    (check,) = body["checks"]
    assert check["suppressed"] == "known"
    assert check["source"] == {"file": "providers/okta.yaml", "line": 7, "column": 13}
