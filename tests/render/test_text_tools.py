"""What tfcmt, Atlantis and dflook's actions read out of our text: their expressions, held as facts."""

from __future__ import annotations

import re

import pytest

from idpctl.errors import IncompleteError, Severity
from idpctl.model import Lifecycle, ReplaceOrder
from idpctl.plan import Action, Plan, Verb
from idpctl.render.outcome import Applied
from idpctl.render.table import renderer
from idpctl.render.view import View
from idpctl.report import OperationResult, Outcome, Report, Status
from tests.render.plans import applied, imported, lines_of, planned, problem, renamed, unmanaged, wanted

# suzuki-shunsuke/tfcmt after v4.14.18 (at 19ae3d2), pkg/terraform/parser.go.
PASS = re.compile(r"^(Plan: \d|No changes.)", re.MULTILINE)
FAIL = re.compile(r"^([│|] )?(Error: )", re.MULTILINE)
WARNING = re.compile(r"^([│|] )?(Warning: )", re.MULTILINE)
OUTPUTS = re.compile(r"^Changes to Outputs:", re.MULTILINE)
DESTROYS = re.compile(r"([1-9][0-9]* to destroy.)", re.MULTILINE)
NOTHING = re.compile(
    r"^(No changes\.|Plan: (\d+ to import, )?0 to add, 0 to change, 0 to destroy\.)", re.MULTILINE
)
RESOURCES = {
    "created": re.compile(r"^ *# (.*) will be created$"),
    "updated": re.compile(r"^ *# (.*) will be updated in-place$"),
    "deleted": re.compile(r"^ *# (.*) will be destroyed$"),
    "replaced": re.compile(r"^ *# (.*?)(?: is tainted, so)? must be replaced$"),
    "replaced as requested": re.compile(r"^ *# (.*?) will be replaced, as requested$"),
    "replaced with another": re.compile(
        r"^ *# (.*?) will be replaced due to changes in replace_triggered_by$"
    ),
    "imported": re.compile(r"^ *# (.*?) will be imported$"),
    "imported and changed": re.compile(r"^ *# \(imported from (.*?)\)$"),
    "moved": re.compile(r"^ *# (.*?) has moved to (?:.*?)$"),
}
MOVED_FROM = re.compile(r"^ *# \(moved from (.*?)\)$")
SECTION = "Terraform will perform the following actions:"
RULES = ("─────", "-----")
APPLIED = re.compile(r"^(Apply complete!)", re.MULTILINE)
APPLY_FAILED = re.compile(r"^(Error: )", re.MULTILINE)
# runatlantis/atlantis after v0.47.1 (at 078d0a8), server/events/models/models.go and, for the marks,
# server/core/runtime/plan_step_runner.go.
CHANGES = re.compile(
    r"Plan: (?:(\d+) to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy(?:, (\d+) to forget)?\."
)
SAME = re.compile(
    r"No changes. (Infrastructure is up-to-date|Your infrastructure matches the configuration)."
)
OUTSIDE = "Note: Objects have changed outside of Terraform"
# dflook/terraform-github-actions (at 8c087b3 and 419830a), image/src/plan_summary/__main__.py and
# image/src/github_pr_comment/cmp.py; both match at the start of a line.
COUNTS = re.compile(r"(\d+) to (\w+)")
MOVES = re.compile(r"  # \S+ has moved to \S+$")
SUMMARY = re.compile(r"Plan: \d+ to add, \d+ to change, \d+ to destroy")
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
    "replace, delete first": (
        planned(
            [wanted("okta", name="new", lifecycle=Lifecycle(replace=ReplaceOrder.DELETE_FIRST))], [RECORD]
        ),
        "replaced",
        (0, 1, 0, 1),
    ),
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


def test_tfcmt_sees_no_warning_of_ours_and_still_knows_the_result() -> None:
    plan = planned([OKTA], [], problems=[problem(severity=Severity.WARNING)])
    text = "\n".join(lines_of(plan))
    # It would take everything from there to the end, the result too, for the warning.
    assert WARNING.search(text) is None
    assert FAIL.search(text) is None
    assert PASS.search(text) is not None


@plans
def test_tfcmt_finds_no_section_that_it_would_not_find_the_end_of(
    plan: Plan, kind: str | None, counts: object
) -> None:
    lines = lines_of(plan)
    assert SECTION not in lines
    assert not any(line.startswith(RULES) for line in lines)
    assert OUTPUTS.search("\n".join(lines)) is None
    assert counts is None or kind is not None


def test_tfcmt_lists_a_key_that_was_renamed_and_changed_as_both() -> None:
    lines = lines_of(renamed(description="newer"))
    (number,) = [index for index, line in enumerate(lines) if MOVED_FROM.match(line)]
    former = MOVED_FROM.match(lines[number])
    # It reads the new address out of the line above.
    now = RESOURCES["updated"].match(lines[number - 1])
    assert former is not None
    assert now is not None
    assert (former.group(1), now.group(1)) == ("identity_provider.former", ADDRESS)


def test_nothing_to_destroy_is_no_change_to_tfcmt() -> None:
    lines = lines_of(planned([], [], destroy=True))
    assert [line for line in lines if NOTHING.match(line)] == ["No changes. No objects need to be destroyed."]


@plans
def test_dflooks_actions_count(
    plan: Plan, kind: str | None, counts: tuple[int, int, int, int] | None
) -> None:
    lines = lines_of(plan)
    found = {
        word: int(number)
        for line in lines
        if line.startswith("Plan:")
        for number, word in COUNTS.findall(line)
    }
    names = ("import", "add", "change", "destroy")
    expected = {} if counts is None else dict(zip(names, counts, strict=True))
    assert {"import": 0, **found} == {"import": 0, **expected}
    assert sum(MOVES.match(line) is not None for line in lines) == (kind == "moved")
    # With imports even Terraform's own line is none to the second one.
    assert any(SUMMARY.match(line) for line in lines) == (counts is not None and not counts[0])


def applied_text(status: Status, outcome: Outcome, error: Exception | None = None) -> str:
    done = OperationResult(address="okta", action=Action.CREATE, verb=Verb.CREATE, name="okta", status=status)
    report = Report(op="op-1", operations=(done,), outcome=outcome, error=error)
    return renderer("text")(View(subject=Applied(plan=PLANS["create"][0], report=report), verbose=True))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (Status.DONE, Outcome.COMPLETE),
        (Status.FAILED, Outcome.FAILED),
        (Status.DONE, Outcome.FAILED),
        (Status.NOT_STARTED, Outcome.INTERRUPTED),
        (Status.IN_DOUBT, Outcome.IN_DOUBT),
    ],
)
def test_tfcmt_knows_how_an_apply_ended(status: Status, outcome: Outcome) -> None:
    text = applied_text(status, outcome, None if outcome is Outcome.COMPLETE else IncompleteError("gone"))
    complete = outcome is Outcome.COMPLETE
    assert (APPLIED.search(text) is not None) == complete
    assert (APPLY_FAILED.search(text) is not None) == (not complete)
    (result,) = [line for line in text.split("\n") if APPLIED.match(line) or APPLY_FAILED.match(line)]
    if complete:
        assert result == "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."


def test_the_end_of_a_destroy_is_terraforms_and_none_to_tfcmt() -> None:
    plan = planned([], [RECORD], destroy=True)
    gone = OperationResult(
        address="okta", action=Action.DELETE, verb=Verb.DELETE, name="okta", status=Status.DONE
    )
    report = Report(op="op-1", operations=(gone,), outcome=Outcome.COMPLETE)
    text = renderer("text")(View(subject=Applied(plan=plan, report=report)))
    assert text.startswith("Destroy complete! Resources: 1 destroyed.\n")
    assert APPLIED.search(text) is None
    assert APPLY_FAILED.search(text) is None
