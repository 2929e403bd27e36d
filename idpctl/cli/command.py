"""The class of every command: it is the one boundary where an error becomes text and an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from idpctl.errors import ExitCode, IdpctlError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Command(click.Command):
    """A command whose errors go to stderr as text, and into every file and format asked for."""

    def invoke(self, ctx: click.Context) -> int:
        """Run the body; return its exit code. A signal ends it as an error does: what is open is closed."""
        from idpctl.cli.output import require_possible
        from idpctl.signals import handled

        try:
            if "outputs" in ctx.params:
                require_possible(ctx.params["outputs"], str(ctx.command.name), ctx.params)
        except IdpctlError as error:
            return tell(error, {})
        try:
            with handled():
                return int(super().invoke(ctx) or ExitCode.DONE)
        except IdpctlError as error:
            return tell(error, ctx.params)


def command(name: str, epilog: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command of the table in `main`, with its line of help and its examples."""
    from idpctl.cli.main import COMMANDS

    return click.command(name, cls=Command, help=COMMANDS[name], epilog="\b\nExamples:\n" + epilog)


def tell(error: IdpctlError, given: Mapping[str, Any]) -> int:
    """Say what went wrong; formats for machines get it too, with the exit code."""
    from idpctl.cli.output import base, deliver, destinations
    from idpctl.render.table import renderer
    from idpctl.render.view import View

    view = View(
        subject=error,
        exit_code=ExitCode(error.exit_code),
        verbose=given.get("verbose", False),
        base=base(given),
    )
    click.echo(renderer("text")(view), nl=False, err=True)
    try:
        for kind, path in destinations(given.get("outputs", ())):
            if kind != "text":
                deliver(view, kind, path)
    except IdpctlError as second:
        # The first error decides the exit code; where it cannot be written is said beside it.
        click.echo(renderer("text")(View(subject=second, exit_code=error.exit_code)), nl=False, err=True)
    return int(error.exit_code)
