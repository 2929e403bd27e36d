"""`idpctl demo`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from idpctl.cli.command import command as define
from idpctl.cli.options import option
from idpctl.errors import ExitCode, InvalidInputError

EXAMPLES = """\
  idpctl demo
  idpctl demo --keep /tmp/idpctl-demo
"""


@define("demo", EXAMPLES)
@option(
    "--keep", type=click.Path(path_type=Path), metavar="DIR", help="Run in DIR and leave the files there."
)
def command(*, keep: Path | None) -> ExitCode:
    """Run the guided tour."""
    from idpctl.demo.script import play

    if keep is None:
        with tempfile.TemporaryDirectory(prefix="idpctl-demo-") as directory:
            play(Path(directory), click.echo)
        return ExitCode.DONE
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise InvalidInputError(f"{keep} is there already", hint="name a directory that is new or empty")
    keep.mkdir(parents=True, exist_ok=True)
    play(keep, click.echo)
    click.echo(f"\nThe configuration and the registry are in {keep}.")
    return ExitCode.DONE
