"""Policies through the command: violated, suppressed, unusable, explained."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.policies import judge
from tests.support.workspace import Here, discovered, pinned

if TYPE_CHECKING:
    from tests.support.cli import Done

NAMES = ["policies/*.schema.json"]
AUDIENCE = {
    "title": "Our audiences",
    "description": "Ask the API team.",
    "properties": {"allowed_token_audience": {"enum": ["api://default", "urn:orders"]}},
}
TICKET = {
    "title": "A ticket",
    "description": "Name it.",
    "x-idpctl-severity": "warning",
    "properties": {"description": {"pattern": "IDP-[0-9]+"}},
}


def write_policy(here: Here, name: str, policy: Any) -> None:
    path = here.directory / name
    path.parent.mkdir(exist_ok=True)
    body = policy if isinstance(policy, bytes) else json.dumps(policy, indent=1).encode()
    path.write_bytes(body)


@pytest.fixture
def here(here: Here) -> Here:
    """Return a workspace with two policies, one of them violated."""
    write_policy(here, "policies/audience.schema.json", AUDIENCE)
    write_policy(here, "policies/ticket.schema.json", TICKET)
    here.write(
        {
            "okta": pinned("okta", description="IDP-1"),
            "azure": pinned("azure", description="IDP-2", allowed_token_audience="urn:zzz"),
        },
        policies=NAMES,
    )
    return here


def checks(done: Done) -> list[dict[str, Any]]:
    return [one for one in done.json()["checks"] if one["rule"].startswith("POL-")]


COMMANDS = [("validate",), ("plan", "--discovery", "skip"), ("plan", "--discovery", "skip", "--only", "az*")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_violated_policy_is_told_with_provider_field_and_place(
    here: Here, command: tuple[str, ...]
) -> None:
    (found,) = checks(here.run(*command, "-o", "json", expect=4))
    text = here.config.read_text().splitlines()
    line = next(number for number, one in enumerate(text, 1) if "urn:zzz" in one)
    assert found == {
        "rule": "POL-audience",
        "severity": "error",
        "message": "Our audiences: Ask the API team. (allowed_token_audience must be one of"
        ' api://default, urn:orders, not "urn:zzz")',
        "hint": "see: idpctl explain POL-audience",
        "source": {"file": "idpctl.yaml", "line": line, "column": 29},
        "address": "azure",
        "path": "allowed_token_audience",
        "suppressed": None,
    }


def test_nothing_is_applied_against_a_policy(here: Here) -> None:
    done = here.apply(expect=4)
    assert "POL-audience" in done.out
    assert here.names() == []


def test_a_policy_that_came_after_the_review_counts_at_the_apply(here: Here) -> None:
    write_policy(here, "policies/audience.schema.json", {**AUDIENCE, "properties": {"key": True}})
    here.save()
    write_policy(here, "policies/audience.schema.json", AUDIENCE)
    here.run("apply", "plan.json", expect=4)
    assert here.names() == []


def test_a_warning_lets_the_apply_pass_and_blocks_when_strict(here: Here) -> None:
    here.write({"okta": pinned("okta")}, policies=NAMES)
    (found,) = checks(here.run("validate", "-o", "json"))
    assert (found["rule"], found["severity"]) == ("POL-ticket", "warning")
    (strict,) = checks(here.run("validate", "--strict", "-o", "json", expect=4))
    assert strict["severity"] == "error"
    here.apply()
    assert here.names() == ["Okta"]


def test_a_provider_is_excepted_with_a_reason(here: Here) -> None:
    suppress = {"POL-audience": "agreed until June"}
    here.write({"azure": pinned("azure", allowed_token_audience="x", suppress=suppress)}, policies=NAMES)
    found = {one["rule"]: one["suppressed"] for one in checks(here.run("validate", "-o", "json"))}
    assert found == {"POL-audience": "agreed until June", "POL-ticket": None}
    here.run("validate", "--strict", expect=4)


@pytest.mark.parametrize(
    ("suppress", "rule", "words"),
    [
        ({"POL-audiense": "why"}, "CFG-15", "Did you mean POL-audience?"),
        ({"POL-zzzzzzzzzzz": "why"}, "CFG-15", "`policies` names the files"),
        ({"DSC-09": "why", "POL-never": "why"}, "CFG-17", "the policy says so"),
        ({"POL-Upper": "why"}, "CFG-25", "does not have the right form"),
    ],
)
def test_a_suppression_names_a_policy_that_lets_it(
    here: Here, suppress: dict[str, str], rule: str, words: str
) -> None:
    write_policy(here, "policies/never.schema.json", {**AUDIENCE, "x-idpctl-suppressible": False})
    here.write({"okta": pinned("okta", suppress=suppress)}, policies=NAMES)
    done = here.run("validate", expect=3)
    assert rule in done.err
    assert words in done.err


def test_a_policy_that_cannot_be_suppressed_counts_beside_its_suppression(here: Here) -> None:
    write_policy(here, "policies/audience.schema.json", {**AUDIENCE, "x-idpctl-suppressible": False})
    suppress = {"POL-audience": "please", "POL-ticket": "registered before there were tickets"}
    here.write({"azure": pinned("azure", allowed_token_audience="x", suppress=suppress)}, policies=NAMES)
    assert "CFG-17" in here.run("plan", "--discovery", "skip", expect=3).err


def test_layers_add_policies_and_a_file_counts_once(here: Here) -> None:
    (here.directory / "more.yaml").write_text(
        "version: 1\npolicies: [more/*.schema.json, policies/ticket.schema.json]\n"
    )
    write_policy(here, "more/name.schema.json", {**AUDIENCE, "properties": {"name": {"maxLength": 4}}})
    done = here.run("validate", "-f", "idpctl.yaml", "-f", "more.yaml", "-o", "json", expect=4)
    assert [(one["rule"], one["address"]) for one in checks(done)] == [
        ("POL-audience", "azure"),
        ("POL-name", "azure"),
    ]


def test_policy_files_are_inputs_of_the_plan(here: Here) -> None:
    body = (here.directory / "policies/ticket.schema.json").read_bytes()
    first = here.plan(expect=4)["inputs"]
    assert first["files"]["policies/ticket.schema.json"] == hashlib.sha256(body).hexdigest()
    write_policy(here, "policies/ticket.schema.json", body + b"\n")
    second = here.plan(expect=4)["inputs"]
    assert second["config_sha256"] != first["config_sha256"]


def test_an_included_file_names_no_policies(here: Here) -> None:
    (here.directory / "more.yaml").write_text("providers: {}\npolicies: [policies/*.schema.json]\n")
    here.write({"okta": pinned("okta")}, include=["more.yaml"])
    assert "CFG-32" in here.run("validate", expect=3).err


def test_a_destroy_is_not_held_up_by_a_policy(here: Here) -> None:
    here.write({"okta": pinned("okta", description="IDP-1")}, policies=NAMES)
    here.apply()
    write_policy(here, "policies/audience.schema.json", {**AUDIENCE, "properties": {"key": False}})
    here.run("destroy", "--auto-approve", "--max-deletes", "1")
    assert here.names() == []


LONG = "a" * 60 + "!"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_catastrophic_pattern_ends_the_run(
    here: Here, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "SECONDS", 0.1)
    endless = {**AUDIENCE, "properties": {"description": {"pattern": "^(a+)+$"}}}
    write_policy(here, "policies/endless.schema.json", endless)
    here.write({"okta": pinned("okta", description=LONG), "azure": pinned("azure")}, policies=NAMES)
    done = here.run(*command, expect=3)
    assert "the policy POL-endless takes too long to check" in done.err
    assert "at policies/endless.schema.json" in done.err


def test_a_chain_of_references_is_no_crash(here: Here) -> None:
    chain = {f"d{number}": {"$ref": f"#/$defs/d{number + 1}"} for number in range(1200)}
    deep = {**AUDIENCE, "properties": {"key": {"$ref": "#/$defs/d0"}}, "$defs": {**chain, "d1200": True}}
    write_policy(here, "policies/deep.schema.json", deep)
    done = here.run("validate", expect=3)
    assert "the policy POL-deep refers from one part to the next too often" in done.err


def test_what_is_dear_and_finite_ends_too(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "SECONDS", 0.1)
    doubling = {f"d{number}": {"allOf": [{"$ref": f"#/$defs/d{number + 1}"}] * 9} for number in range(12)}
    dear = {**AUDIENCE, "properties": {"key": {"$ref": "#/$defs/d0"}}, "$defs": {**doubling, "d12": True}}
    write_policy(here, "policies/dear.schema.json", dear)
    assert "POL-dear takes too long" in here.run("validate", expect=3).err


# explain


def test_explain_lists_the_policies_of_the_directory(here: Here) -> None:
    text = here.run("explain").out
    assert (
        "\nPolicies:\n  POL-audience  error    Our audiences\n  POL-ticket    warning  A ticket\n\n" in text
    )
    assert "Policies:" not in here.run("explain", "-C", "policies").out


@pytest.mark.parametrize("word", ["POL-audience", "pol-audience"])
def test_explain_shows_a_policy(here: Here, word: str) -> None:
    text = here.run("explain", word).out
    assert text.startswith("POL-audience (error): Our audiences\n\nAsk the API team.\n")
    assert "Source: policies/audience.schema.json" in text
    assert 'suppress: {POL-audience: "why"}' in text
    assert '"enum": [' in text


def test_explain_of_a_policy_that_is_not_there(here: Here) -> None:
    assert "did you mean POL-audience?" in here.run("explain", "POL-audiense", expect=3).err
    assert "nothing is known" in here.run("explain", "POL-audience", "-C", "policies", expect=3).err


def test_explain_with_a_broken_configuration(here: Here) -> None:
    write_policy(here, "policies/audience.schema.json", b"{")
    text = here.run("explain").out
    assert "POL-ticket" in text
    assert "These may not be all" in text
    assert "CFG-33" in here.run("explain", "POL-audience", expect=3).err
    assert here.run("explain", "POL-ticket").out.startswith("POL-ticket (warning)")
    assert here.run("explain", "CFG-01").out.startswith("CFG-01 ")


def test_explain_of_a_file_that_was_named_and_is_missing(here: Here) -> None:
    assert "YML-02" in here.run("explain", "POL-audience", "-f", "none.yaml", expect=3).err
    assert "These may not be all" in here.run("explain", "-f", "none.yaml").out


def test_what_a_policy_says_cannot_forge_lines(here: Here) -> None:
    evil = {**AUDIENCE, "title": "x\n::error::y \u001b[31m", "description": "No changes. \u202e"}
    write_policy(here, "policies/audience.schema.json", json.dumps(evil).encode())
    for arguments, code in ((("validate",), 4), (("explain",), 0), (("explain", "POL-audience"), 0)):
        out = here.run(*arguments, expect=code).all
        assert "\u001b" not in out
        assert "\u202e" not in out
        assert not any(line.startswith("::") for line in out.splitlines())
        assert "No changes." not in out


def test_a_check_without_discovery_says_what_it_could_not_judge(here: Here) -> None:
    url = "https://one.example.com/.well-known/openid-configuration"
    here.write({"okta": pinned("okta", description="IDP-1"), "one": discovered("one", url)}, policies=NAMES)
    done = here.run("validate")
    assert "CFG-36  policies were not judged for 1 of 2 providers" in done.out
    assert "in 1 file; 1 warning" in done.out
    here.run("validate", "--strict", expect=3)
    here.write({"okta": pinned("okta", description="IDP-1")}, policies=NAMES)
    assert "CFG-36" not in here.run("validate").out


def test_what_is_resolved_to_be_shown_is_judged_too(here: Here) -> None:
    done = here.run("render", "--resolve", "--allow-loopback-http", "--timeout", "1", expect=4)
    assert "POL-audience" in done.all


@pytest.mark.parametrize("keyword", ["pattern", "patternProperties", "slow"])
def test_a_letter_that_only_looks_like_one_is_none(here: Here, keyword: str) -> None:
    policy: dict[str, Any] = {"title": "Hosts", "description": "Ours.", "properties": {}}
    policy["properties"]["issuer"] = {"pattern": r"^https://\w+\.example\.com$"}
    if keyword == "patternProperties":
        policy["properties"] = {
            "properties": {"patternProperties": {r"^\w+$": True}, "additionalProperties": False}
        }
    if keyword == "slow":
        policy["unevaluatedProperties"] = True
    write_policy(here, "policies/hosts.schema.json", policy)
    odd = {"properties": {"\u0430": 1}} if keyword == "patternProperties" else {}
    issuer = "https://\u0430cme.example.com" if not odd else "https://acme.example.com"
    here.write({"okta": pinned("okta", issuer=issuer, **odd)}, policies=["policies/hosts.schema.json"])
    assert {one["rule"] for one in checks(here.run("validate", "-o", "json", expect=4))} == {"POL-hosts"}


def test_more_violations_than_anybody_reads_are_an_error_of_their_own(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "MOST_IN_ALL", 3)
    here.write({f"p{number}": pinned(f"p{number}") for number in range(9)}, policies=NAMES)
    found = checks(here.run("plan", "--discovery", "skip", "-o", "json", expect=4))
    assert len(found) == 4
    assert (found[-1]["severity"], found[-1]["address"]) == ("error", None)
    assert "more than 3 violations" in found[-1]["message"]
