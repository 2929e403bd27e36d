"""`idpctl check [KEY...]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.cli.output import emit
from idpctl.errors import InvalidInputError

if TYPE_CHECKING:
    from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl check
  idpctl check workforce partners --no-registry
  idpctl check workforce --token-file token.jwt
  idpctl check --token-file - < token.jwt
Without a token: document, issuer, keys, certificates and the record of each provider. With one:
would the registered provider accept it, and if not, which check fails. Without KEY it is the
provider that the gateway would take, by the token's issuer. Nothing of a token is shown but its
iss, aud, exp and kid. Needs for tokens the extra: pip install 'idpctl[verify]'
"""
STDIN = "-"


@define("check", EXAMPLES)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@options.configuration
@options.option(
    "--token-file",
    "--subject-token-file",  # its variable: IDPCTL_TOKEN_FILE is for the token of a registry
    "token_file",
    metavar="FILE",
    help="Judge the token in FILE, or on stdin (-), by its provider.",
)
@options.option("--no-registry", is_flag=True, help="Leave out what is registered.")
@options.lock_file
@options.strict
@options.network
@options.output
def command(*, keys: tuple[str, ...], token_file: str | None, no_registry: bool, **given: Any) -> ExitCode:
    """Look at each provider KEY, or judge a token."""
    from idpctl import verdict
    from idpctl.cli.progress import progress
    from idpctl.examine import providers, token

    request = options.request(given)
    if token_file is None:
        found = providers.check_providers(request, keys, registry=not no_registry, progress=progress(given))
    else:
        if len(keys) > 1:
            raise InvalidInputError("a token is judged by one provider: name one KEY, or none")
        raw = _read(token_file)
        found = token.check_token(request, keys[0] if keys else None, raw, registry=not no_registry)
    return emit(found, verdict.of_examination(found.problems), given)


def _read(name: str) -> bytes:
    from idpctl.checkup.token import MOST_READ
    from idpctl.cli.files import read_start

    if name == STDIN:
        return sys.stdin.buffer.read(MOST_READ)
    return read_start(Path(name), MOST_READ, hint="pipe the token instead: --token-file -")
