"""`idpctl discover URL|KEY...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.cli.output import emit

if TYPE_CHECKING:
    from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl discover workforce
  idpctl discover https://acme.okta.com/oauth2/default/.well-known/openid-configuration
  idpctl discover workforce partners -o json
"""


@define("discover", EXAMPLES)
@click.argument("subjects", nargs=-1, required=True, metavar="URL|KEY...")
@options.configuration
@options.lock_file
@options.strict
@options.network
@options.output
def command(subjects: tuple[str, ...], **given: Any) -> ExitCode:
    """Resolve and check each URL or KEY."""
    from idpctl import queries, verdict
    from idpctl.cli.progress import progress

    found = queries.discover(options.request(given), subjects, progress=progress(given))
    return emit(found, verdict.of_problems(found.problems), given)
