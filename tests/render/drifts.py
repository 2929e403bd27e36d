"""Reports of drift for the tests: small, and one with everything that a report can say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from idpctl.drift.model import (
    UNKNOWN,
    Acceptance,
    DriftClass,
    DriftReport,
    Finding,
    Knowledge,
    Memory,
    ProviderState,
    Reason,
    Run,
    Side,
    Since,
    State,
    Stranger,
    held,
)
from idpctl.errors import LockedError, Severity, Source
from idpctl.model import Origin
from idpctl.render.json import render as as_json
from idpctl.render.text import render as as_text
from idpctl.render.view import View
from tests.render.plans import TARGET, problem

STARTED = "2026-11-25T03:00:00Z"
BEFORE = "2026-11-24T03:00:00Z"
GOOD = "https://acme.okta.example/oauth2/default"
BAD = "https://acme.0kta.example/oauth2/default"
# For each class one of its reasons.
REASONS = {
    DriftClass.REGISTRY: Reason.EDITED,
    DriftClass.MISSING: Reason.DELETED,
    DriftClass.UPSTREAM: Reason.MOVED,
    DriftClass.UNMANAGED: Reason.APPEARED,
    DriftClass.FOREIGN: Reason.COLLISION,
    DriftClass.PENDING: Reason.NOT_APPLIED,
    DriftClass.UNKNOWN: Reason.UNREADABLE,
}


def found(kind: DriftClass = DriftClass.REGISTRY, key: str | None = "workforce", **values: Any) -> Finding:
    """Return a finding of `kind`, which counts where its class does."""
    given = {
        "reason": REASONS[kind],
        "name": "OktaWorkforce",
        "counts": kind in {DriftClass.REGISTRY, DriftClass.MISSING, DriftClass.UPSTREAM},
        "first_seen": STARTED,
    }
    return Finding(kind=kind, key=key, **{**given, **values})


def edited(**values: Any) -> Finding:
    """Return an issuer that somebody edited."""
    given: dict[str, Any] = {
        "path": "issuer",
        "applied": held(GOOD),
        "live": held(BAD),
        "wanted": held(GOOD),
        "origin": Origin.DISCOVERY,
        "trust": True,
        "source": Source(file="idpctl.yaml", line=7, column=5),
    }
    return found(**{**given, **values})


def accepted(finding: Finding, **values: Any) -> Finding:
    """Return `finding` as somebody accepted it."""
    given: dict[str, Any] = {
        "key": finding.subject,
        "path": finding.path,
        "value_sha256": finding.value_sha256,
        "until": "2026-12-31",
        "reason": "vendor ticket 4711",
        "source": Source(file="accepted.yaml", line=3),
    }
    return replace(finding, acceptance=Acceptance(**{**given, **values}))


def report(*findings: Finding, **values: Any) -> DriftReport:
    """Return a report of `findings` in the order of a run; their providers stand as they say."""
    keys = {one.key: one.name for one in findings if one.key is not None} or {"workforce": "OktaWorkforce"}
    given: dict[str, Any] = {
        "target": TARGET,
        "findings": tuple(sorted(findings, key=lambda one: not one.alarms)),
        "providers": tuple(
            ProviderState(key=key, name=name, state=State.IN_SYNC) for key, name in keys.items()
        ),
        "memory": Memory.LOG,
        "started": STARTED,
        "milliseconds": 1234,
        "last_success": STARTED,
    }
    return DriftReport(**{**given, **values})


def everything() -> DriftReport:
    """Return a report with each class, each kind of remark, and all that surrounds findings."""
    entry = Acceptance(key="gone", path="issuer", value_sha256="0" * 64, until="2026-12-01", reason="old")
    return report(
        edited(),
        found(
            path="description",
            reason=Reason.CONFLICT,
            applied=Side(knowledge=Knowledge.UNKNOWN, digest="1a2b3c4d"),
            live=held("Employees and guests"),
            wanted=held("Employees"),
            first_seen=BEFORE,
            lapsed="another value was accepted",
        ),
        found(DriftClass.MISSING, "customers", name="Customers", wanted=held("Customers")),
        found(
            DriftClass.UPSTREAM,
            "partners",
            name="Partners",
            reason=Reason.LOCKED,
            path="token_endpoint",
            live=held("https://login.partner.example/token"),
            wanted=held("https://login.partner.example/token"),
            served=held("https://login.partner.example/v2/token"),
            carried=True,
            first_seen=BEFORE,
        ),
        accepted(found(path="enabled", live=held(False), wanted=held(True), applied=held(True))),
        found(
            DriftClass.PENDING, "billing", name="Billing", reason=Reason.NOT_CREATED, wanted=held("Billing")
        ),
        found(
            DriftClass.UNKNOWN,
            "partners",
            name="Partners",
            wanted=UNKNOWN,
            detail="no answer within 10 s [NET-02]",
        ),
        found(
            DriftClass.UNMANAGED, None, name="legacy one", live=held({"name": "legacy one", "issuer": "x"})
        ),
        run=Run.INCOMPLETE,
        providers=(
            ProviderState(key="billing", name="Billing", state=State.PENDING),
            ProviderState(key="customers", name="Customers", state=State.MISSING, refs=("r-7",)),
            ProviderState(key="partners", name="Partners", state=State.UPSTREAM, refs=("r-8",)),
            ProviderState(key="workforce", name="OktaWorkforce", state=State.DRIFTED, refs=("r-9",)),
        ),
        strangers=(Stranger(ref="r-1", name="legacy one"), Stranger(ref="r-2", name="dev", owner="acme/dev")),
        problems=(problem("NET-02", severity=Severity.WARNING, address="workforce", path=None),),
        unused=(entry,),
        memory=Memory.BOTH,
        since=Since(target=TARGET, started=BEFORE, fingerprint="sha256:" + "0" * 64),
        last_success=BEFORE,
    )


def skipped(*findings: Finding, **values: Any) -> DriftReport:
    """Return the report of a run that met an apply at work."""
    error = LockedError("skipped: an apply is running (process 7)", hint="the next run looks again")
    given: dict[str, Any] = {"run": Run.SKIPPED, "error": error, "last_success": None, "memory": Memory.NONE}
    return report(*findings, **{**given, **values})


def text(subject: DriftReport, **options: Any) -> str:
    return as_text(View(subject=subject, **options))


def json_text(subject: DriftReport, **options: Any) -> str:
    return as_json(View(subject=subject, **options))
