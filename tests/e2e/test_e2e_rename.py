"""A name cannot be modified: another one is a replacement, planned once, allowed by name, and then done."""

from __future__ import annotations

import pytest

from tests.support.workspace import Here, actions, change_of, pinned


@pytest.fixture
def renamed(here: Here) -> Here:
    """Return a workspace whose two providers are registered, and one of which now has another name."""
    here.declare("okta", "azure")
    here.apply()
    here.write({"okta": pinned("okta", name="Renamed"), "azure": pinned("azure")})
    return here


def test_a_rename_plans_exactly_one_replacement_in_terraforms_words(renamed: Here) -> None:
    text = renamed.offline("plan").out
    assert text.count("must be replaced") == 1
    assert "\n  # identity_provider.okta must be replaced\n" in text
    assert (
        '"Okta" -> "Renamed"   # forces replacement' in text.replace("\n", " ")
        or "# forces replacement" in text
    )
    assert "\nPlan: 1 to add, 0 to change, 1 to destroy.\n" in text
    assert "Blocked: --allow-replace okta" in text
    assert "no gap" in text


def test_a_rename_is_create_and_delete_in_json(renamed: Here) -> None:
    plan = renamed.plan()
    assert actions(plan) == {"okta": ["create", "delete"]}
    change = change_of(plan, "okta")
    assert change["action_reason"] == "replace_because_cannot_update"
    assert change["change"]["replace_paths"] == [["name"]]
    assert change["change"]["before"]["name"] == "Okta"
    assert change["change"]["after"]["name"] == "Renamed"
    assert [step["verb"] for step in change["idpctl"]["steps"]] == ["create", "delete"]
    assert plan["applyable"] is False


def test_a_rename_is_refused_until_it_is_allowed_by_name(renamed: Here) -> None:
    with renamed.untouched():
        refused = renamed.apply(expect=5)
        assert "--allow-replace okta" in refused.err
        assert "must be replaced" in refused.out
        assert renamed.apply("--allow-replace", "azure", expect=5)
        saved = renamed.save()
        assert renamed.run("apply", str(saved), expect=5)


def test_a_rename_that_is_allowed_is_done_and_the_next_plan_is_empty(renamed: Here) -> None:
    other = renamed.row("Azure")
    done = renamed.apply("--allow-replace", "okta")
    assert "Apply complete! Resources: 1 added, 0 changed, 1 destroyed." in done.out
    assert renamed.names() == ["Azure", "Renamed"]
    assert renamed.row("Azure") == other
    assert "No changes." in renamed.offline("plan", "--detailed-exitcode", expect=0).out


@pytest.mark.parametrize("when", ["plan", "apply"])
def test_a_saved_plan_is_allowed_when_it_is_made_or_when_it_is_applied(renamed: Here, when: str) -> None:
    allow = ("--allow-replace", "okta")
    saved = renamed.save(*(allow if when == "plan" else ()))
    renamed.run("apply", str(saved), *(allow if when == "apply" else ()), expect=0)
    assert renamed.names() == ["Azure", "Renamed"]
    renamed.offline("plan", "--detailed-exitcode", expect=0)


def test_another_type_is_a_replacement_in_one_transaction(here: Here) -> None:
    here.declare("okta")
    here.apply()
    here.write({"okta": pinned("okta", type="keycloak")})
    plan = here.plan()
    assert actions(plan) == {"okta": ["delete", "create"]}
    assert "-/+ identity_provider" in here.offline("plan").out
    here.apply("--allow-replace", "okta")
    assert here.query("SELECT name, type FROM identity_provider") == [("Okta", "keycloak")]
    here.offline("plan", "--detailed-exitcode", expect=0)


def test_delete_first_is_done_where_it_is_asked_for(renamed: Here) -> None:
    provider = pinned("okta", name="Renamed", lifecycle={"replace": "delete_first"})
    renamed.write({"okta": provider, "azure": pinned("azure")})
    assert actions(renamed.plan()) == {"okta": ["delete", "create"]}
    renamed.apply("--allow-replace", "okta")
    assert renamed.names() == ["Azure", "Renamed"]


def test_a_replacement_can_change_other_fields_too(renamed: Here) -> None:
    provider = pinned("okta", name="Renamed", description="new", enabled=False)
    renamed.write({"okta": provider, "azure": pinned("azure")})
    renamed.apply("--allow-replace", "okta")
    found = renamed.query("SELECT name, description, enabled FROM identity_provider WHERE name = 'Renamed'")
    assert found == [("Renamed", "new", 0)]
    renamed.offline("plan", "--detailed-exitcode", expect=0)
