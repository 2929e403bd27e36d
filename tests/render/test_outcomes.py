"""Everything that is not a plan: applies, validations, discoveries, inventories and errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.errors import ExitCode, IncompleteError, InvalidInputError, Severity
from idpctl.inventory import Row, Status
from idpctl.plan import Action, Verb
from idpctl.render.outcome import Applied, Discovered, Listed, Validated
from idpctl.render.table import renderer
from idpctl.render.view import View
from idpctl.report import OperationResult, Outcome, Report
from idpctl.report import Status as Fate
from tests.render.plans import TARGET, applied, planned, problem, wanted

if TYPE_CHECKING:
    from idpctl.render.view import Subject

PLAN = planned([wanted("okta", name="new")], [applied(wanted("okta"), "r-1")])


def lines_of(subject: Subject, **options: Any) -> list[str]:
    return renderer("text")(View(subject=subject, **options)).splitlines()


def json_of(subject: Subject, exit_code: ExitCode = ExitCode.DONE) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(renderer("json")(View(subject=subject, exit_code=exit_code)))
    assert body["format_version"] == "1.0"
    assert body["exit_code"] == exit_code
    return body


def result(verb: Verb, name: str, status: Fate = Fate.DONE, **values: Any) -> OperationResult:
    given = {"address": "okta", "action": Action.REPLACE, **values}
    return OperationResult(verb=verb, name=name, status=status, **given)


def report(
    *operations: OperationResult, outcome: Outcome = Outcome.COMPLETE, error: Exception | None = None
) -> Report:
    return Report(op="op-7", operations=operations, outcome=outcome, error=error)


DONE = report(result(Verb.CREATE, "new", ref="r-2"), result(Verb.DELETE, "okta", ref="r-1"))


def test_a_complete_apply_ends_with_terraforms_sentence() -> None:
    assert lines_of(Applied(plan=PLAN, report=DONE)) == [
        "Apply complete! Resources: 1 added, 0 changed, 1 destroyed.",
        "idpctl: 2 operations: 2 done; operation id op-7",
    ]


@pytest.mark.parametrize(
    ("action", "counts"),
    [
        (Action.UPDATE, "0 added, 1 changed, 0 destroyed."),
        (Action.ADOPT, "1 imported, 0 added, 0 changed, 0 destroyed."),
        (Action.MOVE, "0 added, 0 changed, 0 destroyed."),
    ],
)
def test_what_only_writes_the_mark_changes_no_resource(action: Action, counts: str) -> None:
    done = report(result(Verb.UPDATE, "okta", action=action))
    assert lines_of(Applied(plan=PLAN, report=done))[0] == f"Apply complete! Resources: {counts}"


def test_a_destroy_ends_with_terraforms_sentence_for_it() -> None:
    plan = planned([], [applied(wanted("okta"), "r-1")], destroy=True)
    done = report(result(Verb.DELETE, "okta", action=Action.DELETE))
    assert lines_of(Applied(plan=plan, report=done))[0] == "Destroy complete! Resources: 1 destroyed."


def test_verbose_lists_every_operation() -> None:
    assert lines_of(Applied(plan=PLAN, report=DONE), verbose=True)[:3] == [
        "  done         create new   (okta)",
        "  done         delete okta   (okta)",
        "",
    ]


def test_an_apply_that_did_a_part_says_what_became_of_everything() -> None:
    error = IncompleteError("the registry went away", hint="idpctl plan")
    some = report(
        result(Verb.CREATE, "new"),
        result(Verb.DELETE, "okta", Fate.IN_DOUBT, detail="no answer"),
        result(Verb.DELETE, "other", Fate.FAILED, detail="in use"),
        result(Verb.DELETE, "last", Fate.NOT_STARTED),
        outcome=Outcome.FAILED,
        error=error,
    )
    assert lines_of(Applied(plan=PLAN, report=some)) == [
        "  done         create new   (okta)",
        "  in doubt     delete okta   (okta): no answer",
        "  failed       delete other   (okta): in use",
        "  not started  delete last   (okta)",
        "",
        "Error: the apply failed: the registry went away",
        "  hint: idpctl plan",
        "idpctl: 4 operations: 1 done, 1 failed, 1 in doubt, 1 not started; operation id op-7",
    ]


def test_an_apply_that_was_rolled_back_says_that_nothing_was_changed() -> None:
    none = report(
        result(Verb.CREATE, "new", Fate.NOT_STARTED, detail="rolled back"),
        result(Verb.DELETE, "okta", Fate.FAILED, detail="in use"),
        outcome=Outcome.FAILED,
        error=ValueError("secret of a library"),
    )
    assert lines_of(Applied(plan=PLAN, report=none)) == [
        "  failed       delete okta   (okta): in use",
        "",
        "Error: the apply failed: unexpected ValueError",
        "  Nothing was changed.",
        "idpctl: 2 operations: 1 failed, 1 not started; operation id op-7",
    ]


@pytest.mark.parametrize(
    ("outcome", "fate", "line"),
    [
        (Outcome.INTERRUPTED, Fate.NOT_STARTED, "Error: the apply was interrupted"),
        (Outcome.IN_DOUBT, Fate.IN_DOUBT, "Error: nobody knows whether the apply was committed"),
    ],
)
def test_other_ends(outcome: Outcome, fate: Fate, line: str) -> None:
    ended = report(result(Verb.CREATE, "new", fate), outcome=outcome)
    lines = lines_of(Applied(plan=PLAN, report=ended))
    assert line in lines
    assert ("  Nothing was changed." in lines) == (outcome is Outcome.INTERRUPTED)


def test_an_apply_of_nothing() -> None:
    assert lines_of(Applied(plan=PLAN, report=report())) == [
        "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.",
        "idpctl: 0 operations; operation id op-7",
    ]


def test_an_apply_as_json_has_the_addresses_of_its_plan() -> None:
    body = json_of(Applied(plan=PLAN, report=DONE))
    assert body["kind"] == "apply"
    assert body["complete"] is True
    assert body["fingerprint"] == PLAN.fingerprint
    assert body["target"]["owner"] == TARGET.owner
    assert (body["added"], body["changed"], body["destroyed"]) == (1, 0, 1)
    assert [operation["address"] for operation in body["operations"]] == ["identity_provider.okta"] * 2
    assert body["operations"][0]["ref"] == "r-2"


def test_a_valid_configuration() -> None:
    warned = Validated(
        files=("idpctl.yaml", "more.yaml"), providers=1, problems=(problem(severity=Severity.WARNING),)
    )
    lines = lines_of(warned)
    assert lines[0].startswith("  warning  DSC-06")
    assert lines[2:] == [
        "Success! The configuration is valid.",
        "idpctl: 1 provider in 2 files; 1 warning",
    ]
    assert json_of(warned)["valid"] is True


def test_nothing_found() -> None:
    clean = Validated(files=("idpctl.yaml",), providers=2)
    assert lines_of(clean)[-1] == "idpctl: 2 providers in 1 file; no findings"
    assert json_of(clean)["checks"] == []


def test_an_invalid_configuration() -> None:
    failed = Validated(files=("idpctl.yaml",), providers=1, problems=(problem(),))
    assert "Error: the configuration is not valid: 1 check failed" in lines_of(failed)
    body = json_of(failed, ExitCode.CHECKS)
    assert body["kind"] == "validate"
    assert body["valid"] is False
    assert body["files"] == ["idpctl.yaml"]
    assert body["checks"][0]["rule"] == "DSC-06"


FOUND = Discovered(
    resolved=(("okta", wanted("okta")), ("https://x.example/.well-known/openid-configuration", None)),
    problems=(
        problem(address="okta", source=None, hint=None),
        problem("NET-01", address=None, path=None, source=None, hint=None, message="no answer"),
    ),
)


def test_what_was_discovered() -> None:
    lines = lines_of(FOUND)
    assert lines[0] == "okta"
    assert lines[1] == (
        '        issuer                  "https://okta.okta.example/oauth2/default"   (discovery)'
    )
    assert lines[4].startswith("  error    DSC-06  okta.issuer: ")
    assert lines[6:8] == [
        "https://x.example/.well-known/openid-configuration",
        "      an endpoint is missing",
    ]
    assert lines[-2:] == ["  error    NET-01  no answer", "idpctl: 1 of 2 resolved; 2 errors"]
    assert lines_of(Discovered(resolved=()))[-1] == "idpctl: 0 of 0 resolved; no findings"


def test_checks_that_were_passed_are_listed_ten_a_line() -> None:
    passed = {"okta": tuple(f"DSC-{number:02}" for number in range(1, 13))}
    lines = lines_of(Discovered(resolved=(("okta", wanted("okta")),), passed=passed))
    first = next(index for index, line in enumerate(lines) if line.startswith("  passed   DSC-01"))
    assert lines[first].endswith(" DSC-10")
    assert lines[first + 1] == "           DSC-11 DSC-12"


def test_what_was_discovered_as_json() -> None:
    body = json_of(FOUND, ExitCode.CHECKS)
    assert body["kind"] == "discover"
    assert body["resolved"][0]["key"] == "okta"
    issuer = {"value": "https://okta.okta.example/oauth2/default", "origin": "discovery"}
    assert body["resolved"][0]["endpoints"]["issuer"] == issuer
    assert body["resolved"][1]["endpoints"] is None
    assert len(body["checks"]) == 2


ROWS = (
    Row(key="okta", name="OktaMain", type="okta", status=Status.IN_SYNC, issuer="https://okta.example"),
    Row(
        key="auth0",
        name="Auth0",
        type="auth0",
        status=Status.DRIFTED,
        issuer="https://auth0.example/",
        enabled=False,
        detail="issuer, enabled",
    ),
    Row(key=None, name="legacy one", type="custom", status=Status.UNMANAGED),
)


def test_an_inventory_is_a_table() -> None:
    assert lines_of(Listed(target=TARGET, rows=ROWS)) == [
        "idpctl list: acme/prod on sqlite .idpctl/registry.db (organization acme)",
        "",
        "STATUS     KEY    NAME              TYPE    ISSUER",
        "in sync    okta   OktaMain          okta    https://okta.example",
        "drifted    auth0  Auth0 (disabled)  auth0   https://auth0.example/  issuer, enabled",
        'unmanaged  -      "legacy one"      custom  -',
        "",
        "idpctl: 1 drifted, 1 in sync, 1 unmanaged",
    ]


def test_an_empty_inventory() -> None:
    assert lines_of(Listed(target=TARGET, rows=()))[-1] == "idpctl: no records"


def test_one_long_name_does_not_push_every_column_away() -> None:
    rows = (*ROWS, Row(key="k", name="n" * 150, type="okta", status=Status.MISSING))
    lines = lines_of(Listed(target=TARGET, rows=rows))
    assert max(len(line) for line in lines if "n" * 150 not in line) < 140


def test_an_inventory_as_json() -> None:
    body = json_of(Listed(target=TARGET, rows=ROWS))
    assert body["kind"] == "list"
    assert body["target"]["driver"] == "sqlite"
    assert [row["status"] for row in body["rows"]] == ["in sync", "drifted", "unmanaged"]
    assert body["rows"][1] == {
        "key": "auth0",
        "name": "Auth0",
        "type": "auth0",
        "status": "drifted",
        "issuer": "https://auth0.example/",
        "enabled": False,
        "detail": "issuer, enabled",
    }


def test_an_error_as_json_and_text() -> None:
    error = InvalidInputError("no", hint="yes", where="a.yaml", rule="CFG-03", problems=[problem()])
    body = json_of(error, ExitCode.INVALID)
    assert body["kind"] == "error"
    assert (body["message"], body["hint"], body["where"], body["rule"]) == ("no", "yes", "a.yaml", "CFG-03")
    assert len(body["checks"]) == 1
    assert lines_of(error)[:2] == ["Error: no", "  at a.yaml (CFG-03)"]
    assert lines_of(error, color=True)[0] == "\x1b[31mError: \x1b[0mno"


def test_a_plan_as_json_holds_the_exit_code() -> None:
    assert json_of(PLAN, ExitCode.CHANGES)["fingerprint"] == PLAN.fingerprint
