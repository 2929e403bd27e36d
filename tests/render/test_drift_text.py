"""Drift as text: what a person reads who was woken by a cron job's mail."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from idpctl.drift.model import ABSENT, UNKNOWN, DriftClass, Finding, Memory, Reason, Run, Since
from idpctl.errors import CheckFailedError, Severity, Source
from tests.render.drifts import (
    BAD,
    BEFORE,
    GOOD,
    STARTED,
    accepted,
    edited,
    everything,
    found,
    held,
    report,
    skipped,
    text,
)
from tests.render.plans import TARGET, problem
from tests.render.strategies import reports

if TYPE_CHECKING:
    from idpctl.drift.model import DriftReport


def last_line(subject: DriftReport) -> str:
    return text(subject).splitlines()[-1]


def test_where_nothing_drifted_there_is_little_to_read() -> None:
    assert text(report()).splitlines() == [
        "idpctl drift: acme/prod on sqlite .idpctl/registry.db (organization acme), 1 provider",
        "",
        "idpctl: 0 registry, 0 missing, 0 upstream, 0 unmanaged, 0 foreign, 0 pending, 0 unknown",
        f"Fingerprint: {report().fingerprint}",
        "No drift.",
    ]


def test_an_edit_is_told_with_what_differs_where_it_is_declared_and_what_to_do() -> None:
    lines = text(report(edited())).splitlines()
    start = lines.index("  workforce   (idpctl.yaml:7)")
    assert lines[start + 1 : start + 6] == [
        "  ! registry  issuer: edited by hand since the last apply",
        f'        wanted    "{GOOD}"   (discovery)',
        f'        live      "{BAD}"',
        f'        {" " * 10}{" " * 14}^ "o" became "0"',
        f"        first seen {STARTED}",
    ]
    assert any(line.startswith("  registry: find out who edited it.") for line in lines[start + 6 :])


def test_the_last_line_can_be_searched_for() -> None:
    unread = found(DriftClass.UNKNOWN, "partners", name="Partners", detail="no answer")
    assert last_line(report()) == "No drift."
    assert last_line(report(edited())) == "Drift: 1 finding."
    assert last_line(report(edited(), found(path="type"))) == "Drift: 2 findings."
    assert last_line(report(accepted(edited()))) == "No drift."
    assert last_line(report(unread)) == "No drift that could be seen: 1 provider could not be read."
    assert last_line(report(edited(), unread)) == "Drift: 1 finding; 1 provider could not be read."
    assert last_line(skipped(edited())) == "Skipped: an apply was running, and the next run looks again."
    assert last_line(report(run=Run.FAILED)) == "Failed: nothing could be compared."


def test_none_of_a_thousand_findings_that_alarm_is_left_out_and_what_to_do_is_said_once() -> None:
    many = [edited(key=f"key-{number:04}", path=path) for number in range(500) for path in ("issuer", "type")]
    shown = text(report(*many))
    assert shown.count("edited by hand since the last apply") == 1000
    assert len(re.findall(r"^  key-\d{4} ", shown, re.MULTILINE)) == 500
    assert shown.count("find out who edited it") == 1
    assert shown.endswith("Drift: 1000 findings.\n")


@pytest.mark.parametrize("verbose", [False, True])
def test_of_many_that_do_not_alarm_the_first_are_shown(*, verbose: bool) -> None:
    many = [found(DriftClass.PENDING, f"key-{number:04}") for number in range(1000)]
    lines = text(report(*many), verbose=verbose).splitlines()
    assert sum(line.startswith("    pending ") for line in lines) == (1000 if verbose else 20)
    assert ("    ... and 980 more (-v shows them)" in lines) is not verbose


def test_whatever_could_not_be_read_is_named() -> None:
    many = [found(DriftClass.UNKNOWN, f"key-{number:04}", detail="no answer") for number in range(100)]
    assert text(report(*many)).count("the provider could not be read (no answer)") == 100


def test_an_acceptance_is_told_with_its_end_and_its_reason() -> None:
    assert (
        'issuer: edited by hand since the last apply; accepted until 2026-12-31: "vendor ticket 4711"'
        in text(report(accepted(edited())))
    )


def test_verbose_gives_the_entry_to_accept_what_alarms() -> None:
    finding = edited()
    lines = [line.strip() for line in text(report(finding), verbose=True).splitlines()]
    start = lines.index('- key: "workforce"')
    assert lines[start + 1] == 'path: "issuer"'
    assert lines[start + 2] == f'value_sha256: "{finding.value_sha256}"'
    assert lines[start + 4].startswith('reason: ""')
    whole = found(DriftClass.MISSING, "gone")
    assert "          path: null\n" in text(report(whole), verbose=True)
    assert finding.value_sha256 not in text(report(finding))


def test_every_remark_has_its_place() -> None:
    shown = text(everything())
    assert "as last seen: it could not be looked at now" in shown
    assert "no longer accepted: another value was accepted" in shown
    assert "applied   not known, digest 1a2b3c4d" in shown
    assert "the acceptance of gone issuer meets nothing" in shown
    assert f"first seen {BEFORE}" in shown


def test_what_is_locked_is_told_where_neither_side_holds_it() -> None:
    moved = found(
        DriftClass.UPSTREAM,
        reason=Reason.LOCKED,
        path="issuer",
        live=held("https://a.example"),
        wanted=held("https://b.example"),
        served=held("https://c.example"),
    )
    lines = text(report(moved)).splitlines()
    assert '        locked    "https://b.example"' in lines
    assert not [
        line for line in text(report(replace(moved, wanted=moved.live))).splitlines() if "locked  " in line
    ]


def test_a_side_that_nobody_knows_is_said_to_be_unknown() -> None:
    lines = text(report(edited(wanted=UNKNOWN, applied=ABSENT))).splitlines()
    assert "        wanted    not known" in lines
    assert f'        live      "{BAD}"' in lines


def test_a_run_that_could_not_look_says_so_first_and_tells_what_was_last_seen() -> None:
    since = Since(target=TARGET, started=BEFORE, fingerprint="")
    lines = text(skipped(edited(carried=True), since=since)).splitlines()
    assert lines[2].startswith("Skipped: skipped: an apply is running")
    assert "Drift, as last seen (1 finding):" in lines
    broken = CheckFailedError("no", where="idpctl.yaml:3", problems=[problem()])
    failed = text(report(run=Run.FAILED, error=broken, target=None))
    assert failed.startswith("idpctl drift: 1 provider\n\nError: no")
    assert "at idpctl.yaml:3" in failed
    assert "DSC-06" in failed


def test_a_partial_run_says_so() -> None:
    assert "(a part of them: --only)" in text(report(complete=False)).splitlines()[0]


@pytest.mark.parametrize("memory", Memory)
def test_what_no_memory_can_tell_is_said_where_it_matters(memory: Memory) -> None:
    never = found(DriftClass.PENDING, reason=Reason.NOT_CREATED)
    assert ("nothing remembers which records" in text(report(never, memory=memory))) is (
        memory is Memory.NONE
    )
    assert "nothing remembers" not in text(report(memory=memory))


def test_checks_are_told_unless_a_finding_says_the_same() -> None:
    unread = found(DriftClass.UNKNOWN, "partners", name="Partners")
    same = problem(address="partners")
    assert "Checks:" not in text(report(unread, problems=(same,)))
    assert "Checks:" in text(report(unread, problems=(replace(same, address="workforce"),)))
    warning = replace(same, severity=Severity.WARNING)
    assert "Checks:" in text(report(problems=(warning,)), verbose=True)
    assert "Checks:" not in text(report(problems=(warning,)))


def test_each_reason_has_words_of_its_own() -> None:
    lines = {reason: text(report(edited(reason=reason))).splitlines()[5] for reason in Reason}
    assert len(set(lines.values())) == len(Reason)


def test_a_collision_and_a_lock_have_advice_of_their_own() -> None:
    assert "idpctl lock --update KEY" in text(report(edited(reason=Reason.LOCKED)))
    assert "a record with our issuer" in text(report(edited(reason=Reason.COLLISION)))


def test_a_finding_without_a_place_or_a_path_is_told_too() -> None:
    lines = text(report(found(DriftClass.MISSING, "gone", name="Gone"))).splitlines()
    assert lines[4:6] == ["  gone", '    missing   the record "Gone" was deleted by hand']
    placed: Finding = found(DriftClass.MISSING, "gone", source=Source(file="a b.yaml", line=3))
    assert '  gone   ("a b.yaml":3)' in text(report(placed)).splitlines()


@given(reports())
def test_colour_changes_nothing_but_colour_and_no_text_forges_the_end(subject: DriftReport) -> None:
    plain = text(subject)
    assert re.sub(r"\x1b\[[0-9]+m", "", text(subject, color=True)) == plain
    assert all(character.isprintable() or character == "\n" for character in plain)
    ends = re.findall(r"^(?:No drift|Drift: |Skipped: an|Failed: nothing).*$", plain, re.MULTILINE)
    assert ends == [plain.splitlines()[-1]]
    known = subject.since is not None or subject.run in {Run.COMPLETE, Run.INCOMPLETE}
    assert len(re.findall(r"^Fingerprint: ", plain, re.MULTILINE)) == known
