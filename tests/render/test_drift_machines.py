"""Drift for machines: each finding once as JSON, metric, annotation and case; nothing passes unseen."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.drift.model import DriftClass, DriftReport, Finding, ProviderState, Run, Since, State, held
from idpctl.errors import ExitCode, InvalidInputError, Severity, Source
from idpctl.model import FIELDS
from idpctl.render.github import MOST
from idpctl.render.table import companions, renderer
from idpctl.render.view import View
from tests.render.drifts import (
    BEFORE,
    STARTED,
    accepted,
    edited,
    everything,
    found,
    json_text,
    report,
    skipped,
)
from tests.render.plans import TARGET, problem
from tests.render.test_junit import case_of, read, said, shown
from tests.support import metrics

if TYPE_CHECKING:
    from tests.support.metrics import Samples

PATHS = (*FIELDS, "properties.display", None)
ALARMING = frozenset(DriftClass) - {DriftClass.UNKNOWN}
QUIET = dict.fromkeys(("registry", "missing", "upstream", "pending", "unknown"), "passed")


def annotations(subject: DriftReport, **options: Any) -> list[str]:
    return renderer("github")(View(subject=subject, **options)).splitlines()


def outputs(subject: DriftReport, exit_code: ExitCode = ExitCode.DONE) -> dict[str, str]:
    render = dict(companions("github"))["GITHUB_OUTPUT"]
    return dict(line.split("=") for line in render(View(subject=subject, exit_code=exit_code)).splitlines())


def counted(subject: DriftReport) -> dict[str, int]:
    samples: Samples = metrics.read(renderer("metrics")(View(subject=subject)))["idpctl_drift_findings"]
    return {dict(labels)["class"]: int(value) for labels, value in samples.items() if value}


def one_of(kind: DriftClass, path: str | None, **values: Any) -> Finding:
    given = {"path": path, "live": held("x"), "served": held("y"), "counts": kind in ALARMING}
    return found(kind, **{**given, **values})


# Every field by every class


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", DriftClass)
def test_each_finding_is_told_once_to_each_machine(kind: DriftClass, path: str | None) -> None:
    subject = report(one_of(kind, path, source=Source(file="idpctl.yaml", line=9, column=5)))
    (told,) = json.loads(json_text(subject))["findings"]
    assert (told["class"], told["key"], told["path"]) == (kind, "workforce", path)
    assert counted(subject) == {kind: 1}
    (line,) = annotations(subject, base="deploy")
    level = "warning" if kind is DriftClass.UNKNOWN else "error"
    about = "workforce" if path is None else f"workforce.{path}"
    assert line.startswith(f"::{level} title=drift%3A{kind},file=deploy/idpctl.yaml,line=9,col=5::{about}: ")
    wrong = {name: fate for name, fate in shown(read(subject))["workforce"].items() if fate != "passed"}
    assert wrong.pop(kind) == ("error" if kind is DriftClass.UNKNOWN else "failure")
    # Nobody could see whether an unreadable provider moved.
    assert wrong == ({"upstream": "skipped"} if kind is DriftClass.UNKNOWN else {})
    assert outputs(subject)[kind] == "1"


@pytest.mark.parametrize("kind", sorted(ALARMING))
def test_what_was_accepted_alarms_no_machine(kind: DriftClass) -> None:
    subject = report(accepted(one_of(kind, "issuer")))
    assert annotations(subject) == []
    assert counted(subject) == {}
    root = read(subject)
    assert shown(root)["workforce"] == {**QUIET, kind: "skipped"}
    assert said(case_of(root, kind))[0] == 'accepted until 2026-12-31: "vendor ticket 4711"'
    told = outputs(subject)
    assert (told["has_drift"], told["drift"], told["accepted"], told[kind]) == ("false", "0", "1", "0")


@pytest.mark.parametrize("kind", sorted(ALARMING))
def test_what_does_not_count_fails_nothing(kind: DriftClass) -> None:
    subject = report(one_of(kind, "issuer", counts=False))
    assert annotations(subject) == []
    assert shown(read(subject))["workforce"][kind] == "passed"
    assert (outputs(subject)["has_drift"], outputs(subject)[kind]) == ("false", "1")


# Annotations and outputs


def test_whom_the_gateway_believes_is_annotated_first_and_the_rest_is_counted() -> None:
    findings = [one_of(DriftClass.REGISTRY, f"properties.{number}") for number in range(MOST)]
    lines = annotations(report(*findings, edited()))
    assert len(lines) == MOST
    assert "::workforce.issuer: whom the gateway believes: edited by hand" in lines[0]
    assert "acme.0kta.example" in lines[0]
    assert "::and 2 more" in lines[-1]


def test_outputs_say_what_later_steps_decide_by() -> None:
    subject = everything()
    assert outputs(subject, ExitCode.CHECKS) == {
        "exit_code": "4",
        "run": "incomplete",
        "fingerprint": subject.fingerprint,
        "has_drift": "true",
        "changed": "true",
        "complete": "false",
        "drift": "4",
        "accepted": "1",
        "registry": "2",
        "missing": "1",
        "upstream": "1",
        "unmanaged": "1",
        "foreign": "0",
        "pending": "1",
        "unknown": "1",
    }


def test_a_run_that_could_not_look_has_no_outputs_of_what_it_did_not_see() -> None:
    assert outputs(skipped(), ExitCode.LOCKED) == {"exit_code": "7", "run": "skipped"}
    last = Since(target=TARGET, started=BEFORE, fingerprint="")
    told = outputs(skipped(edited(), since=last), ExitCode.LOCKED)
    assert (told["run"], told["has_drift"], told["complete"]) == ("skipped", "true", "false")


@pytest.mark.parametrize("kind", [DriftClass.UNKNOWN, DriftClass.UPSTREAM])
def test_what_a_document_lacks_is_told_once(kind: DriftClass) -> None:
    """The rule that failed and the drift that it means are one thing: an outage is no failure beside."""
    failed = problem("NET-02", severity=Severity.ERROR, address="workforce", path=None)
    subject = report(one_of(kind, None), problems=(failed, replace(failed, rule="DSC-05", address="other")))
    lines = annotations(subject)
    assert [line for line in lines if "NET-02" in line] == []
    assert [line for line in lines if "DSC-05" in line] != []
    cases = shown(read(subject))
    assert "NET-02" not in cases["workforce"]
    assert cases["other"] == {"DSC-05": "failure"}


def test_what_is_wrong_with_the_configuration_stands_at_its_lines() -> None:
    error = InvalidInputError("it is not valid", rule="CFG-01", problems=[problem("CFG-04")])
    subject = DriftReport(target=None, run=Run.FAILED, error=error, started=STARTED)
    first, second = annotations(subject)
    assert first == "::error title=CFG-01::it is not valid"
    assert second.startswith("::error title=CFG-04,file=providers/okta.yaml,line=7,col=13::")
    assert shown(read(subject, ExitCode.INVALID)) == {
        "idpctl": {"run": "error"},
        "workforce": {"CFG-04 issuer": "failure"},
    }


# Test reports


def test_a_case_says_what_was_seen() -> None:
    root = read(report(edited(), found(path="description", live=held("x"), wanted=held("y"))))
    message, text = said(case_of(root, "registry"))
    assert message == "issuer: edited by hand since the last apply (and 1 more)"
    assert text is not None
    assert "acme.0kta.example" in text
    assert "description: edited by hand" in text


def test_a_record_that_is_no_providers_is_a_case_of_the_run() -> None:
    stranger = found(DriftClass.UNMANAGED, None, name="legacy one", counts=True)
    assert shown(read(report(stranger)))["idpctl"] == {"run": "passed", 'unmanaged "legacy one"': "failure"}


@pytest.mark.parametrize("run", [Run.SKIPPED, Run.FAILED])
def test_nothing_passes_in_a_run_that_could_not_look(run: Run) -> None:
    root = read(skipped(edited(carried=True), run=run), ExitCode.LOCKED)
    assert shown(root)["idpctl"] == {"run": "error"}
    assert shown(root)["workforce"] == {**dict.fromkeys(QUIET, "skipped"), "registry": "failure"}
    assert said(case_of(root, "missing"))[0] == "this run could not look"


def test_nothing_passes_of_a_provider_that_was_left_out() -> None:
    providers = (
        ProviderState(key="left", name="Left", state=State.UNKNOWN),
        ProviderState(key="seen", name="Seen", state=State.IN_SYNC),
    )
    cases = shown(read(report(providers=providers, complete=False)))
    assert cases["left"] == dict.fromkeys(QUIET, "skipped")
    assert cases["seen"] == QUIET
