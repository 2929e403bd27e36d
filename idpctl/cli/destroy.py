"""`idpctl destroy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.value import replace

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl destroy
  idpctl destroy --max-deletes 3 --auto-approve
  idpctl destroy --max-deletes 3 --allow-destroy partners --approve sha256:1f3d...
"""


@define("destroy", EXAMPLES)
@options.configuration
@options.consent
@options.guards
@options.locking
@options.network
@options.output
def command(*, approve: str | None, reviewed: Path | None, auto_approve: bool, **given: Any) -> ExitCode:
    """Delete what this configuration owns."""
    from idpctl.cli.applying import run_now
    from idpctl.cli.consent import consent

    request = options.request(given)
    agreed = consent(approve, reviewed, auto_approve=auto_approve)
    return run_now(request, agreed, given, replace(request.options, destroy=True))
