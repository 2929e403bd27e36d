"""`idpctl completion SHELL`."""

from __future__ import annotations

import click

from idpctl.cli.command import command as define
from idpctl.cli.main import cli
from idpctl.errors import ExitCode

EXAMPLES = """\
  idpctl completion bash > ~/.local/share/bash-completion/completions/idpctl
  idpctl completion zsh > ~/.zfunc/_idpctl
  idpctl completion fish > ~/.config/fish/completions/idpctl.fish
"""


@define("completion", EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> ExitCode:
    """Print the completion script for SHELL."""
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    # click's own class for bash starts the shell to learn its version; the script itself does not need it.
    kinds = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
    complete = kinds[shell](cli, {}, "idpctl", "_IDPCTL_COMPLETE")
    click.echo(complete.source_template % complete.source_vars(), nl=False)
    return ExitCode.DONE
