"""Findings and errors, as people read them."""

from __future__ import annotations

import pytest

from idpctl.errors import InvalidInputError, Problem, Severity, Source, StaleError
from idpctl.render.problems import error_text, hidden, plural, problem_lines, tally
from idpctl.render.style import palette
from tests.render.plans import problem


def test_a_finding_has_place_rule_message_and_hint() -> None:
    assert problem_lines([problem()]) == [
        f"  error    DSC-06  providers/okta.yaml:7:13  workforce.issuer: {problem().message}",
        "           hint: remove the override",
    ]


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"source": None}, "  error    DSC-06  workforce.issuer: no"),
        ({"source": None, "path": None}, "  error    DSC-06  workforce: no"),
        ({"source": None, "path": None, "address": None}, "  error    DSC-06  no"),
        ({"path": None, "address": None}, "  error    DSC-06  providers/okta.yaml:7:13: no"),
        ({"address": "a b"}, '  error    DSC-06  providers/okta.yaml:7:13  "a b".issuer: no'),
        (
            {"source": Source(file="my file.yaml", line=1), "path": None},
            '  error    DSC-06  "my file.yaml":1:1  workforce: no',
        ),
        ({"source": None, "severity": Severity.WARNING}, "  warning  DSC-06  workforce.issuer: no"),
        ({"source": None, "severity": Severity.INFO}, "  note     DSC-06  workforce.issuer: no"),
    ],
)
def test_what_is_not_known_is_left_out(values: dict[str, object], line: str) -> None:
    assert problem_lines([problem(message="no", hint=None, **values)], verbose=True) == [line]


def test_errors_come_first_then_places_count() -> None:
    late = problem("A-1", Severity.WARNING, source=Source(file="a.yaml", line=1))
    first = problem("A-2", source=Source(file="b.yaml", line=9))
    second = problem("A-3", source=Source(file="b.yaml", line=10))
    note = problem("A-4", Severity.INFO)
    ignored = problem("A-5", suppressed="agreed")
    lines = problem_lines([ignored, note, late, second, first], verbose=True)
    assert [line.split()[1] for line in lines if not line.startswith(" " * 11)] == [
        "A-2",
        "A-3",
        "A-1",
        "A-4",
        "A-5",
    ]


def test_suppressed_findings_and_notes_are_shown_when_asked_for() -> None:
    quiet = [problem(suppressed="agreed with security"), problem(severity=Severity.INFO)]
    assert problem_lines(quiet) == []
    assert hidden(quiet)
    assert not hidden([problem()])
    lines = problem_lines(quiet, verbose=True)
    assert lines[2].startswith("  ignored  DSC-06")
    assert lines[3] == '           suppressed: "agreed with security"'


def test_many_warnings_leave_errors_in_sight() -> None:
    many = [problem(f"W-{number:03}", Severity.WARNING, hint=None) for number in range(80)]
    lines = problem_lines([*many, problem(hint=None)])
    assert len(lines) == 1 + 50 + 1
    assert lines[0].startswith("  error")
    assert lines[-1] == "  ... and 30 more warnings (-v shows them)"
    assert len(problem_lines(many, verbose=True)) == 80
    assert len(problem_lines([problem(hint=None)] * 200)) == 200


@pytest.mark.parametrize(
    ("problems", "words"),
    [
        ([], ""),
        ([problem()], "1 error"),
        ([problem(), problem(), problem(severity=Severity.WARNING)], "2 errors, 1 warning"),
        ([problem(severity=Severity.INFO), problem(suppressed="x")], "1 note, 1 suppressed"),
        ([problem()] * 10, "10 errors"),
    ],
)
def test_tally(problems: list[object], words: str) -> None:
    assert tally(problems) == words  # type: ignore[arg-type]


def test_plurals() -> None:
    assert [plural(1, "check"), plural(0, "check"), plural(2, "property", "properties")] == [
        "1 check",
        "0 checks",
        "2 properties",
    ]


def test_an_error_alone() -> None:
    assert error_text(StaleError("the plan is stale")) == "Error: the plan is stale\n"


def test_an_error_with_everything() -> None:
    error = InvalidInputError(
        "the configuration has errors",
        hint="correct them",
        where=Source(file="idpctl.yaml", line=4, column=2),
        rule="CFG-03",
        problems=[problem(hint=None)],
    )
    assert error_text(error).splitlines() == [
        "Error: the configuration has errors",
        "  at idpctl.yaml:4:2 (CFG-03)",
        f"  error    DSC-06  providers/okta.yaml:7:13  workforce.issuer: {problem().message}",
        "  hint: correct them",
    ]


def test_an_error_with_its_rule_alone() -> None:
    assert error_text(InvalidInputError("no", rule="PLF-01")) == "Error: no\n  (PLF-01)\n"


def test_colours_mark_the_severity() -> None:
    colors = palette(color=True)
    error, warning = problem(hint=None), problem(severity=Severity.WARNING, hint=None)
    assert problem_lines([error], colors)[0].startswith("  \x1b[31merror\x1b[0m    DSC-06")
    assert problem_lines([warning], colors)[0].startswith("  \x1b[33mwarning\x1b[0m  DSC-06")
    assert error_text(StaleError("no"), color=True) == "\x1b[31mError: \x1b[0mno\n"


def test_a_discovered_url_is_not_repeated_before_every_finding() -> None:
    url = "https://idp.example.com/.well-known/openid-configuration"
    found = Problem(
        rule="DSC-01", severity=Severity.ERROR, message="not found", address=url, path="well_known_url"
    )
    (line, *_) = problem_lines([found], palette(color=False), verbose=False)
    assert line.split() == ["error", "DSC-01", "not", "found"]
