"""What tfcmt and Atlantis read out of our text: their expressions, held as facts."""

from __future__ import annotations

import re

import pytest

from idpctl.plan import Action, Plan, Verb
from idpctl.render.outcome import Applied
from idpctl.render.table import renderer
from idpctl.render.view import View
from idpctl.report import OperationResult, Outcome, Report, Status
from tests.render.plans import applied, imported, lines_of, planned, problem, renamed, unmanaged, wanted

# What tfcmt's parser (in pkg/terraform) matches.
PASS = re.compile(r"^(Plan: \d|No changes.)", re.MULTILINE)
FAIL = re.compile(r"^([│|] )?(Error: )", re.MULTILINE)
DESTROYS = re.compile(r"([1-9][0-9]* to destroy.)", re.MULTILINE)
NOTHING = re.compile(
    r"^(No changes\.|Plan: (\d+ to import, )?0 to add, 0 to change, 0 to destroy\.)", re.MULTILINE
)
RESOURCES = {
    "created": re.compile(r"^ *# (.*) will be created$"),
    "updated": re.compile(r"^ *# (.*) will be updated in-place$"),
    "deleted": re.compile(r"^ *# (.*) will be destroyed$"),
    "replaced": re.compile(r"^ *# (.*?)(?: is tainted, so)? must be replaced$"),
    "imported": re.compile(r"^ *# (.*?) will be imported$"),
    "moved": re.compile(r"^ *# (.*?) has moved to (?:.*?)$"),
}
APPLIED = re.compile(r"^(Apply complete!)", re.MULTILINE)
# What Atlantis matches, in its models and in its plan step.
CHANGES = re.compile(
    r"Plan: (?:(\d+) to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy(?:, (\d+) to forget)?\."
)
SAME = re.compile(
    r"No changes. (Infrastructure is up-to-date|Your infrastructure matches the configuration)."
)
OUTSIDE = "Note: Objects have changed outside of Terraform"
MARKS = {"+": r"^ {2}\+", "~": r"^ {2}~", "-": r"^ {2}-"}

OKTA = wanted("okta")
RECORD = applied(OKTA, "r-1")
ADDRESS = "identity_provider.okta"
PLANS: dict[str, tuple[Plan, str | None, tuple[int, int, int, int] | None]] = {
    "create": (planned([OKTA], []), "created", (0, 1, 0, 0)),
    "update": (planned([wanted("okta", description="x")], [RECORD]), "updated", (0, 0, 1, 0)),
    "drift": (planned([OKTA], [applied(OKTA, "r-1", enabled=False)]), "updated", (0, 0, 1, 0)),
    "delete": (planned([], [RECORD]), "deleted", (0, 0, 0, 1)),
    "replace": (planned([wanted("okta", name="new")], [RECORD]), "replaced", (0, 1, 0, 1)),
    "import": (imported([OKTA], [unmanaged("okta")]), "imported", (1, 0, 0, 0)),
    "move": (renamed(), "moved", (0, 0, 0, 0)),
    "nothing": (planned([OKTA], [RECORD]), None, None),
}
plans = pytest.mark.parametrize(("plan", "kind", "counts"), PLANS.values(), ids=PLANS)


@plans
def test_tfcmt_lists_the_resource(plan: Plan, kind: str | None, counts: object) -> None:
    found = {
        name: [match.group(1) for line in lines_of(plan) if (match := expression.match(line))]
        for name, expression in RESOURCES.items()
    }
    subject = "identity_provider.former" if kind == "moved" else ADDRESS
    assert found == {name: [subject] if name == kind else [] for name in RESOURCES}
    assert counts is None or kind is not None


@plans
def test_tfcmt_knows_the_result(
    plan: Plan, kind: str | None, counts: tuple[int, int, int, int] | None
) -> None:
    text = "\n".join(lines_of(plan))
    (result,) = [line for line in text.split("\n") if PASS.match(line)]
    assert FAIL.search(text) is None
    assert (DESTROYS.search(result) is not None) == (kind in {"deleted", "replaced"})
    assert (NOTHING.search(result) is not None) == (counts is None or not any(counts[1:]))


@plans
def test_atlantis_counts(plan: Plan, kind: str | None, counts: tuple[int, int, int, int] | None) -> None:
    text = "\n".join(lines_of(plan))
    found = [tuple(int(number or 0) for number in match) for match in CHANGES.findall(text)]
    assert found == ([] if counts is None else [(*counts, 0)])
    assert (SAME.search(text) is not None) == (kind is None)
    # tfcmt looks for the end of this section too, and fails without it.
    assert OUTSIDE not in text


@pytest.mark.parametrize(("case", "sign"), [("create", "+"), ("update", "~"), ("delete", "-")])
def test_atlantis_moves_the_sign_to_the_margin_of_a_diff(case: str, sign: str) -> None:
    lines = lines_of(PLANS[case][0])
    assert any(re.match(MARKS[sign], line) for line in lines)
    others = [pattern for mark, pattern in MARKS.items() if mark != sign]
    assert not any(re.match(pattern, line) for pattern in others for line in lines)


def test_tfcmt_takes_a_plan_with_errors_for_a_failure() -> None:
    text = "\n".join(lines_of(planned([OKTA], [], problems=[problem()])))
    assert FAIL.search(text) is not None


@pytest.mark.parametrize(
    ("status", "outcome"), [(Status.DONE, Outcome.COMPLETE), (Status.FAILED, Outcome.FAILED)]
)
def test_tfcmt_knows_how_an_apply_ended(status: Status, outcome: Outcome) -> None:
    done = OperationResult(address="okta", action=Action.CREATE, verb=Verb.CREATE, name="okta", status=status)
    report = Report(op="op-1", operations=(done,), outcome=outcome)
    text = renderer("text")(View(subject=Applied(plan=PLANS["create"][0], report=report)))
    assert (APPLIED.search(text) is not None) == (outcome is Outcome.COMPLETE)
    assert (FAIL.search(text) is not None) == (outcome is not Outcome.COMPLETE)
