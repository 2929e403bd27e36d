"""Moved keys, imports and partial plans: they touch what they name, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.workspace import Here, actions, change_of, discovered, pinned

if TYPE_CHECKING:
    from tests.support.issuer import Issuers


@pytest.fixture
def filled(here: Here) -> Here:
    here.declare("okta", "azure")
    here.apply()
    return here


# moved


def test_another_key_for_a_known_name_is_refused_with_the_entry_to_write(filled: Here) -> None:
    filled.write({"staff": pinned("okta"), "azure": pinned("azure")})
    with filled.untouched():
        refused = filled.offline("plan", expect=3)
        assert "moved: [{from: okta, to: staff}]" in refused.out
        filled.apply(expect=3)


def test_a_moved_key_changes_the_mark_and_nothing_else(filled: Here) -> None:
    values = filled.query("SELECT ref, name, issuer, properties FROM identity_provider ORDER BY ref")
    filled.write({"staff": pinned("okta"), "azure": pinned("azure")}, moved=[{"from": "okta", "to": "staff"}])
    text = filled.offline("plan").out
    assert "  # identity_provider.okta has moved to identity_provider.staff" in text
    assert "Plan: 0 to add, 0 to change, 0 to destroy." in text
    change = change_of(filled.plan(), "staff")
    assert change["previous_address"] == "identity_provider.okta"
    assert "Resources: 0 added, 0 changed, 0 destroyed." in filled.apply().out
    assert filled.query("SELECT ref, name, issuer, properties FROM identity_provider ORDER BY ref") == values
    assert filled.query("SELECT mark_key FROM identity_provider WHERE name = 'Okta'") == [("staff",)]
    filled.offline("plan", "--detailed-exitcode", expect=0)


# import


@pytest.fixture
def found(here: Here) -> Here:
    """Return a registry with records of nobody, of which two are declared."""
    here.declare("first")
    here.apply()
    for name in ("Legacy", "Older", "Other"):
        here.insert(name, description="by hand", properties='{"kept":true}')
    here.write({"first": pinned("first"), "legacy": pinned("legacy"), "older": pinned("older")})
    return here


def values(here: Here) -> list[tuple[object, ...]]:
    return here.query(
        "SELECT ref, name, type, description, allowed_token_audience, well_known_url, issuer, token_endpoint,"
        " jwks_endpoint, enabled, properties FROM identity_provider ORDER BY name"
    )


def owners(here: Here) -> dict[str, str | None]:
    return dict(here.query("SELECT name, mark_key FROM identity_provider"))


def test_an_import_adopts_the_named_record_and_touches_no_value(found: Here) -> None:
    before = values(found)
    done = found.run("import", "legacy")
    assert "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy." in done.out
    assert "  # identity_provider.legacy will be imported" in done.out
    assert "1 imported" in done.out
    assert values(found) == before
    assert owners(found) == {"First": "first", "Legacy": "legacy", "Older": None, "Other": None}


def test_after_an_import_the_plan_shows_where_the_record_differs(found: Here) -> None:
    found.run("import", "legacy", "older")
    plan = found.plan()
    assert actions(plan) == {"legacy": ["delete", "create"], "older": ["delete", "create"]}
    assert change_of(plan, "legacy")["change"]["replace_paths"] == [["type"]]


def test_import_all_adopts_what_is_declared_and_nothing_else(found: Here) -> None:
    found.run("import", "--all", "--auto-approve")
    assert owners(found) == {"First": "first", "Legacy": "legacy", "Older": "older", "Other": None}
    with found.untouched():
        found.run("import", "--all", "--auto-approve")


def test_import_all_where_nothing_can_be_adopted_is_no_ordinary_apply(here: Here) -> None:
    here.declare("okta")
    done = here.run("import", "--all", "--auto-approve", expect=3)
    assert "there is nothing to adopt" in done.err
    assert not here.registry.exists()


def test_import_all_needs_somebody_to_agree(found: Here) -> None:
    with found.untouched():
        found.run("import", "--all", expect=3)


@pytest.mark.parametrize(
    ("keys", "code", "told"),
    [
        (("legcy",), 3, "did you mean legacy?"),
        (("nothing",), 3, 'no provider "nothing" is declared'),
        (("legacy", "nothing"), 3, 'no provider "nothing" is declared'),
        (("gone",), 3, "PLN-06"),
    ],
)
def test_an_import_of_what_is_not_there_writes_nothing(
    found: Here, keys: tuple[str, ...], code: int, told: str
) -> None:
    found.write({"first": pinned("first"), "legacy": pinned("legacy"), "gone": pinned("gone")})
    with found.untouched():
        assert told in found.run("import", *keys, expect=code).all


def test_an_import_twice_is_nothing_the_second_time(found: Here) -> None:
    found.run("import", "legacy")
    with found.untouched():
        assert "No changes." in found.run("import", "legacy").out


# --only


def test_a_partial_plan_says_so_loudly_and_leaves_the_rest(filled: Here) -> None:
    filled.write({"okta": pinned("okta", description="x"), "azure": pinned("azure", description="y")})
    text = filled.offline("plan", "--only", "ok*").out
    assert text.count("PARTIAL PLAN") >= 2
    plan = filled.plan("--only", "ok*")
    assert (plan["complete"], actions(plan)) == (False, {"okta": ["update"]})
    azure = filled.row("Azure")
    filled.apply("--only", "ok*")
    assert filled.row("Azure") == azure
    assert actions(filled.plan()) == {"azure": ["update"]}


def test_a_partial_plan_deletes_only_what_it_names(filled: Here) -> None:
    filled.write({})
    assert actions(filled.plan("--only", "azure")) == {"azure": ["delete"]}


def test_a_partial_plan_asks_only_the_issuers_that_it_names(here: Here, issuers: Issuers) -> None:
    here.write({key: discovered(key, issuers.well_known(key)) for key in ("one", "two")})
    here.run("apply", "--auto-approve", "--only", "one")
    assert issuers.asked == ["/one/.well-known/openid-configuration", "/one/keys"] * 1 + issuers.asked[2:]
    assert not any(path.startswith("/two") for path in issuers.asked)
    assert here.names() == ["One"]
