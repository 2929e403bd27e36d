"""`idpctl version`."""

from __future__ import annotations

import click

from idpctl import __version__
from idpctl.cli.command import command as define
from idpctl.cli.options import option
from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl version
  idpctl version --json
"""


@define("version", EXAMPLES)
@option("--json", "as_json", is_flag=True, help="Print JSON: version, Python, plan format.")
def command(*, as_json: bool) -> ExitCode:
    """Print the version."""
    if not as_json:
        click.echo(f"idpctl {__version__}")
        return ExitCode.DONE
    import json
    import sys

    from idpctl.planfile.encode import FORMAT_VERSION

    python = ".".join(map(str, sys.version_info[:3]))
    click.echo(json.dumps({"version": __version__, "python": python, "plan_format_version": FORMAT_VERSION}))
    return ExitCode.DONE
