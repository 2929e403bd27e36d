"""`idpctl lock`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.cli.output import emit, write_file
from idpctl.errors import ExitCode, InvalidInputError
from idpctl.value import replace

if TYPE_CHECKING:
    from idpctl.render.outcome import Renewed
    from idpctl.request import Request

EXAMPLES = """\
  idpctl lock
  idpctl lock --update workforce
  idpctl lock --all --lock-file locks/prod.yaml -f base.yaml -f prod.yaml
  idpctl lock --check
Adds the providers that are not locked, and drops those that need no lock; other entries stay as they
are unless --update or --all says otherwise. All or nothing: where one provider cannot be read, or breaks
a rule, the file stays as it was. Commit it: plan and apply go by it, and refuse what is served otherwise.
--check exits with 2 where the file is not what --all would write.
"""


@define("lock", EXAMPLES)
@options.configuration
@options.lock_file
@options.option("--update", multiple=True, metavar="KEY", help="Read this provider again; repeatable.")
@options.option("--all", "everything", is_flag=True, help="Read all providers again.")
@options.option("--check", is_flag=True, help="Write nothing; exit with 2 if --all would change the file.")
@options.strict
@options.network
@options.output
def command(*, update: tuple[str, ...], everything: bool, check: bool, **given: Any) -> ExitCode:
    """Read what is not locked yet, or is to be locked anew."""
    from idpctl import locking
    from idpctl.cli.progress import progress

    if check and update:
        raise InvalidInputError("--check compares every entry", hint="leave --update away")
    request = options.request(given)
    found = locking.renew(request, update, everything=everything or check, progress=progress(given))
    if check:
        return emit(found, ExitCode.DONE if found.current else ExitCode.CHANGES, given)
    return emit(_written(found, request), ExitCode.DONE, given)


def _written(found: Renewed, request: Request) -> Renewed:
    if found.current:
        return found
    write_file(request.root / found.file, found.text)
    return replace(found, written=True)
