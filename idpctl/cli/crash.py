"""A bug: one line for the person, the frames in a file for whoever mends it."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback

import click

from idpctl import __version__
from idpctl.errors import ExitCode

_TRACKER = "the project's issue tracker"


def report(error: Exception) -> ExitCode:
    """Write the frames of `error`, without any value, and say where they are."""
    kind = type(error).__name__
    click.echo(
        f"Error: idpctl failed unexpectedly ({kind}); this is a bug.\n"
        f"  {_written(error)}, to be attached to a report on {_TRACKER}.",
        err=True,
    )
    return ExitCode.RUNTIME


def _written(error: Exception) -> str:
    # The message may quote input, even a secret: type and frames are enough to find the place.
    frames = "".join(traceback.format_tb(error.__traceback__))
    head = f"idpctl {__version__}, Python {platform.python_version()}, {sys.platform}\n"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="idpctl-crash-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(f"{head}{type(error).__name__}\n{frames}")
    except OSError:
        return f"Where it happened (no report could be written): {_last_frame(error)}"
    return f"The frames, without any of your data, are in {file.name}"


def _last_frame(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
