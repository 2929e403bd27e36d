"""The fetcher: what it gets is hostile until it has been read whole, within its limits and its time."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from idpctl import __version__
from idpctl.documents import Certificate, Fetched, Response, Unreachable
from idpctl.http.answer import check_encoding, header, read_body
from idpctl.http.backend import OpenSockets
from idpctl.http.connections import Connections
from idpctl.http.deadline import Deadline
from idpctl.http.faults import AbandonedError, FaultError
from idpctl.http.guard import Guard
from idpctl.http.proxies import from_environ
from idpctl.http.resolver import Lookups, Resolver, system
from idpctl.http.retry import RETRIED, pause
from idpctl.http.rules import PROXY, UNUSABLE
from idpctl.http.target import refused, split
from idpctl.http.transport import LINE, Route, Transport, open_client, request_for

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from idpctl.http.policy import NetworkPolicy
    from idpctl.http.proxies import Proxy
    from idpctl.http.target import Target

_OK = 200
_HEADERS = (
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"identity"),
    (b"User-Agent", f"idpctl/{__version__}".encode()),
)
_POST_HEADERS = (*_HEADERS, (b"Content-Type", b"application/json"))


@dataclass(frozen=True, kw_only=True)
class _Errand:
    """One call of `get` or `post`: all that its attempts share."""

    url: str
    route: Route
    limit: int
    too_large: str
    body: bytes | None = None


class HttpFetcher:
    """A `Fetcher` over one httpx.Client and HTTP/1.1; what it promises is said there."""

    def __init__(
        self,
        policy: NetworkPolicy,
        context: ssl.SSLContext,
        *,
        resolver: Resolver | None,
        environ: Mapping[str, str],
    ) -> None:
        self._timeout = policy.timeout
        self._proxy = from_environ(environ)
        self._lookups = Lookups(resolver or system)
        self._guard = Guard(policy, self._lookups)
        self._sockets = OpenSockets()
        self._connections = Connections(context, self._sockets, self._guard)
        self._transport = Transport(self._connections)
        self._client = open_client(self._transport)
        self._closed = Event()

    @property
    def notes(self) -> tuple[str, ...]:
        """Say that a proxy is used, which resolves names in our place."""
        if self._proxy is None:
            return ()
        place = f"{self._proxy.host}:{self._proxy.port}"
        return (f"The proxy {place} resolves the names: the addresses behind them cannot be checked here.",)

    def get(
        self, url: str, *, limit: int, seconds: float | None = None, too_large: str = UNUSABLE
    ) -> Response:
        """Return the answer of `url`, or why there is none."""
        deadline = Deadline(self._timeout if seconds is None else min(seconds, self._timeout))
        return self._run(url, deadline, limit=limit, too_large=too_large)

    def post(self, url: str, body: bytes) -> Response:
        """Return the answer to `body`, which is JSON, or why there is none; its own body is not read."""
        return self._run(url, Deadline(self._timeout), limit=0, too_large=UNUSABLE, body=body)

    def _run(
        self, url: str, deadline: Deadline, *, limit: int, too_large: str, body: bytes | None = None
    ) -> Response:
        try:
            target = split(url)
            route = Route(target=target, proxy=self._route(target), deadline=deadline)
            return self._insist(_Errand(url=url, route=route, limit=limit, too_large=too_large, body=body))
        except FaultError as fault:
            return Unreachable(url=url, rule=fault.rule, reason=fault.reason)

    def _route(self, target: Target) -> Proxy | None:
        """Return the proxy to go through, None for the direct way; raise FaultError for neither."""
        self._guard.admit(target)
        if self._proxy is None or self._guard.redirects(target) or not self._proxy.serves(target):
            return None
        self._guard.admit_unresolved(target)
        return self._proxy

    def _insist(self, errand: _Errand) -> Fetched:
        """Ask, and ask again while the server is busy and there is time."""
        attempt = 0
        while True:
            answer, retry_after = self._ask(errand)
            if answer.status not in RETRIED:
                return answer
            seconds = pause(answer.status, retry_after, attempt, errand.route.deadline.left())
            if self._closed.wait(seconds):
                raise AbandonedError
            attempt += 1

    def _ask(self, errand: _Errand) -> tuple[Fetched, str | None]:
        """Return one answer and its Retry-After header; raise FaultError."""
        start = monotonic()
        body = b""
        own = _HEADERS if errand.body is None else _POST_HEADERS
        request = request_for(errand.route, own, errand.body)
        with closing(self._client.send(request, stream=True)) as response:
            headers = response.headers.raw
            # Nobody needs the page behind an error, and a busy server need not send it again.
            if response.status_code == _OK and errand.body is None:
                check_encoding(headers)
                line = response.extensions[LINE]
                body = read_body(response.iter_raw(), headers, line, errand.limit, errand.too_large)
        fetched = Fetched(
            url=errand.url,
            status=response.status_code,
            content_type=header(headers, b"content-type") or "",
            location=header(headers, b"location"),
            body=body,
            seconds=monotonic() - start,
        )
        return fetched, header(headers, b"retry-after")

    def certificate(self, url: str, *, seconds: float | None = None) -> Certificate | Unreachable:
        """Return the certificate of the server of an https URL, or why there is none."""
        deadline = Deadline(self._timeout if seconds is None else min(seconds, self._timeout))
        try:
            target = split(url)
            self._require_direct(target)
            with closing(self._connections.secure(target, deadline)) as wire:
                return Certificate(not_after=wire.not_after())
        except FaultError as fault:
            return Unreachable(url=url, rule=fault.rule, reason=fault.reason)

    def _require_direct(self, target: Target) -> None:
        """Raise FaultError where TLS is not spoken with the server itself."""
        if target.scheme != "https":
            raise refused("the URL is plain http")
        if self._route(target) is not None:
            raise FaultError(PROXY, "a proxy stands between")

    def close(self) -> None:
        """Abandon what is under way: threads that wait on a name, a socket or a pause are woken."""
        self._closed.set()
        self._lookups.close()
        self._sockets.close()
        self._transport.close()  # a client that is closed would raise in the middle of other threads' work

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
