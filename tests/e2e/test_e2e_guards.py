"""What was hardly meant is refused: an emptied configuration, a mass delete, the end of protection."""

from __future__ import annotations

import pytest

from tests.support.workspace import Here, actions, pinned

TEN = [f"p{number}" for number in range(10)]


def filled(here: Here, *keys: str) -> None:
    here.declare(*keys)
    here.apply()


def test_a_configuration_without_providers_is_an_error(here: Here) -> None:
    filled(here, *TEN)
    here.write(None)
    with here.untouched():
        for command in ("validate", "plan", "apply"):
            done = here.run(command, *(["--auto-approve"] if command == "apply" else []), expect=3)
            assert "providers" in done.err


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "version: 1\nowner: acme/prod\nproviders:\n"])
def test_an_emptied_file_is_an_error(here: Here, text: str) -> None:
    filled(here, *TEN)
    here.config.write_text(text, encoding="utf-8")
    with here.untouched():
        here.apply(expect=3)


def test_a_configuration_that_is_gone_is_an_error(here: Here) -> None:
    filled(here, *TEN)
    here.config.unlink()
    with here.untouched():
        here.apply(expect=3)


def test_providers_that_are_empty_on_purpose_still_need_the_number(here: Here) -> None:
    filled(here, *TEN)
    here.write({})
    with here.untouched():
        planned = here.offline("plan", expect=5)
        assert "Plan: 0 to add, 0 to change, 10 to destroy." in planned.out
        assert "Blocked: --max-deletes 10" in planned.out
        assert "--max-deletes 10" in here.apply(expect=5).err
        here.apply("--max-deletes", "9", expect=5)
    here.apply("--max-deletes", "10")
    assert here.names() == []
    here.offline("plan", "--detailed-exitcode", expect=0)


def test_the_last_record_is_not_deleted_in_passing(here: Here) -> None:
    filled(here, "okta")
    here.write({})
    assert "--max-deletes 1" in here.apply(expect=5).err


def test_more_than_30_percent_is_refused_and_the_plan_is_printed_and_saved(here: Here) -> None:
    filled(here, *TEN)
    here.declare(*TEN[4:])
    with here.untouched():
        planned = here.offline("plan", "--out", "plan.json", expect=5)
        assert planned.out.count("will be destroyed") == 4
        assert "4 of 10 owned records would be deleted, more than 30 %" in planned.out
        applied = here.apply(expect=5)
        assert applied.out.count("will be destroyed") == 4
        assert "--max-deletes 4" in applied.err
        here.run("apply", "plan.json", expect=5)
    here.run("apply", "plan.json", "--max-deletes", "4")
    assert len(here.names()) == 6


def test_30_percent_are_ordinary(here: Here) -> None:
    filled(here, *TEN)
    here.declare(*TEN[3:])
    here.apply()
    assert len(here.names()) == 7


def test_the_share_can_be_set_in_the_configuration(here: Here) -> None:
    filled(here, *TEN)
    here.declare(*TEN[1:], guards={"max_delete_percent": 5})
    here.apply(expect=5)
    here.declare(*TEN[5:], guards={"max_delete_percent": 50})
    here.apply()


def test_an_allowed_number_is_stored_in_the_plan(here: Here) -> None:
    filled(here, *TEN)
    here.declare(*TEN[5:])
    saved = here.save("--max-deletes", "5")
    here.run("apply", str(saved))
    assert len(here.names()) == 5


@pytest.fixture
def protected(here: Here) -> Here:
    here.write({"okta": pinned("okta", lifecycle={"protect": True}), "azure": pinned("azure")})
    here.apply()
    return here


def test_protection_outlives_the_block_that_asked_for_it(protected: Here) -> None:
    protected.declare("azure")
    with protected.untouched():
        assert "Blocked: --allow-destroy okta" in protected.offline("plan").out
        assert "--allow-destroy okta" in protected.apply(expect=5).err
        protected.apply("--allow-destroy", "azure", expect=5)
    protected.apply("--allow-destroy", "okta")
    assert protected.names() == ["Azure"]


def test_a_protected_record_is_not_replaced_without_both_names(protected: Here) -> None:
    protected.write({"okta": pinned("okta", name="Renamed"), "azure": pinned("azure")})
    with protected.untouched():
        protected.apply("--allow-replace", "okta", expect=5)
    protected.apply("--allow-replace", "okta", "--allow-destroy", "okta")
    assert protected.names() == ["Azure", "Renamed"]


def test_protection_is_given_up_by_an_apply_of_its_own(protected: Here) -> None:
    protected.declare("okta", "azure")
    assert "no longer protected" in protected.offline("plan").out
    protected.apply()
    protected.declare("azure")
    protected.apply()
    assert protected.names() == ["Azure"]


def test_a_destroy_asks_for_the_number_and_for_the_protected(protected: Here) -> None:
    with protected.untouched():
        refused = protected.run("destroy", "--auto-approve", expect=5)
        assert "--max-deletes 2" in refused.err
        assert "--allow-destroy okta" in refused.err
        protected.run("destroy", "--auto-approve", "--max-deletes", "2", expect=5)
    done = protected.run("destroy", "--auto-approve", "--max-deletes", "2", "--allow-destroy", "okta")
    assert "Destroy complete! Resources: 2 destroyed." in done.out
    assert protected.names() == []


@pytest.mark.parametrize("path", ["issuer", "token_endpoint", "jwks_endpoint", "allowed_token_audience"])
def test_a_trust_change_is_told_first_and_acknowledged_by_name(here: Here, path: str) -> None:
    filled(here, "okta", "azure")
    value = "api://other" if path == "allowed_token_audience" else "https://other.example.net"
    changes = {path: value, **({"issuer": value} if path == "issuer" else {})}
    url = {"well_known_url": f"{value}/.well-known/openid-configuration"} if path == "issuer" else {}
    here.write({"okta": pinned("okta", **changes, **url), "azure": pinned("azure")})
    with here.untouched():
        text = here.offline("plan").out
        assert text.index("Trust changes (need --allow-trust-change KEY):") < text.index(
            "will be updated in-place"
        )
        assert "Blocked: --allow-trust-change okta" in text
        assert "--allow-trust-change okta" in here.apply(expect=5).err
        here.apply("--allow-trust-change", "azure", expect=5)
    here.apply("--allow-trust-change", "okta")
    here.offline("plan", "--detailed-exitcode", expect=0)


def test_an_acknowledgement_covers_nothing_that_came_later(here: Here) -> None:
    filled(here, "okta")
    here.write({"okta": pinned("okta", jwks_endpoint="https://other.example.net/keys")})
    saved = here.save("--allow-trust-change", "okta")
    here.write({"okta": pinned("okta", jwks_endpoint="https://evil.example.org/keys")})
    with here.untouched():
        here.run("apply", str(saved), expect=6)


def test_an_ordinary_update_and_delete_need_no_word(here: Here) -> None:
    filled(here, "okta", "azure")
    here.write({"okta": pinned("okta", description="changed")})
    assert actions(here.plan()) == {"okta": ["update"], "azure": ["delete"]}
    here.apply()
