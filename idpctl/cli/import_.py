"""`idpctl import KEY...`."""

from __future__ import annotations

from typing import Any

import click

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.errors import ExitCode, InvalidInputError
from idpctl.value import replace

EXAMPLES = """\
  idpctl import workforce
  idpctl import workforce partners
  idpctl import --all --auto-approve
"""


@define("import", EXAMPLES)
@click.argument("keys", nargs=-1, metavar="KEY...")
@options.configuration
@options.option(
    "--all", "everything", is_flag=True, help="Adopt every declared provider whose record has no owner."
)
@options.option("--auto-approve", is_flag=True, help="Do not ask before --all.")
@options.locking
@options.network
@options.output
def command(keys: tuple[str, ...], *, everything: bool, auto_approve: bool, **given: Any) -> ExitCode:
    """Adopt the records of the providers KEY..."""
    from idpctl import queries
    from idpctl.cli.applying import run_now
    from idpctl.cli.consent import Consent

    if bool(keys) is everything:
        raise InvalidInputError(
            "name the keys to adopt, or give --all", hint="idpctl list shows what is unmanaged"
        )
    request = options.request(given)
    adopt = queries.keys_to_adopt(request, keys)
    # Naming the keys is the agreement.
    consent = Consent(auto_approve=auto_approve or not everything)
    return run_now(request, consent, given, replace(request.options, adopt=adopt))
