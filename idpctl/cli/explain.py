"""`idpctl explain RULE|FIELD|EXITCODE`."""

from __future__ import annotations

import click

from idpctl.cli.command import command as define
from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl explain
  idpctl explain DSC-05
  idpctl explain lifecycle.protect
  idpctl explain 5
"""


@define("explain", EXAMPLES)
@click.argument("word", required=False, metavar="RULE|FIELD|EXITCODE")
def command(word: str | None) -> ExitCode:
    """Explain one thing, or list what can be explained."""
    from idpctl.explain import explain, overview

    click.echo(overview() if word is None else explain(word), nl=False)
    return ExitCode.DONE
