"""Loopback servers for tests: plain or under TLS of a test authority, well-behaved or hostile.

    with Server({"/doc": answer(b"{}")}, tls=certificate("127.0.0.1")) as server:
        fetch(server.url("/doc"))
    assert server.paths_asked == ["/doc"]

They run in threads of the test process. For many hosts and for measurements there is `fleet.py`,
a server in a process of its own.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


class Client:
    """One accepted connection, as a behaviour sees it; `sock` is for behaviours that speak no HTTP."""

    def __init__(self, sock: socket.socket, stopping: Event) -> None:
        self.sock = sock
        self._rest = b""
        self._stopping = stopping
        self.open = True

    def read(self) -> Request | None:
        """Return the next request, None when there is none."""
        while b"\r\n\r\n" not in self._rest:
            data = self.sock.recv(65536)
            if not data:
                return None
            self._rest += data
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        pairs = (line.split(":", 1) for line in lines)
        headers = {name.lower(): value.strip() for name, value in pairs}
        return Request(method, path, headers, self._body(int(headers.get("content-length", "0"))))

    def _body(self, length: int) -> bytes:
        while len(self._rest) < length and (data := self.sock.recv(65536)):
            self._rest += data
        body, self._rest = self._rest[:length], self._rest[length:]
        return body

    def send(self, data: bytes) -> None:
        """Send `data`; raises OSError when the other side is gone."""
        self.sock.sendall(data)

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
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.hang_up()


Behaviour = Callable[[Client, Request], None]


@dataclass
class Server:
    """Serves `paths` (path -> behaviour, the key None for any other) and counts what is asked of it."""

    paths: Mapping[str | None, Behaviour]
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    greeting: bytes | None = None  # said at once, and the connection closed: no TLS, no HTTP
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    in_flight: int = 0
    most_in_flight: int = 0

    def __enter__(self) -> Self:
        self._lock = Lock()
        self._stopping = Event()
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, 0), family=family, backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # which wakes a thread that waits in accept
        self.hang_up()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    @property
    def paths_asked(self) -> list[str]:
        return [request.path for request in self.requests]

    def hang_up(self) -> None:
        """Close every connection that is open."""
        with self._lock:
            for sock in self._open:
                with suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

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
            if self.greeting is not None:
                sock.recv(1)
                sock.sendall(self.greeting)
                sock.shutdown(socket.SHUT_RDWR)
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


@contextmanager
def overrun() -> Iterator[int]:
    """Listen on a port whose queue is full, so that connecting to it hangs; yield the port. Linux only."""
    with ExitStack() as stack, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until `condition` holds; fail when it does not in time."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it never came true"
        Event().wait(0.002)


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
