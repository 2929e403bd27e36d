"""Many https identity providers in a process of their own, each on a loopback address of its own.

    with Fleet(hosts=100, delay=0.05) as fleet:
        fleet.well_known_urls, fleet.ca_bundle, fleet.port
    fleet.stats()   # inside the context: requests, connections, most_in_flight, cpu_seconds

Every host serves a discovery document and a key set after `delay` seconds. A process of its own,
so that it does not share the interpreter's lock with what is measured. Linux only: there the whole of
127/8 is loopback.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

WELL_KNOWN = "/.well-known/openid-configuration"
_PER_CERTIFICATE = 25  # a certificate with a thousand names would cost more to read than to verify


def address(index: int) -> str:
    """Return the loopback address of host `index`."""
    return f"127.0.{index // 250 + 1}.{index % 250 + 1}"


class Fleet:
    """Starts the server and waits until it listens; `directory` holds the authority's certificate."""

    def __init__(self, *, hosts: int, delay: float = 0.05) -> None:
        self._hosts = hosts
        self._delay = delay

    def __enter__(self) -> Self:
        self._directory = tempfile.TemporaryDirectory()
        self.ca_bundle = Path(self._directory.name, "authority.pem")
        command = [sys.executable, __file__, str(self._hosts), str(self._delay), str(self.ca_bundle)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._talk(None))
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # the end of its input is the end of it
        self._directory.cleanup()

    @property
    def well_known_urls(self) -> list[str]:
        return [f"https://{address(index)}:{self.port}{WELL_KNOWN}" for index in range(self._hosts)]

    def stats(self) -> dict[str, Any]:
        """Return `requests`, `connections`, `most_in_flight`, `most_per_host`, `cpu_seconds`; start anew."""
        return dict(json.loads(self._talk("stats")))

    def _talk(self, line: str | None) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if line is not None:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        return self._process.stdout.readline()


def _key_set() -> bytes:
    from cryptography.hazmat.primitives.asymmetric import rsa

    numbers = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key().public_numbers()
    modulus = base64.urlsafe_b64encode(numbers.n.to_bytes(256)).rstrip(b"=").decode()
    key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": modulus, "e": "AQAB"}
    return json.dumps({"keys": [key]}).encode()


def _document(base: str) -> bytes:
    members: dict[str, Any] = {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "jwks_uri": f"{base}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email"],
    }
    return json.dumps(members).encode()


class _Provider:
    """All hosts of the fleet."""

    def __init__(self, hosts: int, delay: float, ca_bundle: str) -> None:
        import trustme

        authority = trustme.CA()
        authority.cert_pem.write_to_path(ca_bundle)
        self._contexts: dict[str, ssl.SSLContext] = {}
        for first in range(0, hosts, _PER_CERTIFICATE):
            names = [address(index) for index in range(first, min(first + _PER_CERTIFICATE, hosts))]
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(*names).configure_cert(context)
            self._contexts.update(dict.fromkeys(names, context))
        self._key_set = _key_set()
        self._delay = delay
        self._tasks: set[asyncio.Task[None]] = set()
        self._reset()

    def _reset(self) -> None:
        self._requests = self._connections = self._most = self._most_per_host = 0
        self._running: Counter[str] = Counter()
        self._cpu = time.process_time()

    def stats(self) -> dict[str, Any]:
        found = {
            "requests": self._requests,
            "connections": self._connections,
            "most_in_flight": self._most,
            "most_per_host": self._most_per_host,
            "cpu_seconds": round(time.process_time() - self._cpu, 3),
        }
        self._reset()
        return found

    async def accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            sock, _ = await loop.sock_accept(listener)
            task = loop.create_task(self._shake_hands(sock))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _shake_hands(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = asyncio.StreamReader()
        host = sock.getsockname()[0]
        with suppress(OSError):
            transport, _ = await asyncio.get_running_loop().connect_accepted_socket(
                lambda: asyncio.StreamReaderProtocol(reader), sock, ssl=self._contexts[host]
            )
            self._connections += 1
            await self._serve(reader, transport, f"https://{host}:{sock.getsockname()[1]}")

    async def _serve(self, reader: asyncio.StreamReader, transport: asyncio.Transport, base: str) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                await self._delayed(base)
                body = self._key_set if request.startswith(b"GET /jwks ") else _document(base)
                transport.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
                )
        transport.close()

    async def _delayed(self, base: str) -> None:
        self._requests += 1
        self._running[base] += 1
        self._most = max(self._most, self._running.total())
        self._most_per_host = max(self._most_per_host, self._running[base])
        await asyncio.sleep(self._delay)
        self._running[base] -= 1
        if not self._running[base]:
            del self._running[base]


async def _main(hosts: int, delay: float, ca_bundle: str) -> None:
    provider = _Provider(hosts, delay, ca_bundle)
    with socket.create_server(("0.0.0.0", 0), backlog=1024) as listener:  # noqa: S104 - all of 127/8
        listener.setblocking(False)
        accepting = asyncio.create_task(provider.accept(listener))
        print(listener.getsockname()[1], flush=True)  # noqa: T201 - the parent reads it
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(provider.stats()), flush=True)  # noqa: T201 - the parent reads it
        accepting.cancel()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))
