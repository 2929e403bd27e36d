"""Commands that look and write nothing: list, discover, validate; what is missing is never a change."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.servers import answer, silent
from tests.support.workspace import Here, actions, discovered, pinned

if TYPE_CHECKING:
    from tests.support.issuer import Issuers


@pytest.fixture
def filled(here: Here) -> Here:
    here.declare("okta", "azure")
    here.apply()
    return here


# list


def test_the_inventory_names_every_status(filled: Here) -> None:
    other = Here(filled.directory, owner="other/team")
    other.declare("theirs")
    other.apply()
    filled.declare("okta", "azure", "third")
    filled.apply()
    filled.edit("Azure", description="by hand")
    filled.insert("Legacy", enabled=0)
    filled.declare("okta", "azure", "fourth")
    rows = filled.run("list", "-o", "json").json()["rows"]
    assert [(row["key"], row["name"], row["status"], row["detail"]) for row in rows] == [
        ("azure", "Azure", "drifted", "description"),
        ("fourth", "Fourth", "missing", ""),
        ("okta", "Okta", "in sync", ""),
        ("third", "Third", "undeclared", ""),
        (None, "Legacy", "unmanaged", ""),
        (None, "Theirs", "foreign", "other/team"),
    ]
    text = filled.run("list").out
    for word in ("drifted", "missing", "in sync", "undeclared", "unmanaged", "foreign", "Legacy (disabled)"):
        assert word in text


def test_the_inventory_does_not_mind_what_the_rules_say(filled: Here) -> None:
    filled.write(
        {"okta": pinned("okta", well_known_url="http://plain.example.com/.well-known/openid-configuration")}
    )
    assert "in sync" in filled.run("list").out


# discover


def test_discover_shows_what_a_url_resolves_to(here: Here, issuers: Issuers) -> None:
    done = here.run("discover", issuers.well_known("one"))
    for path in ("issuer", "token_endpoint", "jwks_endpoint"):
        assert path in done.out
    assert f'"{issuers.base("one")}/token"   (discovery)' in done.out
    assert "1 of 1 resolved" in done.out
    assert issuers.asked == ["/one/.well-known/openid-configuration", "/one/keys"]


def test_discover_takes_keys_and_urls_together(here: Here, issuers: Issuers) -> None:
    here.write(
        {"one": discovered("one", issuers.well_known("one"), token_endpoint="https://own.example.com/t")}
    )
    done = here.run("discover", "one", issuers.well_known("two"), "-o", "json").json()
    by_key = {row["key"]: row["endpoints"] for row in done["resolved"]}
    assert by_key["one"]["token_endpoint"] == {"value": "https://own.example.com/t", "origin": "config"}
    assert by_key[issuers.well_known("two")]["issuer"]["value"] == issuers.base("two")


def test_discover_of_an_unknown_key_names_the_nearest(here: Here) -> None:
    here.declare("workforce")
    assert "did you mean workforce?" in here.run("discover", "workfroce", expect=3).err
    assert "did you mean" not in here.run("discover", "zzz", expect=3).err


@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example.com/.well-known/openid-configuration",
        "https://user:canary@idp.example.com/.well-known/openid-configuration",
        "https://2130706433/.well-known/openid-configuration",
        "https://good.com\\@evil.com/.well-known/openid-configuration",
    ],
)
def test_discover_contacts_nothing_where_the_url_is_refused(here: Here, url: str) -> None:
    done = here.run("discover", url, expect=3)
    assert "nothing was contacted" in done.err
    assert "canary" not in done.all


@pytest.mark.parametrize("missing", ["issuer", "token_endpoint", "jwks_uri"])
def test_discover_ends_with_4_where_an_endpoint_is_missing(
    here: Here, issuers: Issuers, missing: str
) -> None:
    issuers.change("one", **{missing: None})
    assert "an endpoint is missing" in here.run("discover", issuers.well_known("one"), expect=4).out


# validate


def test_validate_is_offline_unless_asked(here: Here, issuers: Issuers) -> None:
    here.write({"one": discovered("one", issuers.well_known("one"))})
    assert "The configuration is valid." in here.run("validate").out
    assert issuers.asked == []
    assert "The configuration is valid." in here.run("validate", "--online").out
    assert len(issuers.asked) == 2


def test_validate_online_finds_what_the_provider_serves_wrong(here: Here, issuers: Issuers) -> None:
    here.write({"one": discovered("one", issuers.well_known("one"))})
    issuers.change("one", issuer="https://other.example.com")
    here.run("validate")
    found = here.run("validate", "--online", expect=4)
    assert "DSC-05" in found.out
    assert "idpctl.yaml:" in found.out


def test_validate_compares_providers_with_each_other(here: Here) -> None:
    here.write({"okta": pinned("okta"), "same": pinned("okta", name="Same")})
    assert "CFG-04" in here.run("validate", expect=3).out


def test_strict_makes_warnings_errors_and_a_reason_takes_them_back(here: Here) -> None:
    here.write({"okta": pinned("okta", type="auth0")})  # whose issuers end with a slash
    assert "CFG-14" in here.offline("plan").out
    assert "CFG-14" in here.offline("plan", "--strict", expect=3).all
    here.write({"okta": pinned("okta", type="auth0", suppress={"CFG-14": "a vanity domain"})})
    assert "CFG-14" not in here.offline("plan", "--strict").out
    assert "a vanity domain" in here.offline("plan", "-v").out


# discovery skipped, and missing information


def test_skipping_discovery_is_possible_only_where_nothing_has_to_be_filled(
    here: Here, issuers: Issuers
) -> None:
    here.write({"one": discovered("one", issuers.well_known("one")), "okta": pinned("okta")})
    done = here.offline("plan", expect=4)
    assert "DSC-20" in done.out
    assert issuers.asked == []
    assert actions(here.plan(expect=4)) == {"okta": ["create"]}


@pytest.mark.parametrize("fault", ["gone", "not json", "login page", "other issuer"])
def test_an_unreachable_provider_is_an_error_and_never_a_delete(
    here: Here, issuers: Issuers, fault: str
) -> None:
    here.write({key: discovered(key, issuers.well_known(key)) for key in ("one", "two")})
    here.run("apply", "--auto-approve")
    path = "/one/.well-known/openid-configuration"
    page = {
        "gone": answer(b"", status=404),
        "not json": answer(b"{"),
        "login page": answer(b"<html>", content_type="text/html"),
        "other issuer": answer(json.dumps({"issuer": "https://x.example.com"}).encode()),
    }
    issuers.behave(path, page[fault])
    with here.untouched():
        plan = here.run("plan", "-o", "json", expect=4).json()
        assert actions(plan) == {}
        assert (plan["errored"], plan["applyable"]) == (True, False)
        here.run("apply", "--auto-approve", expect=4)


def test_all_discovery_together_has_a_deadline(here: Here, issuers: Issuers) -> None:
    keys = ("one", "two", "three")
    here.write({key: discovered(key, issuers.well_known(key)) for key in keys})
    for key in keys:
        issuers.behave(f"/{key}/.well-known/openid-configuration", silent)
    arguments = ("--deadline", "0.3", "--parallelism", "1", "-o", "json")
    begin = time.monotonic()
    plan = here.run("plan", *arguments, expect=4).json()
    assert time.monotonic() - begin < 5
    assert {check["address"] for check in plan["checks"] if check["rule"] == "NET-01"} == set(keys)
    assert len(issuers.asked) < len(keys)


def test_the_directory_and_the_files_can_be_named(filled: Here) -> None:
    (filled.directory / "sub").mkdir()
    elsewhere = Here(filled.directory / "sub")
    assert "No changes." in elsewhere.offline("plan", "-C", "..").out
    (filled.directory / "layer.yaml").write_text(
        "version: 1\nproviders:\n  okta:\n    description: layered\n", encoding="utf-8"
    )
    layered = filled.plan("-f", "idpctl.yaml", "-f", "layer.yaml")
    assert actions(layered) == {"okta": ["update"]}


def test_variables_stand_for_flags(filled: Here) -> None:
    filled.write({"okta": pinned("okta", name="Renamed"), "azure": pinned("azure")})
    env = {
        "IDPCTL_DISCOVERY": "skip",
        "IDPCTL_AUTO_APPROVE": "1",
        "IDPCTL_ALLOW_REPLACE": "okta other",
        "IDPCTL_OUTPUT": "json",
        "IDPCTL_QUIET": "true",
    }
    done = filled.run("apply", **env)
    assert done.err == ""
    assert done.json()["added"] == 1
    assert filled.run("plan", expect=3, **{**env, "IDPCTL_DISCOVERY": "never"}).err


def test_a_layer_takes_variables_of_its_own_prefix_alone(here: Here) -> None:
    here.write({"okta": pinned("okta", description="${IDPCTL_VAR_STAGE} and ${HOME}")})
    assert "IDPCTL_VAR_STAGE" in here.offline("plan", expect=3).err
    done = here.run("plan", "--discovery", "skip", IDPCTL_VAR_STAGE="blue", expect=None)
    assert "/root" not in done.all
