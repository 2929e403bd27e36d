"""Talk on stderr while a run goes on: a counter on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from idpctl.cli.terminal import is_watched
from idpctl.text import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idpctl.applier import Event

_WIDTH = 30
_PAUSE = 0.1  # seconds between two drawings


def progress(given: Mapping[str, Any]) -> Callable[[int, int], None] | None:
    """Return what shows how many documents are done, on a terminal that nobody asked to be quiet."""
    if given.get("quiet") or not is_watched(sys.stderr):
        return None
    return _Bar()


class _Bar:
    """One line that is drawn anew ten times a second at most, and is gone at the end."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` documents, as many as are known so far, have been read."""
        if done >= total:
            click.echo("\r\x1b[K", nl=False, err=True)
        elif (now := monotonic()) >= self._next:
            self._next = now + _PAUSE
            click.echo(f"\r{bar(done, total)}\x1b[K", nl=False, err=True)


def bar(done: int, total: int) -> str:
    """Return a bar of ASCII: not every terminal has the blocks that look better."""
    filled = "#" * (_WIDTH * done // total)
    return f"Discovery: [{filled:.<{_WIDTH}}] {done:>{len(str(total))}} of {total}"


def events(given: Mapping[str, Any]) -> Callable[[Event], None]:
    """Return what prints one line per operation, as it happens."""
    return _silent if given.get("quiet") else _line


def _silent(event: Event) -> None:
    """Print nothing."""


def _line(event: Event) -> None:
    if event.status == "started":
        return
    click.echo(f"[{event.index}/{event.total}] {event.verb} {escape(event.name)}: {event.status}", err=True)
