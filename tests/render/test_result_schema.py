"""The JSON of an apply: every way in which one can end satisfies `schemas/result.schema.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.errors import ExitCode, IncompleteError, RegistryError
from idpctl.plan import Action, Verb
from idpctl.registry.base import InDoubtError
from idpctl.render.outcome import Applied
from idpctl.render.table import renderer
from idpctl.render.view import View
from idpctl.report import OperationResult, Outcome, Report, Status
from idpctl.schema.check import accepts, explain
from idpctl.signals import Signals
from tests.render.plans import applied, planned, wanted
from tests.support.applying import Pull, after, apply, before, fault
from tests.support.registries import MemoryRegistry

if TYPE_CHECKING:
    from idpctl.registry.base import Registry

PLAN = planned([wanted("okta", name="new")], [applied(wanted("okta"), "r-1")])
CALLS = range(3, 13)


def body_of(report: Report, **options: Any) -> dict[str, Any]:
    plan = planned([], [applied(wanted("okta"), "r-1")], **options) if options else PLAN
    view = View(subject=Applied(plan=plan, report=report), exit_code=report.exit_code)
    body: dict[str, Any] = json.loads(renderer("json")(view))
    assert explain("result", body) == []
    assert accepts("result", body)
    return body


def filled(*, transactional: bool) -> Registry:
    registry = MemoryRegistry(transactional=transactional)
    assert apply(registry, before()).complete
    return registry


def fates(body: dict[str, Any]) -> set[str]:
    return {operation["status"] for operation in body["operations"]}


def test_a_complete_apply() -> None:
    body = body_of(apply(filled(transactional=False), after()))
    assert (body["outcome"], body["complete"], body["exit_code"]) == ("complete", True, 0)
    assert (body["added"], body["changed"], body["destroyed"]) == (3, 1, 3)
    assert fates(body) == {"done"}
    assert (body["error"], body["hint"], body["destroy"]) == (None, None, False)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("transactional", [False, True], ids=["stepwise", "transaction"])
@pytest.mark.parametrize("kind", [RegistryError, InDoubtError])
def test_an_apply_that_fails_at_any_call(
    kind: type[RegistryError], transactional: bool, call: int, moment: str
) -> None:
    broken = fault(filled(transactional=transactional), call, kind("no answer", hint="look"), moment)
    report = apply(broken, after())
    body = body_of(report)
    assert body["complete"] is report.complete
    assert body["exit_code"] == report.exit_code
    assert (body["hint"] == "look") == (body["error"] == "no answer")


@pytest.mark.parametrize("events", range(1, 14))
@pytest.mark.parametrize("transactional", [False, True], ids=["stepwise", "transaction"])
def test_an_apply_that_is_interrupted(transactional: bool, events: int) -> None:
    signals = Signals()
    registry = filled(transactional=transactional)
    body = body_of(apply(registry, after(), on_event=Pull(signals, events), signals=signals))
    assert body["outcome"] in {"interrupted", "complete"}
    if body["outcome"] == "interrupted":
        assert body["exit_code"] in {ExitCode.INCOMPLETE, ExitCode.TERMINATED}
        assert "not_started" in fates(body)


def report(outcome: Outcome, *statuses: Status, error: Exception | None = None) -> Report:
    operations = tuple(
        OperationResult(address="okta", action=Action.REPLACE, verb=Verb.CREATE, name="new", status=status)
        for status in statuses
    )
    return Report(op="op-1", operations=operations, outcome=outcome, error=error)


def test_a_commit_in_doubt() -> None:
    doubtful = report(Outcome.COMPLETE, Status.DONE).in_doubt(RegistryError("no answer"))
    body = body_of(doubtful)
    assert (body["outcome"], body["complete"], body["exit_code"]) == ("in_doubt", False, 8)
    assert fates(body) == {"in_doubt"}
    assert body["operations"][0]["detail"] == "the commit's outcome is unknown"


def test_a_transaction_that_was_rolled_back() -> None:
    undone = report(Outcome.FAILED, Status.DONE, Status.FAILED, error=ValueError("a secret")).rolled_back()
    body = body_of(undone)
    assert fates(body) == {"not_started", "failed"}
    assert body["error"] == "unexpected ValueError"
    assert body["exit_code"] == ExitCode.RUNTIME


def test_json_says_what_text_says_of_it() -> None:
    """P14: the text tells the hint, and whether it was a destroy."""
    failed = report(
        Outcome.FAILED, Status.DONE, Status.NOT_STARTED, error=IncompleteError("gone", hint="idpctl plan")
    )
    assert body_of(failed)["hint"] == "idpctl plan"
    assert body_of(report(Outcome.COMPLETE, Status.DONE), destroy=True)["destroy"] is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "list"},
        {"outcome": "done"},
        {"complete": False},
        {"exit_code": 8},
        {"error": "why"},
        {"added": -1},
        {"fingerprint": "sha256:0"},
        {"format_version": "2.0"},
        {"operations": [{"address": "okta"}]},
        {"outcome": "failed"},
    ],
)
def test_what_contradicts_itself_is_refused(wrong: dict[str, Any]) -> None:
    body = body_of(report(Outcome.COMPLETE, Status.DONE))
    assert not accepts("result", {**body, **wrong})
    assert accepts("result", {**body, "later": "members of a minor version"})
