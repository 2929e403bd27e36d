"""Applies, checks, inventories and errors as Markdown, and the command that applies what was shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idpctl.asked import Discovery, Inputs
from idpctl.errors import InvalidInputError, RegistryError, Severity
from idpctl.inventory import Row
from idpctl.inventory import Status as Standing
from idpctl.plan import Action, Plan, Verb
from idpctl.render.command_line import apply_command
from idpctl.render.markdown import page, render
from idpctl.render.outcome import Applied, Discovered, Listed, Validated
from idpctl.render.view import View
from idpctl.report import OperationResult, Outcome, Report, Status
from tests.render.plans import TARGET, applied, imported, planned, problem, unmanaged, wanted
from tests.support.markdown import seen

PLAN = planned([wanted("okta", name="new"), wanted("azure")], [applied(wanted("okta"), "r-1")])


def operation(name: str, status: Status, **values: Any) -> OperationResult:
    given = {"address": "okta", "action": Action.REPLACE, "verb": Verb.CREATE, **values}
    return OperationResult(name=name, status=status, **given)


def lines_of(subject: Any, **options: Any) -> list[str]:
    return render(View(subject=subject, **options)).splitlines()


def test_a_complete_apply_says_terraforms_sentence_and_lists_its_operations() -> None:
    done = (operation("new", Status.DONE), operation("okta", Status.DONE, verb=Verb.DELETE))
    report = Report(op="op-7", operations=done, outcome=Outcome.COMPLETE)
    assert lines_of(Applied(plan=PLAN, report=report)) == [
        lines_of(PLAN)[0].replace("plan", "apply"),
        "### idpctl apply: `acme/prod on sqlite .idpctl/registry.db (organization acme)`",
        "",
        "**Apply complete! Resources: 1 added, 0 changed, 1 destroyed.**\\",
        "`idpctl: 2 operations: 2 done; operation id op-7`",
        "",
        f"Fingerprint of the plan: `{PLAN.fingerprint}`",
        "",
        "| state | operation | identity provider | detail |",
        "| --- | --- | --- | --- |",
        "| done | create `new` | `okta` |  |",
        "| done | delete `okta` | `okta` |  |",
    ]


def test_an_incomplete_apply_begins_with_what_went_wrong() -> None:
    parts = (
        operation("new", Status.DONE),
        operation("next", Status.FAILED, detail="refused | by the registry"),
        operation("okta", Status.NOT_STARTED, verb=Verb.DELETE),
    )
    error = RegistryError("the connection was lost", hint="plan again")
    report = Report(op="op-7", operations=parts, outcome=Outcome.FAILED, error=error)
    text = "\n".join(lines_of(Applied(plan=PLAN, report=report)))
    assert "> [!CAUTION]\n> ```text\n> Error: the apply failed: the connection was lost" in text
    assert ">   hint: plan again" in text
    assert "| failed | create `next` | `okta` | `refused \\x7c by the registry` |" in text
    assert text.index("| done |") < text.index("| failed |") < text.index("| not started |")


def test_where_there_is_no_room_what_failed_stays() -> None:
    done = [operation(f"number-{index}", Status.DONE) for index in range(2000)]
    parts = (*done, operation("last", Status.FAILED))
    report = Report(op="op-7", operations=parts, outcome=Outcome.FAILED)
    lines = lines_of(Applied(plan=PLAN, report=report))
    assert "| failed | create `last` | `okta` |  |" in lines
    assert lines[-1].startswith("Left out to stay under 60,000 characters: ")


def test_a_destroy_is_called_one() -> None:
    plan = planned([], [applied(wanted("okta"), "r-1")], destroy=True)
    report = Report(op="op-7", operations=(), outcome=Outcome.COMPLETE)
    assert lines_of(Applied(plan=plan, report=report))[1].startswith("### idpctl destroy: ")
    assert lines_of(plan)[1].startswith("### idpctl destroy: ")


RESULTS = {
    "validate": Validated(files=("idpctl.yaml",), providers=2, problems=(problem(),)),
    "discover": Discovered(resolved=(("okta", wanted("okta")),)),
    "list": Listed(
        target=TARGET,
        rows=(
            Row(
                key="okta",
                name="Okta",
                type="okta",
                status=Standing.DRIFTED,
                issuer="",
                enabled=True,
                detail="",
            ),
        ),
    ),
}


@pytest.mark.parametrize("kind", RESULTS)
def test_other_results_are_their_text_below_what_it_comes_to(kind: str) -> None:
    lines = lines_of(RESULTS[kind])
    assert lines[:2] == [f"<!-- idpctl:{kind} -->", f"### idpctl {kind}"]
    assert lines[3].startswith("`idpctl: ")
    assert seen("\n".join(lines)).tags.count("pre") == 1


def test_a_long_result_is_cut_at_the_limit() -> None:
    many = tuple(problem(message=f"number {index}") for index in range(3000))
    text = page(View(subject=Validated(files=(), providers=0, problems=many)), 10_000)
    assert len(text) <= 10_000
    assert text.splitlines()[-1].startswith("Left out to stay under 10,000 characters: ")


def test_an_error_is_a_caution_with_its_findings_below_and_errors_before_warnings() -> None:
    found = [problem("DSC-09", Severity.WARNING), problem(), problem("CFG-12", suppressed="agreed")]
    error = InvalidInputError("it is not valid", hint="mend it", where="idpctl.yaml:1", problems=found)
    text = "\n".join(lines_of(error))
    assert text.startswith(
        "<!-- idpctl:error -->\n### idpctl\n\n> [!CAUTION]\n> ```text\n> Error: it is not valid"
    )
    assert ">   hint: mend it" in text
    assert 0 < text.index("DSC-06") < text.index("DSC-09")
    assert "CFG-12" not in text


def with_layers(plan: Plan, *layers: str) -> Plan:
    return replace_plan(plan, inputs=Inputs(layers=layers))


def replace_plan(plan: Plan, **values: Any) -> Plan:
    return replace(plan, **values)


COMMANDS = {
    "idpctl apply --approve": planned([wanted("okta")], []),
    "idpctl apply -f base.yaml -f 'my prod.yaml' --approve": with_layers(
        planned([wanted("okta")], []), "base.yaml", "my prod.yaml"
    ),
    "idpctl apply --lock-file 'my lock.yaml' --discovery lock --approve": replace_plan(
        planned([wanted("okta")], [], discovery=Discovery.LOCK), inputs=Inputs(lock_file="my lock.yaml")
    ),
    "idpctl apply --only 'ok*' --discovery skip --strict --approve": planned(
        [wanted("okta")], [], only=("ok*",), discovery=Discovery.SKIP, strict=True
    ),
    "idpctl apply --allow-replace okta --approve": planned(
        [wanted("okta", name="new")], [applied(wanted("okta"), "r-1")], allow_replace=frozenset({"okta"})
    ),
    "idpctl apply --approve sha256:": planned([wanted("okta", name="new")], [applied(wanted("okta"), "r-1")]),
    "idpctl destroy --max-deletes 1 --approve": planned(
        [], [applied(wanted("okta"), "r-1")], destroy=True, max_deletes=1
    ),
    "idpctl import okta": imported([wanted("okta")], [unmanaged("okta")]),
}


@pytest.mark.parametrize("begin", COMMANDS)
def test_the_command_makes_the_same_plan_and_approves_it(begin: str) -> None:
    plan = COMMANDS[begin]
    command = apply_command(plan)
    assert command.startswith(begin)
    assert command.endswith(plan.fingerprint) is not plan.options.adopt
    assert f"```sh\n{command}\n```" in render(View(subject=plan))


def test_what_is_still_to_be_allowed_is_said_and_not_slipped_into_the_command() -> None:
    plan = planned([wanted("okta", name="new")], [applied(wanted("okta"), "r-1")])
    assert "--allow-replace" not in apply_command(plan)
    assert "**Blocked** until allowed by name: `--allow-replace okta`" in render(View(subject=plan))


def test_many_closed_gates_are_counted() -> None:
    keys = [f"okta{index}" for index in range(60)]
    plan = planned(
        [wanted(key, name=f"{key}-new") for key in keys], [applied(wanted(key), key) for key in keys]
    )
    assert render(View(subject=plan)).rstrip().endswith(" and 10 more")


def test_an_errored_plan_offers_no_command() -> None:
    text = render(View(subject=planned([wanted("okta")], [], problems=[problem(), problem()])))
    assert "**Nothing can be applied: 2 checks failed.**" in text
    assert "```sh" not in text


def test_who_uses_a_record_stands_beside_what_becomes_of_it() -> None:
    used = [replace(applied(wanted(key), key), usage=("orders-api",)) for key in ("okta", "gone")]
    text = render(View(subject=planned([wanted("okta", name="new")], used)))
    assert "> - **Delete** of `gone`: record `gone`; used by `orders-api`" in text
    assert "no gap`; used by `orders-api`" in text
