"""Rego written for Terraform's plans, on ours: by a Rego engine, by conftest and OPA where they are."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from regopy import Interpreter

from tests.scenarios.snapshots import FOLDER
from tests.support.cli import REPOSITORY
from tests.support.workspace import pinned

if TYPE_CHECKING:
    from tests.support.workspace import Here

RULES = REPOSITORY / "examples" / "policy" / "rego"
CASES = sorted(path.parent.name for path in FOLDER.glob("*/plan.json"))


def plan_of(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / case / "plan.json").read_text(encoding="utf-8"))
    return found


def asked(query: str, plan: dict[str, Any], approvals: dict[str, list[str]] | None = None) -> Any:
    """Return what a query says about a plan, with the example's rules and `approvals` beside it."""
    engine = Interpreter()
    engine.add_module("example", (RULES / "identity_providers.rego").read_text(encoding="utf-8"))
    engine.add_data({} if approvals is None else {"approvals": approvals})
    engine.set_input(plan)
    (answer,) = engine.query(query).results
    return answer.expressions[-1]


def denied(plan: dict[str, Any], **approvals: list[str]) -> list[str]:
    return sorted(asked("data.main.deny", plan, approvals or None))


DENIED = {
    "delete": ["identity_provider.vault is protected and would be deleted: unprotect it first"],
    "errored": ["the plan has errors"],
    "partial": ["the plan is not complete: plan without --only, and with every provider resolved"],
    "drift": [
        "identity_provider.workforce would change whom it trusts (enabled): name it in approvals.trust"
    ],
    "replace": ["identity_provider.workforce would be replaced: name it in approvals.replace"],
    "replace-with-gap": [
        "identity_provider.workforce would be gone for a moment: let its replacement create first",
        "identity_provider.workforce would be replaced: name it in approvals.replace",
    ],
    "trust": [
        "identity_provider.partners would change whom it trusts (issuer): name it in approvals.trust",
        "identity_provider.workforce would change whom it trusts (jwks_endpoint): name it in approvals.trust",
    ],
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_example_denies(case: str) -> None:
    assert denied(plan_of(case)) == DENIED.get(case, [])


def test_what_was_approved_by_name_is_not_denied() -> None:
    assert denied(plan_of("replace"), replace=["workforce"]) == []
    assert denied(plan_of("replace"), trust=["workforce"]) == DENIED["replace"]
    assert denied(plan_of("trust"), trust=["workforce"]) == DENIED["trust"][:1]
    assert denied(plan_of("trust"), trust=["workforce", "partners"]) == []


def test_deletes_are_counted_for_a_warning() -> None:
    assert asked("data.main.warn", plan_of("delete")) == ["2 to delete: see that nobody uses them any more"]
    assert asked("data.main.warn", plan_of("create")) == []


def test_the_delete_of_a_protected_provider_is_denied(here: Here) -> None:
    here.write({"okta": pinned("okta", lifecycle={"protect": True}), "azure": pinned("azure")})
    here.apply()
    here.declare("azure")
    plan = here.plan("--allow-destroy", "okta")
    assert denied(plan) == ["identity_provider.okta is protected and would be deleted: unprotect it first"]


# How policies for Terraform's plans are written: the query, and what Python makes of the same plan.
def deletes(plan: dict[str, Any]) -> int:
    return sum("delete" in change["change"]["actions"] for change in plan["resource_changes"])


def creates(plan: dict[str, Any]) -> int:
    return sum("create" in change["change"]["actions"] for change in plan["resource_changes"])


IDIOMS: dict[str, Any] = {
    'count([1 | input.resource_changes[_].change.actions[_] == "delete"])': deletes,
    'count([1 | input.resource_changes[_].change.actions[_] == "create"])': creates,
    'count([c | c := input.resource_changes[_]; c.type == "identity_provider"])': lambda plan: len(
        plan["resource_changes"]
    ),
    'count({c.address | c := input.resource_changes[_]; c.change.actions == ["create"]})': lambda plan: sum(
        change["change"]["actions"] == ["create"] for change in plan["resource_changes"]
    ),
    "count([c | c := input.resource_changes[_]; c.change.after.enabled == false])": lambda plan: sum(
        (change["change"]["after"] or {}).get("enabled") is False for change in plan["resource_changes"]
    ),
    "count([c | c := input.resource_changes[_]; c.change.before == null])": lambda plan: sum(
        change["change"]["before"] is None for change in plan["resource_changes"]
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("query", IDIOMS)
def test_idioms_of_terraform_policies_count_what_is_there(query: str, case: str) -> None:
    plan = plan_of(case)
    assert asked(query, plan) == IDIOMS[query](plan)


def test_the_plans_hold_what_the_idioms_count() -> None:
    plans = [plan_of(case) for case in CASES]
    assert all(any(count(plan) for plan in plans) for count in IDIOMS.values())


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on the PATH")
    return found


@pytest.mark.parametrize("case", CASES)
def test_conftest_reads_a_plan_as_it_is(case: str) -> None:
    command = [program("conftest"), "test", FOLDER / case / "plan.json", "--policy", RULES, "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    (result,) = json.loads(done.stdout)
    assert sorted(failure["msg"] for failure in result.get("failures", ())) == DENIED.get(case, [])
    assert (done.returncode == 0) is (case not in DENIED)


@pytest.mark.parametrize("case", CASES)
def test_opa_reads_a_plan_as_it_is(case: str) -> None:
    command = [program("opa"), "eval", "-i", FOLDER / case / "plan.json", "-d", RULES, "data.main.deny"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert sorted(json.loads(done.stdout)["result"][0]["expressions"][0]["value"]) == DENIED.get(case, [])
