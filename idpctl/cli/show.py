"""`idpctl show PLANFILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.cli.output import emit
from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl show plan.json
  idpctl show plan.json -o json | jq .fingerprint
"""


@define("show", EXAMPLES)
@click.argument("planfile", type=click.Path(path_type=Path))
@options.output
def command(*, planfile: Path, **given: Any) -> ExitCode:
    """Render the saved plan PLANFILE."""
    from idpctl.cli.files import read_plan

    return emit(read_plan(planfile), ExitCode.DONE, given)
