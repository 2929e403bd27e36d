"""`idpctl validate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.cli.output import emit

if TYPE_CHECKING:
    from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl validate
  idpctl validate --online --strict
  idpctl validate -f base.yaml -f prod.yaml -o json
"""


@define("validate", EXAMPLES)
@options.configuration
@options.option("--online", is_flag=True, help="Read discovery documents and key sets too.")
@options.lock_file
@options.strict
@options.network
@options.output
def command(*, online: bool, **given: Any) -> ExitCode:
    """Check the configuration."""
    from idpctl import queries, verdict
    from idpctl.cli.progress import progress

    found = queries.validate(options.request(given), online=online, progress=progress(given))
    return emit(found, verdict.of_problems(found.problems), given)
