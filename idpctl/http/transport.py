"""httpx over our own connections: its client is the door, and every request goes the way that was judged.

httpx would read a URL in its own manner (dots in the path resolved, the host lowered), so a request
holds its origin as URL, its path as it was written in httpx's extension `target`, and its route.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING

import httpcore
import httpx

from idpctl.http.faults import FaultError, LostError
from idpctl.http.rules import UNREACHABLE, UNUSABLE
from idpctl.http.target import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.http.connections import Connection, Connections
    from idpctl.http.deadline import Deadline
    from idpctl.http.proxies import Proxy
    from idpctl.http.target import Target

_ROUTE = "idpctl.route"

LINE = "idpctl.line"
"""The extension of an answer that holds its connection's line, which counts what is read."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where one URL is fetched from, by which way, and until when: the same for all attempts."""

    target: Target
    proxy: Proxy | None
    deadline: Deadline


def request_for(
    route: Route, headers: tuple[tuple[bytes, bytes], ...], body: bytes | None = None
) -> httpx.Request:
    """Return a GET, or a POST of `body`, with Host and `headers` and nothing else; raise FaultError.

    A request that is given its stream is sent as it is: httpx adds no header of its own.
    """
    target = route.target
    length = () if body is None else ((b"Content-Length", str(len(body)).encode()),)
    return httpx.Request(
        "GET" if body is None else "POST",
        _origin(target),
        headers=[(b"Host", target.authority), *headers, *length],
        stream=httpx.ByteStream(body or b""),
        extensions={
            "target": target.path,
            "timeout": httpx.Timeout(route.deadline.left()).as_dict(),
            _ROUTE: route,
        },
    )


def _origin(target: Target) -> httpx.URL:
    try:
        return httpx.URL(f"{target.scheme}://{target.authority.decode('ascii')}/")
    except httpx.InvalidURL as error:
        raise refused("the host name is written like an address, and is none") from error


def open_client(transport: Transport) -> httpx.Client:
    """Return the one client: it knows no environment, follows nothing and keeps nothing."""
    return httpx.Client(transport=transport, trust_env=False, follow_redirects=False, cookies=_NoCookies())


class _NoCookies(CookieJar):
    """A jar that stays empty, and never reads what a server sets."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Leave the cookies where they are."""


class Transport(httpx.BaseTransport):
    """Sends requests that `request_for` made over `connections`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer, its body unread; raise FaultError."""
        route: Route = request.extensions[_ROUTE]
        with _faults():
            connection, answer = self._connections.send(
                route.target, _bare(request, route.target), route.deadline, route.proxy
            )
        return _Answer(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer, connection, self._connections),
            extensions={**answer.extensions, LINE: connection.line},
        )

    def close(self) -> None:
        """Close the idle connections, and keep no other."""
        self._connections.close()


def _bare(request: httpx.Request, target: Target) -> httpcore.Request:
    """Return `request` for httpcore; `target` would reach a proxy's CONNECT too, were it an extension."""
    return httpcore.Request(
        request.method,
        httpcore.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=request.extensions["target"],
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions={"timeout": request.extensions["timeout"]},
    )


class _Answer(httpx.Response):
    """An answer that leads nowhere else: httpx would make the next request, and raise for a bad Location."""

    has_redirect_location = False


class _Body(httpx.SyncByteStream):
    """The body of an answer; closing it gives the connection back."""

    def __init__(self, answer: httpcore.Response, connection: Connection, connections: Connections) -> None:
        self._answer = answer
        self._connection = connection
        self._connections = connections

    def __iter__(self) -> Iterator[bytes]:
        with _faults():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
        self._connections.give_back(self._connection)


@contextmanager
def _faults() -> Iterator[None]:
    """Say in neutral words what httpcore makes of bad HTTP."""
    try:
        yield
    except httpcore.ProxyError as error:
        raise FaultError(UNREACHABLE, f"the proxy refused with status {str(error)[:3]}") from error
    except httpcore.ProtocolError as error:
        if error.__cause__ is None:  # closed without an answer; through a proxy, any of it
            raise LostError from error
        raise FaultError(UNUSABLE, "the answer broke off, or is not valid HTTP") from error
