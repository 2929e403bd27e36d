"""`idpctl render [KEY...]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.cli.output import emit

if TYPE_CHECKING:
    from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl render
  idpctl render -f idpctl.yaml -f environments/prod.yaml > flat.yaml
  idpctl render workforce --resolve
  idpctl render -o json | jq '.origins["/providers/workforce/issuer"]'
The text is YAML that plans as the files do: layers, includes, defaults and variables are merged,
and a comment behind each value says its origin. What comes from discovery stays a comment; as a
value it would be an override. With KEYs it is a fragment of those providers, which cannot be
planned alone. Relative paths stay as written: keep the text where the first file is.
"""


@define("render", EXAMPLES)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@options.configuration
@options.option("--resolve", is_flag=True, help="Check everything, and show what discovery fills in.")
@options.lock_file
@options.strict
@options.network
@options.output
def command(*, keys: tuple[str, ...], resolve: bool, **given: Any) -> ExitCode:
    """Print the effective configuration, of each KEY or of all providers."""
    from idpctl import queries, verdict
    from idpctl.cli.progress import progress

    found = queries.effective(options.request(given), keys, resolve=resolve, progress=progress(given))
    return emit(found, verdict.of_problems(found.problems), given)
