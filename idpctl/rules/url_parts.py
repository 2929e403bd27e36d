"""A URL taken apart as it is written: nothing is decoded, dropped, lowered or repaired.

`urllib.parse.urlsplit` drops TAB and LF, and HTTP clients normalise; a check behind them would
look at another text than the registry stores.
"""

from __future__ import annotations

from typing import NamedTuple

from idpctl.text import LIMIT, first_difference, quote

DEFAULT_PORTS = {"https": "443", "http": "80"}
MAX_PORT = 65535


class Parts(NamedTuple):
    """The components of RFC 3986 section 3; None is absent, "" is there and empty.

    `host` keeps the brackets of an IPv6 literal, `port` whatever follows the first colon.
    """

    scheme: str
    userinfo: str | None
    host: str
    port: str | None
    path: str
    query: str | None
    fragment: str | None

    @property
    def plain_host(self) -> str:
        """Return the host without brackets."""
        return self.host.strip("[]")

    @property
    def port_is_valid(self) -> bool:
        """Say whether the port is absent or a number from 1 to 65535."""
        port = self.port
        return port is None or (port.isascii() and port.isdigit() and 0 < int(port[:9]) <= MAX_PORT)


def split(url: str) -> Parts | None:
    """Return the parts of `url`, None where it has no `SCHEME://`."""
    scheme, found, rest = url.partition("://")
    if not found or not scheme.isascii() or not scheme.replace("+", "a").replace("-", "a").isalnum():
        return None
    rest, hash_mark, fragment = rest.partition("#")
    rest, question_mark, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    userinfo, at_sign, address = authority.rpartition("@")
    host, port = _host_and_port(address)
    return Parts(
        scheme=scheme,
        userinfo=userinfo if at_sign else None,
        host=host,
        port=port,
        path=slash + path,
        query=query if question_mark else None,
        fragment=fragment if hash_mark else None,
    )


def _host_and_port(address: str) -> tuple[str, str | None]:
    if address.startswith("["):
        inside, bracket, rest = address.partition("]")
        return inside + bracket + rest.partition(":")[0], rest.partition(":")[2] if ":" in rest else None
    host, colon, port = address.partition(":")
    return host, port if colon else None


def shown(url: str) -> str:
    """Return `url` quoted for a message, without what may be secret: userinfo, query and fragment.

    Where the authority is malformed, everything before the last `@` may be a password.
    """
    head, found, rest = url.partition("://")
    if not found:
        return quote("***@" + url.rpartition("@")[2] if "@" in url else url)
    parts = split(url)
    if "@" in rest and (parts is None or parts.userinfo is not None or not parts.port_is_valid):
        rest = "***@" + rest.rpartition("@")[2]
    rest, hash_mark, _ = rest.partition("#")
    rest, question_mark, _ = rest.partition("?")
    return quote(head + found + rest + ("?..." if question_mark else "") + ("#..." if hash_mark else ""))


def contrast(one: str, left: str, other: str, right: str) -> str:
    """Return what two URLs are that differ, by the words `one` and `other`, with a ^ where they differ first.

    Where there is userinfo nothing is pointed at, and both are shown without it.
    """
    if "@" in left + right:
        return f"{shown(left)} is {one}, {shown(right)} is {other}"
    index = first_difference(left, right)
    # As much is shown behind the difference as of a text elsewhere.
    above, below = (quote(f"{text[:index]}^{text[index:]}", index + LIMIT) for text in (left, right))
    return f"{one} {above}, {other} {below}: they differ at the ^"


def a_label(host: str) -> str | None:
    """Return `host` as DNS writes it (`xn--`), None where it cannot be written so (RFC 5891, UTS 46)."""
    if host.isascii():
        return host.lower()
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


def loosened(url: str) -> str:
    """Return what is left of `url` without the differences that people overlook.

    Scheme and host are lowered and written as A-labels, the default port and a final slash are
    dropped. Two URLs that differ and loosen to the same text are probably meant to be one.
    """
    parts = split(url)
    if parts is None:
        return url.rstrip("/")
    scheme = parts.scheme.lower()
    host = a_label(parts.host) or parts.host.lower()
    port = "" if parts.port in (None, "", DEFAULT_PORTS.get(scheme)) else f":{parts.port}"
    query = "" if parts.query is None else f"?{parts.query}"
    return f"{scheme}://{host}{port}{parts.path.rstrip('/')}{query}"
