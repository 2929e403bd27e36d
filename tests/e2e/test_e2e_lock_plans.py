"""Plans and applies go by the discovery lock: what is served does not get past it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.value import replace
from tests.support.locks import NAME, sealed, served, write_lock
from tests.support.servers import answer
from tests.support.workspace import change_of, discovered, fields_of, pinned

if TYPE_CHECKING:
    from tests.support.cli import Done
    from tests.support.issuer import Issuers
    from tests.support.workspace import Here, Workspace

OFFLINE = ("--discovery", "lock")
GONE = "https://one.example.com/.well-known/openid-configuration"


@pytest.fixture
def locked(here: Here, issuers: Issuers) -> Here:
    """Declare one provider, as it is served and locked."""
    here.write({"one": discovered("one", issuers.well_known("one"))})
    write_lock(here, served(issuers, "one"))
    return here


def checks(plan: dict[str, Any]) -> dict[str, str]:
    return {check["rule"]: check["severity"] for check in plan["checks"]}


def planned(here: Workspace, *arguments: str, expect: int = 0) -> dict[str, Any]:
    return here.run("plan", "-o", "json", *arguments, expect=expect).json()


def origins(plan: dict[str, Any], key: str = "one") -> set[str]:
    return set(change_of(plan, key)["idpctl"]["desired"]["origins"].values())


def test_values_come_from_the_lock_and_the_plan_says_so(locked: Here) -> None:
    plan = planned(locked)
    assert origins(plan) == {"lock"}
    assert plan["checks"] == []
    assert plan["inputs"]["lock_sha256"] is not None
    assert "(lock)" in locked.run("plan").out
    assert "no finding" not in locked.run("apply", "--auto-approve").all
    assert "No changes." in locked.run("plan", "--detailed-exitcode").out


def test_what_moved_is_shown_and_not_applied_until_the_lock_says_so_too(
    locked: Here, issuers: Issuers
) -> None:
    locked.run("apply", "--auto-approve")
    issuers.change("one", jwks_uri=issuers.base("one") + "/v2/keys")
    text = locked.run("plan", expect=4).out
    assert "LCK-01" in text
    assert "idpctl.lock.yaml:10:15  one.jwks_endpoint" in text
    assert f'locked "{issuers.base("one")}/^keys"' in text
    assert f'served "{issuers.base("one")}/^v2/keys": they differ at the ^' in text
    assert "idpctl lock --update one" in text
    assert planned(locked, expect=4)["resource_changes"] == []
    with locked.untouched():
        locked.run("apply", "--auto-approve", expect=4)
    write_lock(locked, served(issuers, "one", jwks_uri=issuers.base("one") + "/v2/keys"))
    plan = planned(locked)
    assert fields_of(change_of(plan, "one")) == {"jwks_endpoint": "config"}
    assert origins(plan) == {"lock"}
    locked.run("apply", "--auto-approve")
    assert locked.query("SELECT jwks_endpoint FROM identity_provider") == [
        (issuers.base("one") + "/v2/keys",)
    ]


def test_another_party_is_called_so(locked: Here, issuers: Issuers) -> None:
    issuers.change("one", token_endpoint="https://evil.example.com/token")
    assert "another party answers there" in locked.run("plan", expect=4).out


def test_what_moved_can_be_suppressed_and_the_lock_goes_on_being_used(locked: Here, issuers: Issuers) -> None:
    url = issuers.well_known("one")
    locked.write({"one": discovered("one", url, suppress={"LCK-01": "moves on Monday"})})
    issuers.change("one", jwks_uri=issuers.base("one") + "/v2/keys")
    locked.run("apply", "--auto-approve")
    assert locked.query("SELECT jwks_endpoint FROM identity_provider") == [(issuers.base("one") + "/keys",)]


def test_what_moved_where_an_override_stands_is_a_warning(locked: Here, issuers: Issuers) -> None:
    keys = issuers.base("one") + "/keys"
    locked.write({"one": discovered("one", issuers.well_known("one"), jwks_endpoint=keys)})
    issuers.change("one", jwks_uri=issuers.base("one") + "/v2/keys")
    plan = planned(locked)
    assert checks(plan) == {"LCK-01": "warning", "DSC-12": "warning"}
    assert change_of(plan, "one")["change"]["after"]["jwks_endpoint"] == keys


def test_a_member_that_is_not_served_any_more_has_not_moved(locked: Here, issuers: Issuers) -> None:
    issuers.change("one", token_endpoint=None)
    assert checks(planned(locked, expect=4)) == {"DSC-08": "error"}


@pytest.mark.parametrize(("status", "rule"), [(503, "NET-05"), (404, "DSC-01"), (None, "NET-01")])
def test_an_outage_is_a_warning_since_the_values_are_known(
    locked: Here, issuers: Issuers, status: int | None, rule: str
) -> None:
    if status is None:
        issuers.__exit__()
    else:
        issuers.behave("/one/.well-known/openid-configuration", answer(b"", status=status))
    plan = planned(locked, "--timeout", "1")
    assert checks(plan)[rule] == "warning"
    (check,) = [check for check in plan["checks"] if check["rule"] == rule]
    assert check["message"].endswith("; the locked values are used")
    assert origins(plan) == {"lock"}
    planned(locked, "--timeout", "1", "--strict", expect=4)


def test_what_is_served_against_the_rules_is_no_outage(locked: Here, issuers: Issuers) -> None:
    issuers.behave("/one/.well-known/openid-configuration", answer(b"<html>"))
    assert checks(planned(locked, expect=4))["DSC-02"] == "error"


def test_a_url_that_must_not_be_contacted_is_no_outage(here: Here) -> None:
    here.write({"one": discovered("one", "https://10.0.0.1/.well-known/openid-configuration")})
    members = {"issuer": "https://10.0.0.1", "token_endpoint": GONE, "jwks_uri": GONE}
    write_lock(here, sealed("one", "https://10.0.0.1/.well-known/openid-configuration", **members))
    assert checks(planned(here, expect=4))["NET-02"] == "error"


def test_an_outage_without_a_whole_entry_stays_an_error(locked: Here, issuers: Issuers) -> None:
    write_lock(locked, served(issuers, "one", token_endpoint=None))
    issuers.behave("/one/.well-known/openid-configuration", answer(b"", status=404))
    assert checks(planned(locked, expect=4)) == {"LCK-02": "warning", "DSC-01": "error"}


def test_a_provider_that_is_not_locked_is_a_warning(locked: Here) -> None:
    write_lock(locked)
    plan = planned(locked)
    assert checks(plan) == {"LCK-02": "warning"}
    assert origins(plan) == {"discovery"}
    planned(locked, "--strict", expect=4)


def test_a_member_that_is_not_locked_is_served(locked: Here, issuers: Issuers) -> None:
    write_lock(locked, served(issuers, "one", token_endpoint=None))
    plan = planned(locked)
    assert checks(plan) == {"LCK-02": "warning"}
    assert "the lock has no `token_endpoint` for it" in plan["checks"][0]["message"]
    assert change_of(plan, "one")["idpctl"]["desired"]["origins"] == {
        "issuer": "lock",
        "token_endpoint": "discovery",
        "jwks_endpoint": "lock",
    }


def test_an_entry_of_another_url_does_not_count(locked: Here, issuers: Issuers) -> None:
    write_lock(locked, replace(served(issuers, "two"), key="one"))
    plan = planned(locked)
    assert checks(plan) == {"LCK-02": "warning"}
    assert issuers.well_known("two") in plan["checks"][0]["message"]
    assert origins(plan) == {"discovery"}


@pytest.mark.parametrize("mode", ["live", "lock"])
def test_an_entry_that_was_edited_is_an_error_and_is_not_used(
    locked: Here, issuers: Issuers, mode: str
) -> None:
    write_lock(locked, replace(served(issuers, "one"), jwks_uri=issuers.base("one") + "/evil"))
    plan = planned(locked, "--discovery", mode, expect=4)
    assert checks(plan) == {"LCK-03": "error"}
    assert plan["checks"][0]["source"] == {"file": NAME, "line": 11, "column": 13}
    assert "/evil" not in json.dumps(plan)


def test_entries_that_nobody_needs_are_notes(locked: Here, issuers: Issuers) -> None:
    locked.write({"one": discovered("one", issuers.well_known("one")), "okta": pinned("okta")})
    write_lock(locked, served(issuers, "one"), served(issuers, "two"), served(issuers, "three", "okta"))
    plan = planned(locked, *OFFLINE)
    notes = {check["address"]: check["message"] for check in plan["checks"] if check["rule"] == "LCK-05"}
    assert notes == {
        "two": "the lock holds two, which is not declared",
        "okta": "the lock holds okta, which has all endpoints written",
    }
    assert set(checks(plan).values()) == {"info"}


def test_a_plan_by_the_lock_alone_needs_no_network_and_is_the_same_every_time(
    locked: Here, issuers: Issuers
) -> None:
    issuers.__exit__()

    def plan() -> Done:
        return locked.run("plan", *OFFLINE, "-o", "json")

    one, two = (done.json() for done in (plan(), plan()))
    times = {one.pop("timestamp"), two.pop("timestamp"), one.pop("sha256"), two.pop("sha256")}
    assert times
    assert json.dumps(one) == json.dumps(two)
    assert locked.run("plan", *OFFLINE).out == locked.run("plan", *OFFLINE).out
    assert origins(one) == {"lock"}
    assert one["options"]["discovery"] == "lock"
    assert issuers.asked == []


def test_the_lock_alone_does_not_ask_even_where_it_could(locked: Here, issuers: Issuers) -> None:
    locked.run("apply", "--auto-approve", *OFFLINE)
    assert issuers.asked == []
    assert locked.names() == ["One"]


@pytest.mark.parametrize("what", ["none", "other", "half"])
def test_what_the_lock_alone_lacks_is_an_error(locked: Here, issuers: Issuers, what: str) -> None:
    entries = {
        "none": (),
        "other": (replace(served(issuers, "two"), key="one"),),
        "half": (served(issuers, "one", token_endpoint=None),),
    }
    write_lock(locked, *entries[what])
    plan = planned(locked, *OFFLINE, expect=4)
    assert checks(plan) == {"LCK-04": "error"}
    assert plan["checks"][0]["address"] == "one"
    assert "idpctl lock" in plan["checks"][0]["hint"]
    assert plan["resource_changes"] == []


def test_a_partial_plan_asks_the_lock_for_its_own_providers_alone(locked: Here, issuers: Issuers) -> None:
    locked.write({key: discovered(key, issuers.well_known(key)) for key in ("one", "two")})
    assert checks(planned(locked, *OFFLINE, "--only", "one")) == {}
    assert checks(planned(locked, *OFFLINE, expect=4)) == {"LCK-04": "error"}


def test_locked_values_are_judged_like_served_ones(here: Here) -> None:
    here.write({"one": discovered("one", GONE)})
    members = {"issuer": "https://one.example.com", "jwks_uri": "https://169.254.169.254/keys"}
    write_lock(here, sealed("one", GONE, token_endpoint="http://one.example.com/token", **members))
    plan = planned(here, *OFFLINE, expect=4)
    refused = {check["path"] for check in plan["checks"] if check["rule"] == "DSC-10"}
    assert refused == {"token_endpoint", "jwks_endpoint"}


def test_locked_values_are_judged_where_other_ones_are_served(locked: Here, issuers: Issuers) -> None:
    write_lock(locked, served(issuers, "one", jwks_uri="https://10.0.0.1/keys"))
    found = checks(planned(locked, expect=4))
    assert found == {"LCK-01": "error", "DSC-09": "warning", "DSC-10": "error"}
    assert "/one/keys" not in issuers.asked


@pytest.mark.parametrize("options", [OFFLINE, ("--lock-file", "no.yaml")])
def test_no_lock_at_all_is_wrong_usage(here: Here, options: tuple[str, ...]) -> None:
    here.declare("okta")
    error = here.run("plan", *options, expect=3).err
    assert "there is no lock file" in error
    assert "idpctl lock" in error


def test_skipped_discovery_does_not_read_the_lock(here: Here) -> None:
    here.declare("okta")
    (here.directory / NAME).write_text("<<<<<<< HEAD\n", encoding="utf-8")
    assert here.plan()["inputs"]["lock_sha256"] is None
    here.run("plan", *OFFLINE, expect=3)


def test_the_lock_is_beside_the_first_file_or_where_it_is_said(here: Here, issuers: Issuers) -> None:
    here.write({"one": discovered("one", issuers.well_known("one"))})
    folder = here.directory / "live"
    folder.mkdir()
    here.config.rename(folder / "base.yaml")
    write_lock(here, served(issuers, "one"), name=f"live/{NAME}")
    plan = planned(here, *OFFLINE, "-f", "live/base.yaml")
    assert "lock_file" not in plan["inputs"]
    (folder / NAME).rename(here.directory / "prod.yaml")
    plan = planned(here, *OFFLINE, "-f", "live/base.yaml", "--lock-file", "prod.yaml")
    assert plan["inputs"]["lock_file"] == "prod.yaml"
    here.env["IDPCTL_LOCK_FILE"] = "prod.yaml"
    assert planned(here, *OFFLINE, "-f", "live/base.yaml")["inputs"] == plan["inputs"]


def test_a_saved_plan_is_applied_by_the_lock_that_it_was_made_from(locked: Here) -> None:
    (locked.directory / NAME).rename(locked.directory / "prod.yaml")
    by = ("--lock-file", "prod.yaml")
    locked.run("plan", *OFFLINE, *by, "--out", "plan.json")
    assert "--lock-file prod.yaml --discovery lock" in locked.run("show", "plan.json", "-o", "markdown").out
    locked.run("apply", "plan.json", expect=3)
    locked.run("apply", "plan.json", *by, "--discovery", "skip", expect=3)
    locked.run("apply", "plan.json", *by, *OFFLINE)
    assert locked.names() == ["One"]


def test_a_lock_that_changed_makes_a_plan_stale_where_it_changes_a_value(
    locked: Here, issuers: Issuers
) -> None:
    locked.run("plan", *OFFLINE, "--out", "plan.json")
    write_lock(locked, served(issuers, "one", jwks_uri=issuers.base("one") + "/v2/keys"))
    with locked.untouched():
        error = locked.run("apply", "plan.json", expect=6).err
    assert f'now "{issuers.base("one")}/v2/keys"' in error
    write_lock(locked, served(issuers, "one"), served(issuers, "two"))
    locked.run("apply", "plan.json")


def test_a_value_that_comes_from_elsewhere_now_makes_a_plan_stale(locked: Here) -> None:
    locked.run("apply", "--auto-approve")
    locked.edit("One", jwks_endpoint="https://evil.example.com/keys")
    locked.run("plan", "--out", "plan.json")
    (locked.directory / NAME).unlink()
    error = locked.run("apply", "plan.json", "--allow-trust-change", "one", expect=6).err
    assert "jwks_endpoint came from lock, now the same value comes from discovery" in error


def test_a_pattern_of_includes_passes_over_the_lock(locked: Here, issuers: Issuers) -> None:
    locked.write(None, include=["*.lock.yaml"])
    assert "matches no file" in locked.run("plan", *OFFLINE, expect=3).err
    locked.write(None, include=["*.yaml"])
    included = {"providers": {"one": discovered("one", issuers.well_known("one"))}}
    more = json.dumps(included)
    (locked.directory / "more.yaml").write_text(more, encoding="utf-8")
    assert locked.run("plan", *OFFLINE, "-o", "json").json()["inputs"]["files"].keys() == {
        "idpctl.yaml",
        "more.yaml",
    }


def test_validation_goes_by_the_lock_too(locked: Here, issuers: Issuers) -> None:
    issuers.change("one", jwks_uri=issuers.base("one") + "/v2/keys")
    write_lock(locked, served(issuers, "one"), served(issuers, "two"))
    found = locked.run("validate", "--online", "-o", "json", expect=4).json()
    assert {check["rule"] for check in found["checks"]} == {"LCK-01", "LCK-05"}
    locked.run("validate")


def test_render_shows_where_in_the_lock_a_value_stands(locked: Here, issuers: Issuers) -> None:
    text = locked.run("render", "one", "--resolve").out
    assert f"# issuer: {issuers.base('one')} # lock, idpctl.lock.yaml:8" in text
    origin = locked.run("render", "--resolve", "-o", "json").json()["origins"]["/providers/one/jwks_endpoint"]
    assert (origin["kind"], origin["file"], origin["line"]) == ("lock", NAME, 10)
    mine = discovered("one", issuers.well_known("one"), issuer=issuers.base("one"))
    locked.write({"one": mine})
    text = locked.run("render", "--resolve").out
    assert f"    issuer: {issuers.base('one')} # idpctl.yaml:12" in text
    assert " # lock, idpctl.lock.yaml:9" in text


def test_discover_shows_what_is_served_and_where_that_is_not_what_is_locked(
    locked: Here, issuers: Issuers
) -> None:
    issuers.change("one", jwks_uri=issuers.base("one") + "/v2/keys")
    done = locked.run("discover", "one", expect=4)
    assert f'"{issuers.base("one")}/v2/keys"   (discovery)' in done.out
    assert "LCK-01" in done.out
    write_lock(locked)
    assert "LCK-02" in locked.run("discover", "one").out
    assert "LCK" not in locked.run("discover", issuers.well_known("two")).out


def test_no_output_replaces_the_lock(locked: Here) -> None:
    before = (locked.directory / NAME).read_bytes()
    assert "this is the discovery lock" in locked.run("plan", "--out", NAME, expect=3).err
    assert "this is the discovery lock" in locked.run("plan", "-o", f"json={NAME}", expect=3).err
    locked.run("plan", "-o", "json=prod.yaml", "--lock-file", "prod.yaml", expect=3)
    assert (locked.directory / NAME).read_bytes() == before
