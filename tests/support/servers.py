"""Loopback servers for tests: plain or under TLS of a test authority, well-behaved or hostile.

    with Server({"/doc": answer(b"{}")}, tls=certificate("127.0.0.1")) as server:
        fetch(server.url("/doc"))
    assert server.paths == ["/doc"]

They run in threads of the test process. For many hosts and for measurements there is `fleet.py`,
a server in a process of its own.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Self

import trustme

if TYPE_CHECKING:
    from pathlib import Path


@cache
def authority(name: str = "the one that tests trust") -> trustme.CA:
    """Return a certificate authority; another name gives another one, whom nobody trusts."""
    return trustme.CA(organization_name=name)


def trust_file(directory: Path) -> Path:
    """Write the trusted authority into `directory` and return the file, for `ca_bundle`."""
    path = directory / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return path


@cache
def certificate(
    *names: str, ca: str = "the one that tests trust", not_after: datetime | None = None
) -> ssl.SSLContext:
    """Return a server context for `names` (hosts and addresses), issued by the authority `ca`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    not_before = None if not_after is None else datetime(2000, 1, 1, tzinfo=not_after.tzinfo)
    authority(ca).issue_cert(*names, not_before=not_before, not_after=not_after).configure_cert(context)
    return context


@cache
def self_signed() -> ssl.SSLContext:
    """Return a server context whose certificate vouches for itself."""
    ca = authority("nobody but itself")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with ca.private_key_and_cert_chain_pem.tempfile() as file:
        context.load_cert_chain(file)
    return context


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


class Client:
    """One accepted connection, as a behaviour sees it."""

    def __init__(self, sock: socket.socket, stopping: Event) -> None:
        self._sock = sock
        self._rest = b""
        self._stopping = stopping
        self.open = True

    def read(self) -> Request | None:
        """Return the next request, None when there is none."""
        while b"\r\n\r\n" not in self._rest:
            data = self._sock.recv(65536)
            if not data:
                return None
            self._rest += data
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        pairs = (line.split(":", 1) for line in lines)
        return Request(method, path, {name.lower(): value.strip() for name, value in pairs})

    def send(self, data: bytes) -> None:
        """Send `data`; raises OSError when the other side is gone."""
        self._sock.sendall(data)

    def drip(self, pieces: Iterable[bytes], seconds: float = 0.02) -> None:
        """Send piece after piece, with a pause before each, until the server stops."""
        for piece in pieces:
            if self._stopping.wait(seconds):
                return
            self.send(piece)

    def wait(self, seconds: float | None = None) -> None:
        """Say nothing for so long, or until the server stops."""
        self._stopping.wait(seconds)

    def hang_up(self) -> None:
        """Close the connection after this request."""
        self.open = False

    def reset(self) -> None:
        """Break the connection off with a TCP reset."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.hang_up()


Behaviour = Callable[[Client, Request], None]


@dataclass
class Server:
    """Serves `paths` (path -> behaviour, the key None for any other) and counts what is asked of it."""

    paths: Mapping[str | None, Behaviour]
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    in_flight: int = 0
    most_in_flight: int = 0

    def __enter__(self) -> Self:
        self._lock = Lock()
        self._stopping = Event()
        self._cleanup = ExitStack()
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, 0), family=family, backlog=128)
        self._open: set[socket.socket] = set()
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with self._lock:
            # shutdown, not close, wakes a thread that waits in accept or recv.
            for sock in (self._listener, *self._open):
                with suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def paths_asked(self) -> list[str]:
        return [request.path for request in self.requests]

    def url(self, path: str, host: str | None = None) -> str:
        """Return the URL of `path` here, under the name `host` if given."""
        name = host or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"{'http' if self.tls is None else 'https'}://{name}:{self.port}{path}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                thread = Thread(target=self._serve, args=(sock,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError):  # of which SSLError is one: hostile peers are tested from both sides
            self._track(sock)
            if self.tls is not None:
                plain, sock = (
                    sock,
                    self.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False),
                )
                self._untrack(plain)
                self._track(sock)
                sock.do_handshake()
            self.connections += 1
            client = Client(sock, self._stopping)
            while client.open and (request := client.read()) is not None:
                self._behave(client, request)
        self._untrack(sock)
        sock.close()

    def _behave(self, client: Client, request: Request) -> None:
        with self._lock:
            self.requests.append(request)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            path = request.path if request.path in self.paths else None
            self.paths.get(path, answer(b"", status=404))(client, request)
        finally:
            with self._lock:
                self.in_flight -= 1

    def _track(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.add(sock)

    def _untrack(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.discard(sock)


def head(status: int = 200, **headers: str | int) -> bytes:
    """Return a status line and headers; `content_type` is written Content-Type."""
    lines = "".join(f"{name.replace('_', '-').title()}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode("latin-1")


def answer(
    body: bytes = b"{}",
    status: int = 200,
    *,
    content_type: str = "application/json",
    pause: float = 0,
    **headers: str | int,
) -> Behaviour:
    """Answer whole and at once, or after `pause` seconds."""
    data = head(status, content_type=content_type, content_length=len(body), **headers) + body

    def behave(client: Client, _: Request) -> None:
        client.wait(pause) if pause else None
        client.send(data)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave differently with each request, at the end as the last one."""
    left = list(behaviours)
    lock = Lock()

    def behave(client: Client, request: Request) -> None:
        with lock:
            now = left.pop(0) if len(left) > 1 else left[0]
        now(client, request)

    return behave


def raw(data: bytes) -> Behaviour:
    """Send exactly `data` and close."""

    def behave(client: Client, _: Request) -> None:
        client.send(data)
        client.hang_up()

    return behave


def dripping(first: bytes, pieces: Callable[[], Iterable[bytes]], seconds: float = 0.02) -> Behaviour:
    """Send `first`, then piece after piece, slowly; it may never end."""

    def behave(client: Client, _: Request) -> None:
        client.send(first)
        client.drip(pieces(), seconds)
        client.hang_up()

    return behave


def silent(client: Client, _: Request) -> None:
    """Never answer."""
    client.wait()


def slam(client: Client, _: Request) -> None:
    """Close without a byte of an answer."""
    client.hang_up()


def reset(client: Client, _: Request) -> None:
    """Reset the connection instead of an answer."""
    client.reset()
