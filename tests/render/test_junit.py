"""JUnit's XML: read back, of the structure that Jenkins' schema describes, and true about the run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, given, settings

from idpctl import verdict
from idpctl.errors import ExitCode, InvalidInputError, RegistryError, Severity
from idpctl.plan import Action, Verb
from idpctl.render.outcome import Applied, Discovered, Validated
from idpctl.render.table import renderer
from idpctl.render.view import View
from idpctl.report import OperationResult, Outcome, Report, Status
from tests.render.hostile import CORPUS, SECRET, plans_with, results_with
from tests.render.plans import applied, planned, problem, wanted
from tests.render.strategies import plans
from tests.scenarios.test_scenarios import CASES

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from idpctl.plan import Plan
    from idpctl.render.view import Subject

FATES = ("failure", "error", "skipped")
# Attribute by attribute what junit-10.xsd of Jenkins' xUnit plugin requires and allows.
STRUCTURE = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time"}, {"testcase"}),
    "testcase": ({"classname", "name", "time"}, {*FATES, "system-out"}),
    **dict.fromkeys(FATES, ({"type", "message"}, set())),
    "system-out": (set(), set()),
}


def read(subject: Subject, exit_code: ExitCode = ExitCode.DONE) -> Element:
    text = renderer("junit")(View(subject=subject, exit_code=exit_code))
    assert text.isascii()
    assert "##[" not in text
    root: Element = fromstring(text)
    must_be_junit(root)
    return root


def must_be_junit(root: Element) -> None:
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, inside = STRUCTURE[element.tag]
        assert set(element.keys()) == attributes
        assert {child.tag for child in element} <= inside
    for suite in (root, *root):
        cases = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(cases) > 0
        assert int(suite.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)
        assert int(suite.attrib["errors"]) == sum(case.find("error") is not None for case in cases)
    for suite in root:
        assert int(suite.attrib["skipped"]) == len(list(suite.iter("skipped")))
    # GitLab keeps one case of those that have one class and one name.
    names = [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")]
    assert len(names) == len(set(names))


def shown(root: Element) -> dict[str, dict[str, str]]:
    """Return suite -> case -> fate."""
    return {
        suite.attrib["name"]: {case.attrib["name"]: fate(case) for case in suite.iter("testcase")}
        for suite in root
    }


def fate(case: Element) -> str:
    return next((tag for tag in FATES if case.find(tag) is not None), "passed")


def case_of(root: Element, name: str) -> Element:
    (found,) = [case for case in root.iter("testcase") if case.attrib["name"] == name]
    return found


def said(case: Element) -> tuple[str | None, str | None]:
    """Return the message of a case that did not pass, and its text."""
    (inside,) = case
    return inside.get("message"), inside.text


FINDINGS = (
    problem(),
    problem("DSC-09", Severity.WARNING, message="another host", hint=None),
    problem("CFG-08", Severity.INFO, path=None),
    problem("CFG-12", suppressed="agreed with the security team"),
    problem("PLN-09", Severity.WARNING, address=None, path=None, source=None),
)


def test_each_finding_is_a_case_of_its_provider() -> None:
    root = read(Validated(files=("idpctl.yaml",), providers=1, problems=FINDINGS), ExitCode.CHECKS)
    assert shown(root) == {
        "idpctl": {"run": "failure", "PLN-09": "passed"},
        "workforce": {
            "DSC-06 issuer": "failure",
            "DSC-09 issuer": "passed",
            "CFG-08": "passed",
            "CFG-12 issuer": "skipped",
        },
    }
    assert case_of(root, "DSC-06 issuer").attrib["classname"] == "identity_provider.workforce"


def test_a_failure_says_where_why_and_what_to_do() -> None:
    root = read(Validated(files=(), providers=1, problems=FINDINGS), ExitCode.CHECKS)
    message = "the issuer differs from the served one by its final slash"
    place = "error    DSC-06  providers/okta.yaml:7:13  workforce.issuer: "
    assert said(case_of(root, "DSC-06 issuer")) == (
        message,
        f"{place}{message}\nhint: remove the override",
    )
    assert said(case_of(root, "run")) == ("exit code 4: 1 error, 2 warnings, 1 note, 1 suppressed",) * 2


def test_a_warning_passes_with_a_text_and_a_suppressed_finding_names_its_reason() -> None:
    root = read(Validated(files=(), providers=1, problems=FINDINGS))
    message, text = said(case_of(root, "DSC-09 issuer"))
    assert message is None
    assert text == "warning  DSC-09  providers/okta.yaml:7:13  workforce.issuer: another host"
    message, text = said(case_of(root, "CFG-12 issuer"))
    assert message == "suppressed: agreed with the security team"
    assert text is not None
    assert "the issuer differs" in text


def test_nothing_found_is_one_case_that_passes() -> None:
    root = read(Validated(files=("idpctl.yaml",), providers=2))
    assert shown(root) == {"idpctl": {"run": "passed"}}
    assert said(case_of(root, "run")) == (None, "no findings")


def test_cases_of_one_name_are_numbered() -> None:
    root = read(Validated(files=(), providers=1, problems=(problem(), problem())), ExitCode.CHECKS)
    assert list(shown(root)["workforce"]) == ["DSC-06 issuer", "DSC-06 issuer (2)"]


def test_a_plan_shows_what_changes_and_what_drifted() -> None:
    drifted = applied(wanted("azure"), "r-2", description="by hand")
    plan = planned(
        [wanted("new"), wanted("azure"), wanted("same"), wanted("okta", name="renamed")],
        [drifted, applied(wanted("same"), "r-3"), applied(wanted("okta"), "r-1")],
    )
    root = read(plan)
    assert shown(root) == {
        "idpctl": {"run": "passed"},
        "new": {"create": "passed"},
        "azure": {"update: description (changed outside idpctl)": "passed"},
        "okta": {"replace: name": "passed", "--allow-replace okta": "skipped"},
        "same": {"no change": "passed"},
    }
    message, text = said(case_of(root, "--allow-replace okta"))
    assert message == text == "has to be allowed: the record is created anew; its id changes"
    _, text = said(case_of(root, "create"))
    assert text is not None
    assert text.startswith("  # identity_provider.new will be created\n  + identity_provider")


@pytest.mark.parametrize("case", CASES)
def test_a_case_fails_exactly_where_the_run_does(case: str) -> None:
    plan = CASES[case]()
    code = verdict.of_plan(plan, detailed=True)
    root = read(plan, code)
    assert (fate(case_of(root, "run")) == "failure") == (code not in {ExitCode.DONE, ExitCode.CHANGES})
    assert (int(root.attrib["failures"]) > 0) == (code not in {ExitCode.DONE, ExitCode.CHANGES})


def test_a_plan_with_errors_fails_when_it_is_shown_too() -> None:
    assert fate(case_of(read(CASES["errored"](), ExitCode.DONE), "run")) == "failure"


def test_what_was_allowed_passes() -> None:
    root = read(CASES["replace-with-gap"]())
    assert said(case_of(root, "--allow-replace workforce"))[1] == (
        "allowed: the record is created anew; its id changes"
    )
    assert fate(case_of(root, "--allow-gap workforce")) == "skipped"


def operation(verb: Verb, status: Status, detail: str = "") -> OperationResult:
    return OperationResult(
        address="okta", action=Action.REPLACE, verb=verb, name="new", status=status, detail=detail
    )


def test_each_operation_of_an_apply_is_a_case() -> None:
    report = Report(
        op="op-1",
        operations=(
            operation(Verb.CREATE, Status.DONE),
            operation(Verb.UPDATE, Status.FAILED, "in use"),
            operation(Verb.DELETE, Status.IN_DOUBT, "no answer"),
            operation(Verb.DELETE, Status.NOT_STARTED),
        ),
        outcome=Outcome.FAILED,
    )
    root = read(Applied(plan=CASES["replace"](), report=report), report.exit_code)
    assert shown(root) == {
        "idpctl": {"run": "failure"},
        "okta": {
            "1 create new": "passed",
            "2 update new": "failure",
            "3 delete new": "error",
            "4 delete new": "skipped",
        },
    }
    assert said(case_of(root, "2 update new")) == ("in use", "in use")
    assert said(case_of(root, "4 delete new")) == ("not started", "not started")
    assert said(case_of(root, "run"))[0] == "exit code 8: the apply is not complete"


def test_a_complete_apply_passes() -> None:
    report = Report(op="op-1", operations=(operation(Verb.CREATE, Status.DONE),), outcome=Outcome.COMPLETE)
    root = read(Applied(plan=CASES["replace"](), report=report))
    assert said(case_of(root, "run")) == (None, "the apply is complete")
    assert len(case_of(root, "1 create new")) == 0


def test_discovery_lists_the_checks_that_were_passed() -> None:
    url = "https://x.example/.well-known/openid-configuration"
    found = Discovered(
        resolved=(("okta", wanted("okta")), (url, None)),
        problems=(problem(address=url, path=None, source=None),),
        passed={"okta": ("URL-01", "DSC-01")},
    )
    assert shown(read(found, ExitCode.CHECKS)) == {
        "idpctl": {"run": "failure"},
        "okta": {"endpoints": "passed", "URL-01": "passed", "DSC-01": "passed"},
        url: {"endpoints": "skipped", "DSC-06": "failure"},
    }


def test_an_error_is_an_error_and_its_findings_fail() -> None:
    error = InvalidInputError("1 error", hint="see above", problems=[problem()])
    root = read(error, ExitCode.INVALID)
    assert shown(root) == {"idpctl": {"run": "error"}, "workforce": {"DSC-06 issuer": "failure"}}
    message, text = said(case_of(root, "run"))
    assert message == "1 error"
    assert text is not None
    assert text.startswith("Error: 1 error\n")
    assert fate(case_of(read(RegistryError("gone"), ExitCode.RUNTIME), "run")) == "error"


def skeleton(root: Element) -> Counter[tuple[str, int]]:
    return Counter((element.tag, len(element)) for element in root.iter())


@pytest.mark.parametrize("text", CORPUS)
def test_no_text_changes_the_structure(text: str) -> None:
    for hostile, harmless in zip(
        (*plans_with(text), *results_with(text, "junit")),
        (*plans_with("z"), *results_with("z", "junit")),
        strict=True,
    ):
        root = read(hostile)
        assert skeleton(root) == skeleton(read(harmless))
        texts = [*root.itertext(), *(value for element in root.iter() for value in element.attrib.values())]
        assert not [one for one in texts if SECRET in one or "\x1b" in one]


@pytest.mark.unmeasured
@given(plans)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_plan_is_junit(plan: Plan) -> None:
    read(plan)


def test_what_xml_forbids_is_shown_as_an_escape() -> None:
    odd = "a\x00\x0b\x1b\x7f\x85\ud800\ufffe\uffff\U0001fffe\u202ez"
    root = read(Validated(files=(), providers=1, problems=(problem(message=odd),)), ExitCode.CHECKS)
    assert said(case_of(root, "DSC-06 issuer"))[0] == (
        r"a\x00\x0b\x1b\x7f\x85\ud800\ufffe\uffff\U0001fffe\u202ez"
    )


def test_no_text_names_a_file_to_attach() -> None:
    """Jenkins' attachment plugin and GitLab look for `[[ATTACHMENT|path]]` in what a case printed."""
    evil = "[[ATTACHMENT|/etc/passwd]]"
    warning = problem(severity=Severity.WARNING, message=evil, hint=evil)
    text = renderer("junit")(View(subject=Validated(files=(), providers=1, problems=(warning,))))
    assert "[[" not in text
    assert "ATTACHMENT" in text


@pytest.mark.unmeasured
def test_ten_thousand_changes_are_cases() -> None:
    keys = [f"idp{number}" for number in range(10_000)]
    root = read(planned([wanted(key) for key in keys], []))
    assert int(root.attrib["tests"]) == 10_001
