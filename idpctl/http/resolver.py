"""Names to addresses, within a deadline that `getaddrinfo` does not know."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import TYPE_CHECKING

from idpctl.http.faults import AbandonedError, FaultError
from idpctl.http.rules import UNREACHABLE

if TYPE_CHECKING:
    from idpctl.http.deadline import Deadline

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to addresses as text, the preferred one first; raises OSError for an unknown name."""


def system(host: str, port: int) -> list[str]:
    """Return what the system says: hosts file, DNS and whatever else it is set up to ask."""
    # Text would be taken through Python's IDNA of 2003, and 10 ms of imports; the host is ASCII already.
    found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _Lookup:
    """One question in a thread of its own: a hanging name server must hold up nobody, not even the exit."""

    def __init__(self, resolver: Resolver, host: str, port: int) -> None:
        self._ask = resolver
        self._question = (host, port)
        self.answer: Sequence[str] = ()
        self.done = Event()

    def start(self) -> None:
        Thread(target=self._run, name="idpctl-lookup", daemon=True).start()

    def _run(self) -> None:
        try:
            self.answer = self._ask(*self._question)
        except (OSError, UnicodeError):
            self.answer = ()
        finally:
            self.done.set()


class Lookups:
    """Asks `resolver`, and lets go of every question when the run is over."""

    def __init__(self, resolver: Resolver = system) -> None:
        self._resolver = resolver
        self._waiting: set[_Lookup] = set()
        self._closed = False

    def resolve(self, host: str, port: int, deadline: Deadline) -> Sequence[str]:
        """Return at least one address; raise FaultError for an unknown name or a late answer."""
        lookup = _Lookup(self._resolver, host, port)
        self._waiting.add(lookup)
        if self._closed:
            raise AbandonedError
        lookup.start()
        in_time = lookup.done.wait(deadline.left())
        self._waiting.discard(lookup)
        if self._closed:
            raise AbandonedError
        if not in_time:
            raise deadline.late()
        if not lookup.answer:
            raise FaultError(UNREACHABLE, "the host name could not be resolved")
        return lookup.answer

    def close(self) -> None:
        """Wake everybody who waits for an answer."""
        self._closed = True
        for lookup in tuple(self._waiting):
            lookup.done.set()
