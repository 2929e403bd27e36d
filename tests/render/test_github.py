"""What GitHub's runner reads: annotations, outputs; no text makes a command or an output of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from idpctl.errors import ExitCode, InvalidInputError, Severity, Source
from idpctl.plan import Action, Verb
from idpctl.render.github import MOST, render
from idpctl.render.github_files import outputs, summary
from idpctl.render.outcome import Applied, Validated
from idpctl.render.view import View
from idpctl.report import OperationResult, Outcome, Report, Status
from tests.render.hostile import CORPUS, SECRET, plans_with, results_with
from tests.render.plans import applied, planned, problem, wanted
from tests.render.strategies import plans

if TYPE_CHECKING:
    from idpctl.plan import Plan
    from idpctl.render.view import Subject

COMMAND = re.compile(
    r"::(error|warning|notice) title=[^:,\n]+(,file=[^:,\n]*,line=[0-9]+,col=[0-9]+)?::[^\r\n]*"
)
OUTPUT = re.compile(r"[a-z_]+=[a-z0-9:_]*")


def annotations(subject: Subject, **options: Any) -> list[str]:
    return render(View(subject=subject, **options)).splitlines()


def told(subject: Subject, exit_code: ExitCode = ExitCode.DONE) -> dict[str, str]:
    lines = outputs(View(subject=subject, exit_code=exit_code)).splitlines()
    return dict(line.split("=") for line in lines)


def must_be_harmless(subject: Subject) -> None:
    text = render(View(subject=subject, verbose=True))
    assert all(character.isprintable() or character == "\n" for character in text)
    assert SECRET not in text
    for line in text.splitlines():
        assert COMMAND.fullmatch(line), ascii(line)
        assert "##[" not in line
    for line in outputs(View(subject=subject)).splitlines():
        assert OUTPUT.fullmatch(line), ascii(line)


@pytest.mark.parametrize("text", CORPUS, ids=ascii)
def test_no_text_makes_a_command_or_an_output(text: str) -> None:
    for subject in [*plans_with(text), *results_with(text, "github")]:
        must_be_harmless(subject)


@pytest.mark.unmeasured
@given(plans)
def test_no_plan_makes_a_command_or_an_output(plan: Plan) -> None:
    must_be_harmless(plan)


def test_an_annotation_stands_at_its_line_of_the_repository() -> None:
    found = problem(source=Source(file="providers/okta.yaml", line=7, column=13))
    (line,) = annotations(planned([], [], problems=[found]), base="deploy/idp")
    assert line.startswith(
        "::error title=DSC-06,file=deploy/idp/providers/okta.yaml,line=7,col=13::workforce.issuer: "
    )
    assert line.endswith("the issuer differs from the served one by its final slash (remove the override)")


def test_signs_of_the_command_itself_are_escaped() -> None:
    source = Source(file="a,b:c%.yaml", line=1, column=2)
    found = problem(message="100%: a,b", hint=None, source=source, address=None, path=None)
    assert annotations(planned([], [], problems=[found])) == [
        "::error title=DSC-06,file=a%2Cb%3Ac%25.yaml,line=1,col=2::100%25: a,b"
    ]


def test_each_level_has_its_findings_and_what_is_suppressed_has_none() -> None:
    found = [problem("DSC-09", Severity.WARNING), problem(), problem("CFG-12", suppressed="agreed")]
    assert [line.split(" ")[0] for line in annotations(planned([], [], problems=found))] == [
        "::error",
        "::warning",
    ]


def test_dangerous_changes_are_warnings() -> None:
    stolen = applied(wanted("stolen"), "r-1", jwks_endpoint="https://evil.example.com/jwks")
    records = [stolen, applied(wanted("renamed"), "r-2"), applied(wanted("gone"), "r-3")]
    plan = planned([wanted("stolen", line=9), wanted("renamed", name="new")], records)
    told = [line.partition(" (")[0].split("::", 2)[1:] for line in annotations(plan)]
    assert told == [
        ["warning title=REV-02,file=idpctl.yaml,line=9,col=3", told[0][1]],
        [
            "warning title=REV-03,file=idpctl.yaml,line=3,col=3",
            'renamed: the record "renamed" is replaced: name',
        ],
        ["warning title=REV-04", 'gone: the record "gone" is deleted'],
        ["warning title=REV-01,file=idpctl.yaml,line=9,col=3", told[3][1]],
    ]
    assert '"https://evil.example.com/jwks" -> "https://stolen.okta.example/' in told[0][1]
    assert told[3][1] == 'stolen: the record "stolen" was changed outside idpctl: jwks_endpoint'


@pytest.mark.parametrize("number", [MOST, MOST + 1, 500])
def test_no_more_than_ten_of_a_level_and_the_last_one_counts_the_rest(number: int) -> None:
    lines = annotations(planned([], [], problems=[problem(message=str(index)) for index in range(number)]))
    assert len(lines) == MOST
    if number > MOST:
        assert lines[-1].startswith(f"::error title=idpctl::and {number - MOST + 1} more")


def test_an_error_is_annotated_with_its_rule_and_findings() -> None:
    error = InvalidInputError("it is not valid", hint="mend it", rule="YML-01", problems=[problem()])
    first, second = annotations(error)
    assert first == "::error title=YML-01::it is not valid (mend it)"
    assert second.startswith(
        "::error title=DSC-06,file=providers/okta.yaml,line=7,col=13::workforce.issuer: "
    )


def report(outcome: Outcome, status: Status) -> Applied:
    done = OperationResult(address="okta", action=Action.CREATE, verb=Verb.CREATE, name="okta", status=status)
    return Applied(
        plan=planned([wanted("okta")], []), report=Report(op="1", operations=(done,), outcome=outcome)
    )


def test_an_apply_is_annotated_only_when_something_is_left() -> None:
    assert annotations(report(Outcome.COMPLETE, Status.DONE)) == []
    assert annotations(report(Outcome.FAILED, Status.FAILED)) == [
        "::error title=idpctl::the apply is not complete: the log and the summary say what is left"
    ]


def test_outputs_of_a_plan_say_what_later_steps_decide_by() -> None:
    stolen = applied(wanted("stolen"), "r-1", jwks_endpoint="https://evil.example.com/jwks")
    plan = planned([wanted("stolen"), wanted("new")], [stolen, applied(wanted("gone"), "r-2")])
    assert told(plan, ExitCode.CHANGES) == {
        "exit_code": "2",
        "fingerprint": plan.fingerprint,
        "has_changes": "true",
        "has_replacements": "false",
        "has_deletes": "true",
        "has_trust_changes": "true",
        "has_drift": "true",
        "has_errors": "false",
        "applyable": "false",
        "blocked": "true",
        "complete": "true",
        "create": "1",
        "update": "1",
        "replace": "0",
        "delete": "1",
        "import": "0",
        "move": "0",
        "unchanged": "0",
    }


def test_outputs_of_other_runs_say_how_they_ended_and_nothing_that_is_not_known() -> None:
    applied_ = told(report(Outcome.IN_DOUBT, Status.IN_DOUBT), ExitCode.INCOMPLETE)
    assert applied_["outcome"] == "in_doubt"
    assert applied_["complete"] == "false"
    assert applied_["added"] == "0"
    valid = Validated(files=(), providers=1, problems=(problem(suppressed="agreed"),))
    assert told(valid) == {"exit_code": "0", "valid": "true"}
    assert told(InvalidInputError("no"), ExitCode.INVALID) == {"exit_code": "3"}


def test_the_summary_leaves_room_for_the_next_step() -> None:
    text = summary(View(subject=planned([wanted("okta")], [])))
    assert text.startswith("<!-- idpctl:plan:")
    assert text.endswith("\n\n")
