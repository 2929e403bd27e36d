"""What was hardly meant is refused: an emptied configuration, a mass delete, the end of protection."""

from __future__ import annotations

import pytest

from tests.support.workspace import Workspace, actions, pinned

TEN = [f"p{number}" for number in range(10)]


def filled(workspace: Workspace, *keys: str) -> None:
    workspace.declare(*keys)
    workspace.apply()


def test_a_configuration_without_providers_is_an_error(workspace: Workspace) -> None:
    filled(workspace, *TEN)
    workspace.write(None)
    with workspace.untouched():
        for command in ("validate", "plan", "apply"):
            done = workspace.run(command, *(["--auto-approve"] if command == "apply" else []), expect=3)
            assert "providers" in done.err


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "version: 1\nowner: acme/prod\nproviders:\n"])
def test_an_emptied_file_is_an_error(workspace: Workspace, text: str) -> None:
    filled(workspace, *TEN)
    workspace.config.write_text(text, encoding="utf-8")
    with workspace.untouched():
        workspace.apply(expect=3)


def test_a_configuration_that_is_gone_is_an_error(workspace: Workspace) -> None:
    filled(workspace, *TEN)
    workspace.config.unlink()
    with workspace.untouched():
        workspace.apply(expect=3)


def test_providers_that_are_empty_on_purpose_still_need_the_number(workspace: Workspace) -> None:
    filled(workspace, *TEN)
    workspace.write({})
    with workspace.untouched():
        planned = workspace.offline("plan", expect=5)
        assert "Plan: 0 to add, 0 to change, 10 to destroy." in planned.out
        assert "Blocked: --max-deletes 10" in planned.out
        assert "--max-deletes 10" in workspace.apply(expect=5).err
        workspace.apply("--max-deletes", "9", expect=5)
    workspace.apply("--max-deletes", "10")
    assert workspace.names() == []
    workspace.offline("plan", "--detailed-exitcode", expect=0)


def test_the_last_record_is_not_deleted_in_passing(workspace: Workspace) -> None:
    filled(workspace, "okta")
    workspace.write({})
    assert "--max-deletes 1" in workspace.apply(expect=5).err


def test_more_than_30_percent_is_refused_and_the_plan_is_printed_and_saved(workspace: Workspace) -> None:
    filled(workspace, *TEN)
    workspace.declare(*TEN[4:])
    with workspace.untouched():
        planned = workspace.offline("plan", "--out", "plan.json", expect=5)
        assert planned.out.count("will be destroyed") == 4
        assert "4 of 10 owned records would be deleted, more than 30 %" in planned.out
        applied = workspace.apply(expect=5)
        assert applied.out.count("will be destroyed") == 4
        assert "--max-deletes 4" in applied.err
        workspace.run("apply", "plan.json", expect=5)
    workspace.run("apply", "plan.json", "--max-deletes", "4")
    assert len(workspace.names()) == 6


def test_30_percent_are_ordinary(workspace: Workspace) -> None:
    filled(workspace, *TEN)
    workspace.declare(*TEN[3:])
    workspace.apply()
    assert len(workspace.names()) == 7


def test_the_share_can_be_set_in_the_configuration(workspace: Workspace) -> None:
    filled(workspace, *TEN)
    workspace.declare(*TEN[1:], guards={"max_delete_percent": 5})
    workspace.apply(expect=5)
    workspace.declare(*TEN[5:], guards={"max_delete_percent": 50})
    workspace.apply()


def test_an_allowed_number_is_stored_in_the_plan(workspace: Workspace) -> None:
    filled(workspace, *TEN)
    workspace.declare(*TEN[5:])
    saved = workspace.save("--max-deletes", "5")
    workspace.run("apply", str(saved))
    assert len(workspace.names()) == 5


@pytest.fixture
def protected(workspace: Workspace) -> Workspace:
    workspace.write({"okta": pinned("okta", lifecycle={"protect": True}), "azure": pinned("azure")})
    workspace.apply()
    return workspace


def test_protection_outlives_the_block_that_asked_for_it(protected: Workspace) -> None:
    protected.declare("azure")
    with protected.untouched():
        assert "Blocked: --allow-destroy okta" in protected.offline("plan").out
        assert "--allow-destroy okta" in protected.apply(expect=5).err
        protected.apply("--allow-destroy", "azure", expect=5)
    protected.apply("--allow-destroy", "okta")
    assert protected.names() == ["Azure"]


def test_a_protected_record_is_not_replaced_without_both_names(protected: Workspace) -> None:
    protected.write({"okta": pinned("okta", name="Renamed"), "azure": pinned("azure")})
    with protected.untouched():
        protected.apply("--allow-replace", "okta", expect=5)
    protected.apply("--allow-replace", "okta", "--allow-destroy", "okta")
    assert protected.names() == ["Azure", "Renamed"]


def test_protection_is_given_up_by_an_apply_of_its_own(protected: Workspace) -> None:
    protected.declare("okta", "azure")
    assert "no longer protected" in protected.offline("plan").out
    protected.apply()
    protected.declare("azure")
    protected.apply()
    assert protected.names() == ["Azure"]


def test_a_destroy_asks_for_the_number_and_for_the_protected(protected: Workspace) -> None:
    with protected.untouched():
        refused = protected.run("destroy", "--auto-approve", expect=5)
        assert "--max-deletes 2" in refused.err
        assert "--allow-destroy okta" in refused.err
        protected.run("destroy", "--auto-approve", "--max-deletes", "2", expect=5)
    done = protected.run("destroy", "--auto-approve", "--max-deletes", "2", "--allow-destroy", "okta")
    assert "Destroy complete! Resources: 2 destroyed." in done.out
    assert protected.names() == []


@pytest.mark.parametrize("path", ["issuer", "token_endpoint", "jwks_endpoint", "allowed_token_audience"])
def test_a_trust_change_is_told_first_and_acknowledged_by_name(workspace: Workspace, path: str) -> None:
    filled(workspace, "okta", "azure")
    value = "api://other" if path == "allowed_token_audience" else "https://other.example.net"
    changes = {path: value, **({"issuer": value} if path == "issuer" else {})}
    url = {"well_known_url": f"{value}/.well-known/openid-configuration"} if path == "issuer" else {}
    workspace.write({"okta": pinned("okta", **changes, **url), "azure": pinned("azure")})
    with workspace.untouched():
        text = workspace.offline("plan").out
        assert text.index("Trust changes (need --allow-trust-change KEY):") < text.index(
            "will be updated in-place"
        )
        assert "Blocked: --allow-trust-change okta" in text
        assert "--allow-trust-change okta" in workspace.apply(expect=5).err
        workspace.apply("--allow-trust-change", "azure", expect=5)
    workspace.apply("--allow-trust-change", "okta")
    workspace.offline("plan", "--detailed-exitcode", expect=0)


def test_an_acknowledgement_covers_nothing_that_came_later(workspace: Workspace) -> None:
    filled(workspace, "okta")
    workspace.write({"okta": pinned("okta", jwks_endpoint="https://other.example.net/keys")})
    saved = workspace.save("--allow-trust-change", "okta")
    workspace.write({"okta": pinned("okta", jwks_endpoint="https://evil.example.org/keys")})
    with workspace.untouched():
        workspace.run("apply", str(saved), expect=6)


def test_an_ordinary_update_and_delete_need_no_word(workspace: Workspace) -> None:
    filled(workspace, "okta", "azure")
    workspace.write({"okta": pinned("okta", description="changed")})
    assert actions(workspace.plan()) == {"okta": ["update"], "azure": ["delete"]}
    workspace.apply()
