"""Every field by every class: each finding is told exactly once, as text, as JSON and as a number."""

from __future__ import annotations

import json

import pytest

from idpctl.drift.model import ABSENT, DriftClass, Finding
from idpctl.model import FIELDS
from idpctl.render.metrics import render as metrics
from idpctl.render.view import View
from tests.render.drifts import accepted, found, held, json_text, report, text
from tests.support.metrics import read

PATHS = (*FIELDS, "properties.display")
KINDS = [kind for kind in DriftClass if kind is not DriftClass.UNKNOWN]


def differing(kind: DriftClass, path: str, *, counts: bool = True) -> Finding:
    """Return a finding whose value that should not be there is in no other one."""
    wrong, right = f"wrong-{path}", f"right-{path}"
    upstream = kind is DriftClass.UPSTREAM
    return found(
        kind,
        path=path,
        applied=held(right),
        live=held(right if upstream else wrong),
        wanted=held(wrong if upstream else right),
        served=held(wrong) if upstream else ABSENT,
        counts=counts,
    )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_alarms_is_told_once(kind: DriftClass, path: str) -> None:
    finding = differing(kind, path)
    subject = report(finding)
    shown = text(subject)
    assert shown.count(f'"wrong-{path}"') == shown.count(f'"right-{path}"') == 1
    assert len([line for line in shown.splitlines() if line.split()[:2] == [kind, f"{path}:"]]) == 1
    assert shown.endswith("\nDrift: 1 finding.\n")
    body = json.loads(json_text(subject))
    (told,) = body["findings"]
    assert (told["class"], told["path"], told["drift"], body["drift"]) == (kind, path, True, 1)
    assert (told["served" if kind is DriftClass.UPSTREAM else "live"]) == {"value": f"wrong-{path}"}
    assert numbers(finding, "idpctl_drift_findings") == {str(kind): 1}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_accepted_is_told_once_and_is_no_drift(kind: DriftClass, path: str) -> None:
    finding = accepted(differing(kind, path))
    shown = text(report(finding))
    (line,) = [line for line in shown.splitlines() if f"{path}: " in line]
    assert "accepted until 2026-12-31" in line
    assert shown.endswith("\nNo drift.\n")
    assert json.loads(json_text(report(finding)))["drift"] == 0
    assert numbers(finding, "idpctl_drift_findings") == {}
    assert numbers(finding, "idpctl_drift_findings_accepted") == {str(kind): 1}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_count_is_told_once_and_is_no_drift(kind: DriftClass, path: str) -> None:
    finding = differing(kind, path, counts=False)
    shown = text(report(finding))
    (line,) = [line for line in shown.splitlines() if f"{path}: " in line]
    assert line.split()[0] == kind
    assert shown.endswith("\nNo drift.\n")
    assert numbers(finding, "idpctl_drift_findings") == {str(kind): 1}


def numbers(finding: Finding, name: str) -> dict[str, int]:
    """Return the classes of which the metric `name` counts any."""
    samples = read(metrics(View(subject=report(finding))))[name]
    return {dict(labels)["class"]: int(number) for labels, number in samples.items() if number}
