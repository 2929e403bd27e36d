"""A hand edit of each single field is seen by the next plan, named, and told as registry drift."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cli import LOOPBACK
from tests.support.workspace import Here, change_of, discovered, fields_of

if TYPE_CHECKING:
    from tests.support.issuer import Issuers

# Field -> the value that a hand puts there; the endpoints were filled by discovery and stand in no file.
EDITS: dict[str, str | int] = {
    "type": "keycloak",
    "description": "edited",
    "allowed_token_audience": "api://edited",
    "well_known_url": "https://one.example.com/.well-known/openid-configuration",
    "issuer": "",  # the same with a slash: see below
    "token_endpoint": "https://evil.example.com/token",
    "jwks_endpoint": "https://evil.example.com/keys",
    "enabled": 0,
    "properties.display": '{"display":"edited"}',
}
# What says whom to believe; to switch on again what somebody switched off is of that kind too.
TRUST = {"allowed_token_audience", "issuer", "token_endpoint", "jwks_endpoint", "enabled"}


@pytest.fixture(scope="module")
def template(shared_issuers: Issuers, tmp_path_factory: pytest.TempPathFactory) -> Here:
    """Register two providers, whose endpoints are all filled by discovery."""
    here = Here(tmp_path_factory.mktemp("template"), env=LOOPBACK)
    here.write(providers(shared_issuers))
    here.run("apply", "--auto-approve")
    return here


def providers(issuers: Issuers, **fields: Any) -> dict[str, Any]:
    """Return two providers; the first with the `fields` given."""
    first = {"description": "First", "properties": {"display": "One"}, **fields}
    return {
        "one": discovered("one", issuers.well_known("one"), **first),
        "two": discovered("two", issuers.well_known("two")),
    }


@pytest.fixture
def registered(template: Here, here: Here) -> Here:
    """Return a workspace with two providers, as applied."""
    return template.copied_to(here)


def test_before_an_edit_there_is_no_drift(registered: Here) -> None:
    assert "No changes." in registered.run("plan", "--detailed-exitcode", expect=0).out


@pytest.mark.parametrize("path", EDITS)
def test_a_hand_edit_is_seen_named_and_healed(registered: Here, shared_issuers: Issuers, path: str) -> None:
    value = shared_issuers.base("one") + "/" if path == "issuer" else EDITS[path]
    registered.edit("One", **{path.partition(".")[0]: value})
    text = registered.run("plan", "--detailed-exitcode", "-o", "json=plan.json", "-o", "text", expect=2).out
    assert path in text
    assert "changed outside idpctl" in text
    assert "1 drifted" in text
    plan = json.loads((registered.directory / "plan.json").read_text(encoding="utf-8"))
    assert fields_of(change_of(plan, "one")) == {path: "registry_drift"}
    (drift,) = plan["resource_drift"]
    assert drift["name"] == "one"
    assert drift["idpctl"]["fields"] == [path]
    assert [change["name"] for change in plan["resource_changes"]] == ["one"]
    (row,) = [row for row in registered.run("list", "-o", "json").json()["rows"] if row["key"] == "one"]
    assert (row["status"], row["detail"]) == ("drifted", path)
    flags = [word for gate in plan["gates"] for word in gate["flag"].split()]
    assert flags == expected_flags(path)
    registered.run("apply", "--auto-approve", *flags)
    registered.run("plan", "--detailed-exitcode", expect=0)


def expected_flags(path: str) -> list[str]:
    if path == "type":
        return ["--allow-replace", "one"]
    # A slash at the end of the issuer is another issuer, but of the same host.
    return ["--allow-trust-change", "one"] if path in TRUST - {"issuer"} else []


def test_a_hand_edit_of_the_name_is_seen_and_named(registered: Here) -> None:
    # The registry itself refuses it; somebody may still take the guard away.
    registered.sql("DROP TRIGGER identity_provider_is_itself")
    registered.edit("One", name="Edited")
    text = registered.run("plan", "--detailed-exitcode", expect=2).out
    assert '"Edited" -> "One"' in text.replace("\n", " ") or "Edited" in text
    change = change_of(registered.run("plan", "-o", "json").json(), "one")
    assert change["change"]["actions"] == ["create", "delete"]
    assert fields_of(change) == {"name": "registry_drift"}
    registered.run("apply", "--auto-approve", "--allow-replace", "one")
    assert registered.names() == ["One", "Two"]
    registered.run("plan", "--detailed-exitcode", expect=0)


def test_the_registry_itself_refuses_another_name(registered: Here) -> None:
    import sqlite3

    with pytest.raises(sqlite3.IntegrityError, match="cannot be modified once created"):
        registered.edit("One", name="Edited")


def test_a_record_that_was_deleted_by_hand_is_created_again(registered: Here) -> None:
    registered.delete("One")
    plan = registered.run("plan", "--detailed-exitcode", "-o", "json", expect=2).json()
    assert change_of(plan, "one")["change"]["actions"] == ["create"]
    registered.run("apply", "--auto-approve")
    registered.run("plan", "--detailed-exitcode", expect=0)


def test_several_edits_of_several_records_are_all_named(registered: Here) -> None:
    registered.sql("UPDATE identity_provider SET description = 'x', enabled = 0")
    plan = registered.run("plan", "--detailed-exitcode", "-o", "json", expect=2).json()
    for key in ("one", "two"):
        assert fields_of(change_of(plan, key)) == {
            "description": "registry_drift",
            "enabled": "registry_drift",
        }


def test_an_edit_and_another_wish_are_a_conflict(registered: Here, shared_issuers: Issuers) -> None:
    registered.edit("One", description="by hand")
    registered.write(providers(shared_issuers, description="by file"))
    plan = registered.run("plan", "-o", "json").json()
    assert fields_of(change_of(plan, "one")) == {"description": "conflict"}
    assert "conflict" in registered.run("plan").out


def test_a_document_that_changed_is_upstream_drift(here: Here, issuers: Issuers) -> None:
    here.write(providers(issuers))
    here.run("apply", "--auto-approve")
    issuers.change("one", token_endpoint=issuers.base("one") + "/v2/token")
    plan = here.run("plan", "--detailed-exitcode", "-o", "json", expect=2).json()
    assert fields_of(change_of(plan, "one")) == {"token_endpoint": "upstream_drift"}
    assert "upstream" in here.run("plan").out


def test_an_edit_of_what_is_not_managed_is_no_drift(registered: Here) -> None:
    registered.sql(
        'UPDATE identity_provider SET properties = \'{"display":"One","other":1}\'  WHERE name = \'One\''
    )
    registered.run("plan", "--detailed-exitcode", expect=0)


def test_a_field_that_is_ignored_may_be_edited(here: Here, issuers: Issuers) -> None:
    provider = discovered(
        "one", issuers.well_known("one"), description="First", lifecycle={"ignore_changes": ["description"]}
    )
    here.write({"one": provider})
    here.run("apply", "--auto-approve")
    here.sql("UPDATE identity_provider SET description = 'edited'")
    here.run("plan", "--detailed-exitcode", expect=0)
