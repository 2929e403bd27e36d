"""The format for Prometheus' node exporter: a file for its textfile collector.

Source: Prometheus' documentation "Exposition formats" (text format 0.0.4) and "Metric and label
naming". A series that is not known has no line: a zero would say that somebody looked.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from idpctl import __version__
from idpctl.drift.model import DriftClass, DriftReport, Run, State
from idpctl.errors import IdpctlError
from idpctl.render.safe import calm
from idpctl.text import escape, hide_userinfo
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idpctl.model import Target
    from idpctl.render.view import View

    Labels = Mapping[str, str]

_LAST_SUCCESS = "idpctl_drift_last_success_timestamp_seconds"
_FOUND = re.compile(rf"^{_LAST_SUCCESS}({{.*}})? ([0-9]{{1,11}})$", re.MULTILINE)
# What the text format escapes in the value of a label.
_LABEL = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@value
class Family:
    """A metric: its samples are pairs of labels and a number as text."""

    name: str
    about: str
    samples: tuple[tuple[Labels, str], ...]


def render(view: View) -> str:
    """Return gauges in the text format, for a file that is named *.prom.

    Of an error that left no report only the end of the run is known. Raises TypeError for other
    results: the table of formats asks for none of them.
    """
    subject = view.subject
    if isinstance(subject, DriftReport):
        families = [*_compared(subject), *_timed(subject), *_ended(subject.run, int(view.exit_code))]
        labels = _labels(subject.target)
    elif isinstance(subject, IdpctlError):
        families, labels = [*_ended(Run.FAILED, int(view.exit_code))], {}
    else:
        raise TypeError(f"there are no metrics of {type(subject).__name__}")
    return "".join(line for family in families if family.samples for line in _lines(family, labels))


def read_last_success(text: str, target: Target | None) -> str | None:
    """Return when a run last compared everything, in ISO 8601, as metrics say that were rendered before.

    What they say of another target than this one does not count; where either is not known, it does.
    """
    for labels, seconds in _FOUND.findall(text):
        if target is None or labels in {"", _written(_labels(target))}:
            return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return None


def _labels(target: Target | None) -> Labels:
    """Return what tells the series of one target from those of another in the same directory."""
    if target is None:
        return {}
    return {
        "organization": target.organization,
        "owner": target.owner,
        "registry": f"{target.driver} {target.location}",
    }


def _compared(report: DriftReport) -> Iterator[Family]:
    """Yield what was found; of a run that could not look, what the last one found, if that is known."""
    if not report.informed:
        return
    yield Family(
        name="idpctl_drift_alarming_findings",
        about="Findings that are drift: their class counts, and nobody accepted them.",
        samples=(({}, str(len(report.drift))),),
    )
    yield Family(
        name="idpctl_drift_findings",
        about="Findings that nobody accepted, by who made it differ.",
        samples=tuple(({"class": str(kind)}, str(count)) for kind, count in report.counts().items()),
    )
    yield Family(
        name="idpctl_drift_findings_accepted",
        about="Findings that somebody accepted for a time, by who made it differ.",
        samples=tuple(({"class": str(kind)}, _accepted(report, kind)) for kind in DriftClass),
    )
    yield from _providers(report)


def _accepted(report: DriftReport, kind: DriftClass) -> str:
    return str(sum(finding.acceptance is not None for finding in report.of(kind)))


def _providers(report: DriftReport) -> Iterator[Family]:
    yield Family(
        name="idpctl_drift_providers",
        about="Providers by how they stand: the gravest of their findings.",
        samples=tuple(({"state": str(state)}, str(count)) for state, count in report.states().items()),
    )
    yield Family(
        name="idpctl_drift_provider_state",
        about=f"How a provider stands, as the label state: {', '.join(State)}.",
        samples=tuple(
            ({"key": one.key, "name": one.name, "state": str(one.state)}, "1") for one in report.providers
        ),
    )


def _timed(report: DriftReport) -> Iterator[Family]:
    yield Family(
        name="idpctl_drift_last_run_timestamp_seconds",
        about="When the last run began.",
        samples=_moment(report.started),
    )
    yield Family(
        name=_LAST_SUCCESS,
        about="When a run last compared everything; no series where that is not known.",
        samples=_moment(report.last_success),
    )
    seconds, rest = divmod(report.milliseconds, 1000)
    yield Family(
        name="idpctl_drift_duration_seconds",
        about="How long the last run took.",
        samples=(({}, f"{seconds}.{rest:03}"),),
    )


def _moment(time: str | None) -> tuple[tuple[Labels, str], ...]:
    return (({}, f"{datetime.fromisoformat(time).timestamp():.0f}"),) if time else ()


def _ended(run: Run, code: int) -> Iterator[Family]:
    yield Family(
        name="idpctl_drift_run",
        about=f"How the last run went, as the label outcome: {', '.join(Run)}.",
        samples=(({"outcome": str(run)}, "1"),),
    )
    yield Family(
        name="idpctl_drift_exit_code",
        about="Exit code of the last run.",
        samples=(({}, str(code)),),
    )
    yield Family(
        name="idpctl_build_info",
        about="The version of idpctl, as a label.",
        samples=(({"version": __version__}, "1"),),
    )


def _lines(family: Family, common: Labels) -> Iterator[str]:
    yield f"# HELP {family.name} {family.about}\n"
    yield f"# TYPE {family.name} gauge\n"
    samples = (
        f"{family.name}{_written({**labels, **common})} {number}\n" for labels, number in family.samples
    )
    # Names that are shown alike would be one series twice, and the whole file refused.
    yield from dict.fromkeys(samples)


def _written(labels: Labels) -> str:
    shown = ",".join(f'{name}="{_shown(text)}"' for name, text in sorted(labels.items()))
    return f"{{{shown}}}" if shown else ""


def _shown(text: str) -> str:
    return calm(escape(hide_userinfo(text), None)).translate(_LABEL)
