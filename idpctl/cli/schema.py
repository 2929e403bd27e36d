"""`idpctl schema NAME`."""

from __future__ import annotations

import click

from idpctl.cli.command import command as define
from idpctl.errors import ExitCode, InvalidInputError

EXAMPLES = """\
  idpctl schema config > idpctl.schema.json
  idpctl schema plan
In an editor with the YAML language server, as the first line of idpctl.yaml:
  # yaml-language-server: $schema=idpctl.schema.json
"""


@define("schema", EXAMPLES)
@click.argument("name", required=False)
def command(name: str | None) -> ExitCode:
    """Print the schema NAME, or the names there are."""
    import json

    from idpctl.schema.store import load, names
    from idpctl.text import escape, suggestion

    if name is None:
        click.echo("\n".join(names()))
        return ExitCode.DONE
    if name not in names():
        near = suggestion(name, names())
        raise InvalidInputError(
            f"there is no schema {escape(name)}" + (f"; did you mean {near}?" if near else ""),
            hint="names: " + ", ".join(names()),
        )
    click.echo(json.dumps(load(name), indent=2, ensure_ascii=False))
    return ExitCode.DONE
