"""What apply, destroy and import have in common: plan, agree, carry out, report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from idpctl import engine, verdict
from idpctl.asked import Discovery
from idpctl.cli import options
from idpctl.cli.command import tell
from idpctl.cli.consent import ask
from idpctl.cli.output import destinations, emit, wants_color
from idpctl.cli.progress import events, progress
from idpctl.cli.terminal import forget_stdout
from idpctl.errors import ExitCode, InterruptedRunError, InvalidInputError, RegistryError, worst
from idpctl.render.outcome import Applied
from idpctl.stale import acknowledged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.asked import Options
    from idpctl.cli.consent import Consent
    from idpctl.plan import Plan
    from idpctl.request import Request


def run_saved(saved: Plan, given: Mapping[str, Any]) -> ExitCode:
    """Apply a plan that was reviewed and saved; what is allowed now is added to what it allows."""
    request = options.request(given)
    _require_the_same_way(saved.options, request.options)
    allowed = acknowledged(saved.options, request.options)
    ready = engine.get_ready(request, options=allowed, progress=progress(given))
    return _carry_out(ready, saved, given)


def _require_the_same_way(saved: Options, given: Options) -> None:
    """Raise where an option asks for another plan than the saved one; the plan brings what is not given."""
    asked = {
        "--only": (given.only, saved.only),
        "--strict": (given.strict, saved.strict),
        # To read live is what is done unless another way is asked for.
        "--discovery": (given.discovery is not Discovery.LIVE and given.discovery, saved.discovery),
    }
    for option, (wanted, planned) in asked.items():
        if wanted and wanted != planned:
            raise InvalidInputError(
                f"the plan was made without {option}, or otherwise; it is applied as it was made",
                hint=f"leave {option} away, or make a plan with it",
            )


def run_now(request: Request, consent: Consent, given: Mapping[str, Any], planned: Options) -> ExitCode:
    """Plan, show the plan, have it agreed to, and apply it."""
    consent.require_possible()
    ready = engine.get_ready(request, options=planned, progress=progress(given))
    plan = engine.make_plan(ready)
    if not consent.covers(plan):
        reviewed = consent.find_reviewed(plan)
        if reviewed is None:
            _show(plan, given)  # what differs is not known: then all of it
        consent.refuse(plan, reviewed)
    code = verdict.of_problems(plan.problems)
    if code is not ExitCode.DONE or not plan.changes:
        return emit(plan, code, given)
    _show(plan, given)
    if consent.asks:
        # A person takes time to read: discovery and configuration are read again.
        ready = engine.get_ready(request, options=ask(plan), progress=progress(given))
    return _carry_out(ready, plan, given)


def _carry_out(ready: engine.Ready, reviewed: Plan, given: Mapping[str, Any]) -> ExitCode:
    from idpctl.signals import handled

    with handled() as signals:
        report = engine.apply(ready, reviewed, notify=events(given), signals=signals)
        return _tell(Applied(plan=reviewed, report=report), given)


def _tell(applied: Applied, given: Mapping[str, Any]) -> ExitCode:
    """Print the result; where that fails, the exit code and one line still say what became of the apply."""
    code = applied.report.exit_code
    try:
        return emit(applied, code, given)
    except (OSError, RegistryError, InterruptedRunError) as error:
        forget_stdout()
        what = "was carried out" if applied.report.complete else "is not complete"
        why = f"cannot write to stdout: {error.strerror}" if isinstance(error, OSError) else error.message
        tell(RegistryError(why, hint=f"the apply itself {what}: look with idpctl plan"), {})
        return worst([code, getattr(error, "exit_code", ExitCode.RUNTIME)])


def _show(plan: Plan, given: Mapping[str, Any]) -> None:
    """Print the plan where text is what goes to stdout."""
    if ("text", None) in destinations(given["outputs"]):
        from idpctl.render.text import render
        from idpctl.render.view import View

        view = View(subject=plan, color=wants_color(given), verbose=given.get("verbose", False))
        click.echo(render(view), color=True)
