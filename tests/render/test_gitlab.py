"""The report for GitLab's Terraform widget, held against the jq of GitLab's own manual."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from idpctl.errors import CheckFailedError, RegistryError
from idpctl.render.outcome import Applied, Validated
from idpctl.render.table import renderer
from idpctl.render.view import View
from idpctl.report import OperationResult, Outcome, Report, Status
from tests.render.hostile import CORPUS, SECRET, plans_with, results_with
from tests.render.plans import planned, problem, wanted
from tests.render.strategies import plans
from tests.scenarios.test_scenarios import CASES

if TYPE_CHECKING:
    from idpctl.plan import Plan
    from idpctl.render.view import Subject

JQ = shutil.which("jq")
# docs.gitlab.com, "Terraform integration in merge requests": what it tells to pipe a JSON plan through.
MANUAL = (
    "([.resource_changes[]?.change.actions?]|flatten)|"
    '{"create":(map(select(.=="create"))|length),"update":(map(select(.=="update"))|length),'
    '"delete":(map(select(.=="delete"))|length)}'
)
KEYS = {"create", "update", "delete"}


def report_of(subject: Subject) -> dict[str, Any]:
    text = renderer("gitlab")(View(subject=subject))
    assert text.isascii()
    assert "##[" not in text
    assert SECRET not in text
    body: dict[str, Any] = json.loads(text)
    return body


def is_taken_for_a_failure(report: dict[str, Any]) -> bool:
    """Judge like GitLab's tfplan.rb (gitlabhq at 304b78f): a missing key is `missing_json_keys`."""
    return bool(KEYS - report.keys())


@pytest.mark.skipif(JQ is None, reason="jq is not on the PATH")
@pytest.mark.parametrize("case", CASES)
def test_the_numbers_are_those_of_the_manuals_jq(case: str) -> None:
    plan = CASES[case]()
    done = subprocess.run(
        [str(JQ), "-c", MANUAL],
        input=renderer("json")(View(subject=plan)),
        capture_output=True,
        text=True,
        check=True,
    )
    report = report_of(plan)
    assert report == json.loads(done.stdout) or (plan.errored and is_taken_for_a_failure(report))


def test_a_replacement_is_a_create_and_a_delete() -> None:
    assert report_of(CASES["replace"]()) == {"create": 1, "update": 0, "delete": 1}


def test_no_change_is_three_zeros() -> None:
    assert report_of(CASES["empty"]()) == dict.fromkeys(("create", "update", "delete"), 0)


def test_a_plan_with_errors_makes_the_widget_say_that_there_is_no_report() -> None:
    report = report_of(planned([wanted("okta")], [], problems=[problem(), problem()]))
    assert is_taken_for_a_failure(report)
    assert report == {"error": "nothing can be applied: 2 checks failed"}


@pytest.mark.parametrize("error", [RegistryError("no answer"), CheckFailedError("no", problems=[problem()])])
def test_an_error_never_passes_for_no_change(error: RegistryError) -> None:
    report = report_of(error)
    assert is_taken_for_a_failure(report)
    assert report == {"error": error.message}


def applied(outcome: Outcome, status: Status) -> Applied:
    plan = CASES["create"]()
    change = plan.changes[0]
    step = change.steps[0]
    done = OperationResult(
        address=change.address, action=change.action, verb=step.verb, name=step.name, status=status
    )
    return Applied(plan=plan, report=Report(op="op-1", operations=(done,), outcome=outcome))


def test_an_apply_counts_what_was_done() -> None:
    assert report_of(applied(Outcome.COMPLETE, Status.DONE)) == {"create": 1, "update": 0, "delete": 0}


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.FAILED, Status.FAILED),
        (Outcome.FAILED, Status.DONE),
        (Outcome.INTERRUPTED, Status.NOT_STARTED),
        (Outcome.IN_DOUBT, Status.IN_DOUBT),
    ],
)
def test_an_apply_that_did_not_come_to_its_end_is_no_report(outcome: Outcome, status: Status) -> None:
    report = report_of(applied(outcome, status))
    assert is_taken_for_a_failure(report)
    assert report == {"error": "the apply is not complete"}


def test_what_plans_nothing_has_no_numbers() -> None:
    assert report_of(Validated(files=(), providers=0)) == {"error": "there is no plan"}


@pytest.mark.unmeasured
@given(plans)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_plan_has_three_numbers_or_an_error(plan: Plan) -> None:
    report = report_of(plan)
    assert report.keys() == ({"error"} if plan.errored else KEYS)


@pytest.mark.parametrize("text", CORPUS)
def test_no_text_changes_a_number(text: str) -> None:
    harmless = [report_of(subject) for subject in (*plans_with("z"), *results_with("z", "gitlab"))]
    hostile = [report_of(subject) for subject in (*plans_with(text), *results_with(text, "gitlab"))]
    assert [one.keys() for one in hostile] == [one.keys() for one in harmless]
    counted = [(one, other) for one, other in zip(hostile, harmless, strict=True) if "error" not in one]
    assert all(one == other for one, other in counted)
