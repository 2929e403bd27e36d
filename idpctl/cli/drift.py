"""`idpctl drift`."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.cli.command import tell
from idpctl.cli.output import destinations, emit
from idpctl.drift.model import COUNTED, FAILING, DriftClass
from idpctl.errors import ExitCode, InvalidInputError
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.drift.model import DriftReport
    from idpctl.errors import IdpctlError
    from idpctl.model import Target

EXAMPLES = """\
  idpctl drift
  idpctl drift --since drift.json -o json=drift.json -o metrics=idpctl.prom
  idpctl drift --accept accepted.yaml --fail-on registry --fail-on upstream
  idpctl drift --since drift.json -o json=drift.json --notify https://hooks.example.com/idpctl
"""
_CLASSES = [str(kind) for kind in DriftClass if kind in FAILING]


@define("drift", EXAMPLES)
@options.configuration
@options.option(
    "--since",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The JSON report of the last run: it tells deleted records, and what appeared; none yet is fine.",
)
@options.option(
    "--accept",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Findings that were accepted: {key, path, value_sha256, until, reason}; another value or a day"
    " after `until` alarms again.",
)
@options.option(
    "--fail-on",
    "fail_on",
    type=click.Choice(_CLASSES),
    multiple=True,
    default=[kind for kind in _CLASSES if kind in COUNTED],
    show_default=True,
    help="Class of findings that ends with 2; repeatable.",
)
@options.option(
    "--notify",
    metavar="URL",
    help="POST the findings as JSON to this https URL when the drift is another than was told last;"
    " needs --since.",
)
@options.planning
@options.network
@options.output
def command(
    *, since: Path | None, accept: Path | None, fail_on: tuple[str, ...], notify: str | None, **given: Any
) -> ExitCode:
    """Show who made registry, providers and configuration differ; write to none of them."""
    from idpctl import watch
    from idpctl.cli.progress import progress
    from idpctl.drift.outcome import code_of

    try:
        if notify is not None:
            _require_notifiable(notify, since)
        request = options.request(given)
    except InvalidInputError as error:
        return ExitCode(tell(error, {}))  # nothing was looked at: what files hold is kept
    asked = watch.Watch(fail_on=frozenset(map(DriftClass, fail_on)), accept=accept, since=since)
    report = watch.drift(request, asked, progress(given))
    if notify is not None:
        report = watch.notify(report, notify, request.network.policy)
    if report.last_success is None:
        report = replace(report, last_success=_last_success(report.target, given))
    if report.error is not None and ("text", None) not in destinations(given["outputs"]):
        _say(report.error)
    return emit(report, code_of(report), _sparing(report, since, given))


def _say(error: IdpctlError) -> None:
    """Tell people what ended the run, where what goes to stdout is for programs."""
    from idpctl.render.problems import error_text

    click.echo(error_text(error), nl=False, err=True)


def _require_notifiable(url: str, since: Path | None) -> None:
    if not url.startswith("https://"):
        # Not repeated: such an address is often the only secret of whoever may post there.
        raise InvalidInputError("--notify: the URL is not an https:// URL")
    if since is None:
        raise InvalidInputError(
            "--notify needs --since FILE, which remembers what was told last",
            hint="for example: --since drift.json -o json=drift.json",
        )


def _last_success(target: Target | None, given: Mapping[str, Any]) -> str | None:
    """Return the time that the metrics file of an earlier run on `target` still holds."""
    from idpctl.render.metrics import read_last_success

    for kind, path in destinations(given.get("outputs", ())):
        if kind == "metrics" and path is not None and path.is_file():
            with suppress(OSError):  # it is told where the file is written
                return read_last_success(path.read_text(encoding="utf-8", errors="replace"), target)
    return None


def _sparing(report: DriftReport, since: Path | None, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave a last report alone that could not be understood: somebody has to look at it."""
    if since is None or report.since is not None or not since.exists():
        return given
    kept = [
        f"{kind}={path}" if path is not None else kind
        for kind, path in destinations(given.get("outputs", ()))
        if path is None or os.path.realpath(path) != os.path.realpath(since)
    ]
    return {**given, "outputs": kept}
