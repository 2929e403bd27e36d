"""The command group, and the one boundary where errors become exit codes."""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

import click

from idpctl.cli.terminal import forget_stdout
from idpctl.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

# Name -> (module under idpctl.cli, one line of help). The table is what keeps `--help` from
# importing every command; a test holds that the lines are those of the commands themselves.
COMMANDS = {
    "demo": "Show the whole loop on this machine alone, in a temporary directory.",
    "init": "Write a starter configuration.",
    "fmt": "Rewrite configuration files in canonical form; comments are kept.",
    "validate": "Check the configuration, offline unless --online.",
    "render": "Print the effective configuration, and where each value comes from.",
    "lock": "Write down what providers serve, so that plans go by it.",
    "discover": "Show what a provider's discovery document resolves to, check by check.",
    "check": "Tell whether providers are usable now, and whether they accept a token.",
    "plan": "Compare the configuration with the registry; change nothing.",
    "show": "Render a saved plan.",
    "apply": "Make the registry hold what the configuration says.",
    "drift": "Tell who made registry, providers and configuration differ; write nothing.",
    "import": "Adopt existing records by name; their values stay untouched.",
    "list": "List the records of the registry and how they stand.",
    "destroy": "Delete every record that this configuration owns.",
    "schema": "Print a JSON Schema of idpctl's formats.",
    "explain": "Explain a rule, a field, a class of drift or an exit code.",
    "version": "Print the version.",
    "completion": "Print the completion script for a shell.",
}
_MODULES = {"import": "import_", "list": "list_"}

EPILOG = """\b
Two minutes to a first plan:
  idpctl init
  idpctl plan
  idpctl apply

\b
Exit codes: 0 done, 1 runtime error, 2 drift, or changes (plan --detailed-exitcode, --check),
3 invalid input, 4 discovery or check failed, 5 refused by a guard, 6 plan is stale, 7 locked,
8 apply incomplete, 130/143 interrupted. `idpctl explain 5` says more.
"""


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of a first day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and return the command, or None."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        module = import_module(f"idpctl.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of commands from the table."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a misspelt one name the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from idpctl.text import escape, suggestion

            near = suggestion(args[0], COMMANDS)
            hint = f" Did you mean {near}?" if near else ""
            raise click.UsageError(f"No such command {escape(args[0])!r}.{hint}", ctx) from error


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.pass_context
def cli(context: click.Context) -> ExitCode:
    """Keep external identity providers as a reviewed YAML file describes them."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        return ExitCode.INVALID
    return ExitCode.DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. Nothing is raised, and no traceback is printed."""
    try:
        result = cli.main(args=arguments, prog_name="idpctl", standalone_mode=False)
    except click.ClickException as error:
        return _wrong_usage(error)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted; nothing was written.", err=True)
        return ExitCode.INTERRUPTED
    except SystemExit as ending:
        # click's own way out: a shell was told how to complete, or nobody reads what is printed.
        return int(ending.code or ExitCode.DONE)
    except OSError as error:
        # Files and registries have errors of their own: this one is about stdout.
        forget_stdout()
        click.echo(f"Error: cannot write to stdout: {error.strerror}", err=True)
        return ExitCode.RUNTIME
    except Exception as error:  # noqa: BLE001 - the boundary: a bug must not show a traceback
        from idpctl.cli.crash import report

        return report(error)
    return int(result or ExitCode.DONE)


def _wrong_usage(error: click.ClickException) -> ExitCode:
    from idpctl.text import escape

    message = error.format_message()
    context: click.Context | None = getattr(error, "ctx", None)
    help_text = f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n\n" if context else ""
    # click repeats what was typed, which may be anything.
    click.echo(f"{help_text}Error: {escape(message, None)}", err=True)
    return ExitCode.INVALID


def entry() -> None:
    """Run as the installed command."""
    # Nearly nothing that a command makes is garbage before it ends: looking for cycles all the time
    # costs a tenth of a small plan. Beyond a large heap the collector still runs.
    gc.set_threshold(200_000, 20, 20)
    if isinstance(sys.stdout, TextIOWrapper):
        # Not every terminal can show every letter; an escape is better than a broken report.
        sys.stdout.reconfigure(errors="backslashreplace")
    code = main()
    # What is still there goes with the process: the interpreter would look it through twice on its way out.
    gc.freeze()
    sys.exit(code)
