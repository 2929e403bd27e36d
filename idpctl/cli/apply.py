"""`idpctl apply [PLANFILE]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.errors import ExitCode, InvalidInputError

EXAMPLES = """\
  idpctl apply
  idpctl plan --out plan.json && idpctl apply plan.json
  idpctl apply --approve sha256:1f3d...
  idpctl apply --approve sha256:1f3d... --reviewed plan.json
  idpctl apply --auto-approve --allow-replace workforce
"""


@define("apply", EXAMPLES)
@click.argument("planfile", type=click.Path(path_type=Path), required=False)
@options.configuration
@options.consent
@options.planning
@options.guards
@options.locking
@options.network
@options.output
def command(
    *,
    planfile: Path | None,
    approve: str | None,
    reviewed: Path | None,
    auto_approve: bool,
    **given: Any,
) -> ExitCode:
    """Carry out PLANFILE, or plan and ask."""
    from idpctl.cli.applying import run_now, run_saved
    from idpctl.cli.consent import consent

    if planfile is None:
        request = options.request(given)
        agreed = consent(approve, reviewed, auto_approve=auto_approve)
        return run_now(request, agreed, given, request.options)
    if approve is not None or reviewed is not None or auto_approve:
        raise InvalidInputError("a saved plan needs no --approve, no --reviewed and no --auto-approve")
    from idpctl.cli.files import read_plan

    return run_saved(read_plan(planfile), given)
