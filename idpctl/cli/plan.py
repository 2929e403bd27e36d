"""`idpctl plan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.cli.output import emit, write_file

if TYPE_CHECKING:
    from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl plan
  idpctl plan --out plan.json --detailed-exitcode
  idpctl plan -o json | jq '.resource_changes[].change.actions'
  idpctl plan --allow-replace workforce --out plan.json
"""


@define("plan", EXAMPLES)
@options.configuration
@options.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Save the plan for apply.")
@options.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
@options.planning
@options.guards
@options.network
@options.output
def command(*, out: Path | None, detailed_exitcode: bool, **given: Any) -> ExitCode:
    """Show what an apply would do."""
    from idpctl import engine, verdict
    from idpctl.cli.memory import remember
    from idpctl.cli.progress import progress

    ready = engine.get_ready(options.request(given), progress=progress(given))
    plan = engine.make_plan(ready)
    if out is not None or plan.changes:
        from idpctl.planfile import dump

        text = dump(plan)
        if out is not None:
            write_file(out, text)
        remember(plan, text)
    return emit(plan, verdict.of_plan(plan, detailed=detailed_exitcode), given)
