"""The proxy of the environment: HTTPS_PROXY, ALL_PROXY and NO_PROXY, in either case, lower case first.

A proxy resolves the names that it is given, so addresses cannot be judged here: the URL is checked,
and the run says so. Loopback, and what `connect_to` sends elsewhere, never goes through it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.http.addresses import Network
    from idpctl.http.target import Target

_PROXY = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?:(?P<user>[^/@:]*)(?::(?P<password>[^/@]*))?@)?"
    r"(?P<host>\[[0-9a-f:.]+\]|[^\s/@:\[\]]+)(?::(?P<port>[0-9]{1,5}))?/?",
    re.IGNORECASE,
)
_DEFAULT_PORT = 80


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """An http proxy; `credentials` are never shown, `direct` are the entries of NO_PROXY."""

    host: str
    port: int
    credentials: tuple[str, str] | None = None
    direct: tuple[str, ...] = ()

    def serves(self, target: Target) -> bool:
        """Say whether requests to `target` go through the proxy."""
        return not target.loopback and not any(_matches(entry, target) for entry in self.direct)

    def __repr__(self) -> str:
        return f"Proxy({self.host}:{self.port})"


def from_environ(environ: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for https; raise InvalidInputError for one that cannot be used, unshown."""
    name, text = _first(environ, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    if not text:
        return None
    match = _PROXY.fullmatch(text)
    if match is None or (match["scheme"] or "http").lower() != "http":
        raise InvalidInputError(
            f"{name} names no proxy that can be used", hint="Write it as http://HOST:PORT.", where=name
        )
    credentials = None if match["user"] is None else (_plain(match["user"]), _plain(match["password"] or ""))
    _, direct = _first(environ, "no_proxy", "NO_PROXY")
    return Proxy(
        host=match["host"].strip("[]"),
        port=int(match["port"] or _DEFAULT_PORT),
        credentials=credentials,
        direct=tuple(entry for entry in re.split(r"[\s,]+", direct.lower()) if entry),
    )


def _first(environ: Mapping[str, str], *names: str) -> tuple[str, str]:
    return next(((name, environ[name].strip()) for name in names if environ.get(name)), ("", ""))


def _plain(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


def _matches(entry: str, target: Target) -> bool:
    """Say whether `entry` (`*`, a name, `.suffix`, an address or a CIDR, a port behind it) holds `target`."""
    if entry == "*":
        return True
    host = target.host.lower()
    if target.address is not None:
        network = _network(entry.strip("[]"))
        return network is not None and target.address in network
    name, _, port = entry.partition(":")
    name = name.removeprefix("*").removeprefix(".")
    return bool(name) and port in {"", str(target.port)} and (host == name or host.endswith(f".{name}"))


def _network(entry: str) -> Network | None:
    from ipaddress import ip_network

    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None
