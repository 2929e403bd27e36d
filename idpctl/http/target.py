"""A URL taken apart without a parser's kindness: the bytes that are written are the bytes that are asked for.

The rules on URLs (`rules/urls.py`) judge and explain; here whatever is not plainly a URL to
fetch is refused a second time, so that no caller can forget it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from idpctl.http.addresses import parse
from idpctl.http.faults import FaultError
from idpctl.http.rules import REFUSED

if TYPE_CHECKING:
    from idpctl.http.addresses import Address

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\s/?#@\\:%\[\]]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>[/?][^\s#\\]*)?",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?=.{1,254}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE | re.ASCII)
_DEFAULT_PORTS = {"https": 443, "http": 80}
_MAX_PORT = 65535


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a URL leads: `host` is ASCII and without brackets, `path` what goes into the request line."""

    scheme: str
    host: str
    port: int
    path: bytes
    authority: bytes

    @cached_property
    def address(self) -> Address | None:
        """The address, where the host is written as one."""
        return parse(self.host)

    @property
    def loopback(self) -> bool:
        """Say, without asking DNS, whether the host is a loopback literal."""
        return self.host.lower() == "localhost" or (self.address is not None and self.address.is_loopback)

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return what a connection can be shared by."""
        return self.scheme, self.host, self.port


def refused(reason: str) -> FaultError:
    """Return the fault for a URL or address that is not to be contacted."""
    return FaultError(REFUSED, reason)


def split(url: str) -> Target:
    """Return the target of an absolute http or https URL; raise FaultError for anything else.

    No userinfo, no fragment, no white space, control character or backslash, no `%` in the host.
    """
    match = _URL.fullmatch(url)
    if match is None or not url.isprintable():
        raise refused("the URL is not a plain https URL")
    scheme = match["scheme"].lower()
    port = int(match["port"] or _DEFAULT_PORTS[scheme])
    if not 0 < port <= _MAX_PORT:
        raise refused("the URL has no valid port")
    host = _ascii(match["host"])
    authority = host if match["port"] is None else f"{host}:{match['port']}"
    return Target(
        scheme=scheme,
        host=host.strip("[]"),
        port=port,
        path=_request_path(match["path"] or "/"),
        authority=authority.encode("ascii"),
    )


def _ascii(host: str) -> str:
    if host.startswith("[") or _HOST.fullmatch(host):
        return host
    name = "" if host.isascii() else _a_label(host)
    if not _HOST.fullmatch(name):
        raise refused("the URL's host is not a valid name")
    return name


def _a_label(host: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ""


def _request_path(path: str) -> bytes:
    text = path if path.startswith("/") else f"/{path}"
    return b"".join(
        bytes((byte,)) if byte < 0x80 else b"%%%02X" % byte  # noqa: PLR2004 - beyond ASCII
        for byte in text.encode("utf-8")
    )


def host_of(url: str) -> str:
    """Return host and port, by which requests are counted; "" where `url` cannot be fetched."""
    try:
        target = split(url)
    except FaultError:
        return ""
    return f"{target.host.lower()}:{target.port}"
