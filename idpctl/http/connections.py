"""Connections to many hosts, kept while they may be needed again: one request at a time each."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import httpcore

from idpctl.http.backend import Line
from idpctl.http.faults import LostError

if TYPE_CHECKING:
    import ssl

    from idpctl.http.backend import OpenSockets, Wire
    from idpctl.http.deadline import Deadline
    from idpctl.http.guard import Guard
    from idpctl.http.proxies import Proxy
    from idpctl.http.target import Target

MOST_IDLE = 192
"""Idle connections kept; systems with 256 open files per process are still about."""

_KEEP_SECONDS = 4.0  # less than the 5 s after which common servers close


class Connection:
    """One connection: httpcore's protocol on our line. A tunnel through a proxy is not kept."""

    def __init__(self, target: Target, line: Line, context: ssl.SSLContext, proxy: Proxy | None) -> None:
        self.origin = target.origin
        self.line = line
        self.served = 0
        self._http: httpcore.HTTPConnection | httpcore.HTTPProxy
        self._direct: httpcore.HTTPConnection | None = None
        if proxy is not None:
            self._http = _tunnel(proxy, context, line)
            return
        self._http = self._direct = httpcore.HTTPConnection(
            httpcore.Origin(target.scheme.encode(), target.host.encode(), target.port),
            ssl_context=context,
            keepalive_expiry=_KEEP_SECONDS,
            network_backend=line,
        )

    def send(self, request: httpcore.Request, deadline: Deadline) -> httpcore.Response:
        """Return the answer, its body unread; raise FaultError or what httpcore makes of bad HTTP."""
        self.line.begin(deadline)
        self.served += 1
        return self._http.handle_request(request)

    @property
    def reusable(self) -> bool:
        """Say whether another request can be sent: the last answer was read whole, and nobody closed."""
        direct = self._direct
        return direct is not None and direct.is_available() and not direct.has_expired()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def _tunnel(proxy: Proxy, context: ssl.SSLContext, line: Line) -> httpcore.HTTPProxy:
    url = httpcore.URL(scheme=b"http", host=proxy.host.encode(), port=proxy.port, target=b"/")
    return httpcore.HTTPProxy(
        url,
        proxy_auth=proxy.credentials,
        ssl_context=context,
        max_connections=1,
        max_keepalive_connections=0,
        network_backend=line,
    )


class Connections:
    """Lends connections out; shared by threads."""

    def __init__(self, context: ssl.SSLContext, sockets: OpenSockets, guard: Guard) -> None:
        self._context = context
        self._sockets = sockets
        self._guard = guard
        self._lock = Lock()
        self._idle: OrderedDict[Connection, None] = OrderedDict()  # the first to be given up first
        self._by_origin: dict[tuple[str, str, int], list[Connection]] = {}
        self._closed = False

    def send(
        self, target: Target, request: httpcore.Request, deadline: Deadline, proxy: Proxy | None
    ) -> tuple[Connection, httpcore.Response]:
        """Return the answer and the connection it comes from, which is the caller's until given back.

        A kept connection that turns out to be closed is replaced by a new one: nothing was answered on it.
        """
        kept = self._take(target)
        if kept is not None:
            try:
                return kept, kept.send(request, deadline)
            except (LostError, httpcore.RemoteProtocolError):
                kept.close()
        line = Line(self._sockets, self._guard.locate if proxy is None else self._guard.locate_trusted)
        connection = Connection(target, line, self._context, proxy)
        try:
            return connection, connection.send(request, deadline)
        except BaseException:
            connection.close()
            raise

    def secure(self, target: Target, deadline: Deadline) -> Wire:
        """Return a new connection of the caller's own, under TLS and still silent; raise FaultError."""
        line = Line(self._sockets, self._guard.locate)
        line.begin(deadline)
        return line.connect_tcp(target.host, target.port).start_tls(self._context, target.host)

    def give_back(self, connection: Connection) -> None:
        """Keep `connection` for the next request to its origin if it can be used again, else close it."""
        surplus: Connection | None = connection
        with self._lock:
            if not self._closed and connection.reusable:
                self._idle[connection] = None
                # Of a host two URLs are asked for, as a rule: a second one makes a third unlikely.
                self._idle.move_to_end(connection, last=connection.served == 1)
                self._by_origin.setdefault(connection.origin, []).append(connection)
                surplus = self._forget(next(iter(self._idle))) if len(self._idle) > MOST_IDLE else None
        if surplus is not None:
            surplus.close()

    def _take(self, target: Target) -> Connection | None:
        with self._lock:
            waiting = self._by_origin.get(target.origin)
            connection = self._forget(waiting[-1]) if waiting else None
        if connection is None or connection.reusable:
            return connection
        connection.close()
        return None

    def _forget(self, connection: Connection) -> Connection:
        del self._idle[connection]
        same = self._by_origin[connection.origin]
        same.remove(connection)
        if not same:
            del self._by_origin[connection.origin]
        return connection

    def close(self) -> None:
        """Close the idle connections; those that are lent out are closed when they come back."""
        with self._lock:
            self._closed = True
            idle = list(self._idle)
            self._idle.clear()
            self._by_origin.clear()
        for connection in idle:
            connection.close()
