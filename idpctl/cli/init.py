"""`idpctl init`."""

from __future__ import annotations

from pathlib import Path

import click

from idpctl.cli.command import command as define
from idpctl.errors import ExitCode, InvalidInputError, RegistryError

EXAMPLES = """\
  idpctl init
  idpctl init environments/prod
"""

# What is written, and from which template.
FILES = {
    "idpctl.yaml": "idpctl.yaml",
    ".gitignore": "gitignore",
    ".github/workflows/identity-providers.yml": "workflow.yml",
}


@define("init", EXAMPLES)
@click.argument("directory", type=click.Path(path_type=Path), default=".")
def command(directory: Path) -> ExitCode:
    """Write the starter files into DIRECTORY; never over existing ones."""
    if (directory / "idpctl.yaml").exists():
        raise InvalidInputError(
            f"{directory / 'idpctl.yaml'} is there already; nothing was written",
            hint="name another directory, or edit the file that is there",
        )
    try:
        written = [_write(directory / name, template) for name, template in FILES.items()]
    except OSError as error:
        raise RegistryError(f"cannot write {error.filename}: {error.strerror}") from error
    click.echo("\n".join([*written, "", "Next: put a provider into idpctl.yaml, then run idpctl plan."]))
    return ExitCode.DONE


def _write(path: Path, template: str) -> str:
    text = (Path(__file__).parents[1] / "templates" / template).read_text(encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # "x" fails where the file is there, even when somebody makes it at this very moment.
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return f"kept     {path}"
    return f"written  {path}"
