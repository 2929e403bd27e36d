"""`idpctl fmt [FILE...]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from idpctl.cli import options
from idpctl.cli.command import command as define
from idpctl.errors import ExitCode, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.formatting.run import Formatted

EXAMPLES = """\
  idpctl fmt
  idpctl fmt --check --diff
  idpctl fmt environments/prod.yaml
  idpctl fmt - < idpctl.yaml
Keys get the order of the schema, providers keep theirs; values, anchors, comments and single blank
lines stay. Without FILE: the configuration and all that it includes. - reads stdin and writes stdout.
Line ends become LF. Nothing is written unless every file can be. --check writes nothing, and exits
with 2 where a file would change. Needs the extra: pip install 'idpctl[fmt]'
"""
STDIN = "-"


@define("fmt", EXAMPLES)
@click.argument("names", nargs=-1, metavar="[FILE]...")
@options.configuration
@options.option("--check", is_flag=True, help="Write nothing; exit with 2 if a file would change.")
@options.option("--diff", is_flag=True, help="Show what changes.")
def command(*, names: tuple[str, ...], check: bool, diff: bool, **given: Any) -> ExitCode:
    """Format each FILE, or the whole configuration."""
    request = options.request(given)
    if STDIN in names:
        return _filter(request.root, names, check=check, diff=diff)
    from idpctl.formatting.run import format_all, format_these

    root = request.root
    found = format_these(root, [Path(name) for name in names]) if names else format_all(root, request.files)
    changed = [one for one in found if one.changed]
    _tell(changed, diff=diff)
    if check:
        return ExitCode.CHANGES if changed else ExitCode.DONE
    from idpctl.cli.output import write_file

    for one in changed:
        write_file(root / one.shown, one.after)
    return ExitCode.DONE


def _filter(root: Path, names: Sequence[str], *, check: bool, diff: bool) -> ExitCode:
    """Format stdin."""
    from idpctl.config.files import MOST_BYTES
    from idpctl.formatting.run import format_bytes

    if len(names) > 1:
        raise InvalidInputError("- stands for stdin, and no other file can be formatted with it")
    raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    one = format_bytes(root, raw, "stdin")
    if check or diff:
        _tell([one] if one.changed else [], diff=diff)
        return ExitCode.CHANGES if check and one.changed else ExitCode.DONE
    click.echo(one.after, nl=False)
    return ExitCode.DONE


def _tell(changed: Sequence[Formatted], *, diff: bool) -> None:
    from idpctl.render.safe import word

    for one in changed:
        click.echo(word(one.shown))
        if diff:
            from idpctl.render.difference import difference

            for line in difference(one.shown, one.before, one.after):
                click.echo(line)
