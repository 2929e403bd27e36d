"""`idpctl explain RULE|FIELD|CLASS|EXITCODE`."""

from __future__ import annotations

from typing import Any

import click

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl explain
  idpctl explain DSC-05
  idpctl explain lifecycle.protect
  idpctl explain upstream
  idpctl explain 5
  idpctl explain POL-audience -f idpctl.yaml
"""


@define("explain", EXAMPLES)
@click.argument("word", required=False, metavar="RULE|FIELD|CLASS|EXITCODE")
@options.configuration
def command(word: str | None, **given: Any) -> ExitCode:
    """Explain one thing, or list what can be explained."""
    from idpctl import queries

    click.echo(queries.explain(options.request(given), word, named=bool(given["files"])), nl=False)
    return ExitCode.DONE
