"""Talk on stderr while a run goes on: a counter on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from idpctl.cli.terminal import is_watched
from idpctl.text import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idpctl.applier import Event


def progress(given: Mapping[str, Any]) -> Callable[[int, int], None] | None:
    """Return what shows how many documents are done, on a terminal that nobody asked to be quiet."""
    if given.get("quiet") or not is_watched(sys.stderr):
        return None
    return _count


def _count(done: int, total: int) -> None:
    end = "\r\x1b[K" if done >= total else ""
    click.echo(f"\rDiscovery: {done} of {total}{end}", nl=False, err=True)


def events(given: Mapping[str, Any]) -> Callable[[Event], None]:
    """Return what prints one line per operation, as it happens."""
    return _silent if given.get("quiet") else _line


def _silent(event: Event) -> None:
    """Print nothing."""


def _line(event: Event) -> None:
    if event.status == "started":
        return
    click.echo(f"[{event.index}/{event.total}] {event.verb} {escape(event.name)}: {event.status}", err=True)
