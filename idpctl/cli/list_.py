"""`idpctl list`."""

from __future__ import annotations

from typing import Any

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.cli.output import emit
from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl list
  idpctl list -o json | jq '.rows[] | select(.status == "drifted")'
"""


@define("list", EXAMPLES)
@options.configuration
@options.output
def command(**given: Any) -> ExitCode:
    """List the records."""
    from idpctl import queries

    return emit(queries.take_inventory(options.request(given)), ExitCode.DONE, given)
