"""Metrics of drift: what an alert is made of, as Prometheus reads it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from idpctl import __version__
from idpctl.drift.model import DriftClass, DriftReport, ProviderState, Run, Since, State
from idpctl.errors import ExitCode, InvalidInputError
from idpctl.inventory import Row, Status
from idpctl.render.metrics import read_last_success
from idpctl.render.outcome import Listed
from idpctl.render.table import renderer, require_shown
from idpctl.render.view import View
from tests.render.drifts import BEFORE, STARTED, edited, everything, report, skipped
from tests.render.hostile import CORPUS, SECRET, drift_with
from tests.render.plans import TARGET
from tests.render.strategies import reports
from tests.support.metrics import read
from tests.support.tools import promtool

if TYPE_CHECKING:
    from idpctl.render.view import Subject
    from tests.support.metrics import Samples

COMMON = {"organization": "acme", "owner": "acme/prod", "registry": "sqlite .idpctl/registry.db"}


def metrics(subject: Subject, exit_code: ExitCode = ExitCode.DONE) -> str:
    return renderer("metrics")(View(subject=subject, exit_code=exit_code))


def by(label: str, samples: Samples) -> dict[str, Decimal]:
    """Return the samples by one label; all of them have those of the target."""
    found = {}
    for labels in samples:
        assert {*COMMON.items()} <= labels
        found[dict(labels)[label]] = samples[labels]
    return found


def alone(samples: Samples) -> Decimal:
    ((labels, value),) = samples.items()
    assert dict(labels) == COMMON
    return value


def test_what_a_run_saw() -> None:
    found = read(metrics(everything(), ExitCode.CHECKS))
    assert by("class", found["idpctl_drift_findings"]) == {
        "registry": 2,
        "missing": 1,
        "upstream": 1,
        "unmanaged": 1,
        "foreign": 0,
        "pending": 1,
        "unknown": 1,
    }
    accepted = by("class", found["idpctl_drift_findings_accepted"])
    assert accepted == {**dict.fromkeys(map(str, DriftClass), 0), "registry": 1}
    assert alone(found["idpctl_drift_alarming_findings"]) == 4
    assert by("state", found["idpctl_drift_providers"]) == {
        "in_sync": 0,
        "drifted": 1,
        "missing": 1,
        "upstream": 1,
        "unknown": 0,
        "pending": 1,
    }
    states = {
        (dict(labels)["key"], dict(labels)["name"], dict(labels)["state"])
        for labels in found["idpctl_drift_provider_state"]
    }
    assert states == {
        ("billing", "Billing", "pending"),
        ("customers", "Customers", "missing"),
        ("partners", "Partners", "upstream"),
        ("workforce", "OktaWorkforce", "drifted"),
    }
    assert {*found["idpctl_drift_provider_state"].values()} == {1}


def test_when_and_how_a_run_ended() -> None:
    found = read(metrics(everything(), ExitCode.CHECKS))
    # date -u -d 2026-11-25T03:00:00Z +%s
    assert alone(found["idpctl_drift_last_run_timestamp_seconds"]) == 1795575600
    assert alone(found["idpctl_drift_last_success_timestamp_seconds"]) == 1795575600 - 24 * 3600
    assert alone(found["idpctl_drift_duration_seconds"]) == Decimal("1.234")
    assert by("outcome", found["idpctl_drift_run"]) == {"incomplete": 1}
    assert alone(found["idpctl_drift_exit_code"]) == 4
    assert by("version", found["idpctl_build_info"]) == {__version__: 1}


@pytest.mark.parametrize(
    ("milliseconds", "seconds"), [(0, "0.000"), (7, "0.007"), (1000, "1.000"), (86_400_001, "86400.001")]
)
def test_a_duration_is_written_exactly(milliseconds: int, seconds: str) -> None:
    lines = metrics(report(milliseconds=milliseconds)).splitlines()
    (line,) = [one for one in lines if one.startswith("idpctl_drift_duration_seconds{")]
    assert line.endswith(f"}} {seconds}")


def test_what_is_not_known_is_not_zero() -> None:
    """A run that could not look, and knows no last one: nobody may take it for no drift."""
    found = read(metrics(skipped(started="", target=None, last_success=None), ExitCode.LOCKED))
    assert {*found} == {
        "idpctl_drift_duration_seconds",
        "idpctl_drift_run",
        "idpctl_drift_exit_code",
        "idpctl_build_info",
    }
    assert found["idpctl_drift_run"] == {frozenset({("outcome", "skipped")}): 1}


def test_a_run_that_could_not_look_keeps_what_the_last_one_found() -> None:
    since = Since(target=TARGET, started=BEFORE, fingerprint="", last_success=BEFORE)
    found = read(metrics(skipped(edited(), since=since, last_success=BEFORE)))
    assert by("class", found["idpctl_drift_findings"])["registry"] == 1
    assert alone(found["idpctl_drift_last_success_timestamp_seconds"]) == 1795489200
    assert by("outcome", found["idpctl_drift_run"]) == {"skipped": 1}


def test_an_error_without_a_report_tells_how_the_run_ended_and_nothing_else() -> None:
    found = read(metrics(InvalidInputError("no such option"), ExitCode.INVALID))
    assert {*found} == {"idpctl_drift_run", "idpctl_drift_exit_code", "idpctl_build_info"}
    assert found["idpctl_drift_run"] == {frozenset({("outcome", "failed")}): 1}
    assert [*found["idpctl_drift_exit_code"].values()] == [3]


def test_no_other_command_has_metrics() -> None:
    with pytest.raises(InvalidInputError, match="the format metrics has nothing to say of idpctl list"):
        require_shown("metrics", "list")
    row = Row(key="a", name="a", type="okta", status=Status.IN_SYNC)
    with pytest.raises(TypeError, match="there are no metrics of Listed"):
        metrics(Listed(target=TARGET, rows=(row,)))


@pytest.mark.parametrize("run", Run)
def test_every_outcome_is_one_sample(run: Run) -> None:
    assert by("outcome", read(metrics(report(run=run)))["idpctl_drift_run"]) == {str(run): 1}


def test_the_last_success_can_be_read_back() -> None:
    assert read_last_success(metrics(everything()), TARGET) == BEFORE
    assert read_last_success(metrics(report()), TARGET) == STARTED


def test_another_target_has_a_last_success_of_its_own() -> None:
    """A file that was copied with its directory must not say of a registry that it was looked at."""
    for other in ({"owner": "acme/dev"}, {"location": "dev.db"}, {"organization": "dev"}):
        assert read_last_success(metrics(report(target=replace(TARGET, **other))), TARGET) is None
    dev = metrics(report(target=replace(TARGET, owner="acme/dev"), last_success=BEFORE))
    assert read_last_success(dev + metrics(report()), TARGET) == STARTED


def test_a_run_without_a_configuration_hands_the_last_success_on() -> None:
    unknown = metrics(report(target=None, last_success=read_last_success(metrics(report()), None)))
    assert read_last_success(unknown, TARGET) == STARTED


@pytest.mark.parametrize(
    "text",
    [
        "",
        metrics(report(last_success=None)),
        "# idpctl_drift_last_success_timestamp_seconds 1795575600\n",
        "x idpctl_drift_last_success_timestamp_seconds 1795575600\n",
        "idpctl_drift_last_success_timestamp_seconds -1\n",
        "idpctl_drift_last_success_timestamp_seconds 1e9\n",
        "idpctl_drift_last_success_timestamp_seconds 999999999999\n",
        "idpctl_drift_last_success_timestamp_seconds 1795575600.5\n",
        'idpctl_drift_last_success_timestamp_seconds{a="\n} 1795575600\n',
        "\x00\x1b[31m",
    ],
)
def test_what_is_no_last_success_of_ours_is_none(text: str) -> None:
    assert read_last_success(text, None) is None


def test_a_name_cannot_forge_a_last_success() -> None:
    forged = 'x"} 5\nidpctl_drift_last_success_timestamp_seconds{} 5\n'
    target = replace(TARGET, organization=forged)
    assert read_last_success(metrics(report(target=target)), target) == STARTED
    assert read_last_success(metrics(report(target=target, last_success=None)), None) is None


def test_names_that_are_shown_alike_are_one_series() -> None:
    """A file with one series twice is refused as a whole: nothing would be known any more."""
    names = ("a\n", "a\\n")
    providers = tuple(ProviderState(key=name, name="", state=State.IN_SYNC) for name in names)
    found = read(metrics(report(providers=providers)))
    assert len(found["idpctl_drift_provider_state"]) == 1
    assert by("state", found["idpctl_drift_providers"])["in_sync"] == 2


@given(reports())
def test_any_report_can_be_read(subject: DriftReport) -> None:
    text = metrics(subject)
    assert text.encode("utf-8")
    assert "idpctl_drift_run" in read(text)


def skeleton(samples: dict[str, Samples]) -> dict[str, Counter[tuple[str, ...]]]:
    """Return the names of labels of each series, and all values that are no text from outside."""
    return {
        name: Counter(tuple(sorted(label for label, _ in labels)) for labels in found)
        for name, found in samples.items()
    }


@pytest.mark.parametrize("text", CORPUS, ids=ascii)
def test_no_text_makes_a_series_or_a_label(text: str) -> None:
    for hostile, harmless in zip(drift_with(text), drift_with("z"), strict=True):
        shown = metrics(hostile)
        assert all(character.isprintable() or character == "\n" for character in shown)
        assert "##[" not in shown
        assert SECRET not in shown
        assert skeleton(read(shown)) == skeleton(read(metrics(harmless)))


def test_prometheus_reads_every_text() -> None:
    providers = tuple(
        ProviderState(key=f"{number} {text}", name=text, state=State.IN_SYNC)
        for number, text in enumerate(CORPUS)
    )
    wild = replace(TARGET, owner="".join(CORPUS), location='\\"{}=,', organization="\U0001f680 \\n")
    assert promtool(metrics(report(target=wild, providers=providers))) == ""


@pytest.mark.parametrize("subject", [everything(), report(), skipped(), InvalidInputError("x")], ids=range(4))
def test_prometheus_has_nothing_to_complain_of(subject: Subject) -> None:
    assert promtool(metrics(subject)) == ""


def test_prometheus_complains_where_there_is_cause() -> None:
    assert "no help text" in promtool("# TYPE idpctl_things gauge\nidpctl_things 1\n")
