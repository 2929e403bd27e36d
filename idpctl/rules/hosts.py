"""What the host of a URL is: a name, an address, or something that only looks like one."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from idpctl.http.addresses import Kind, judge, parse, parse_networks
from idpctl.rules.url_parts import a_label

if TYPE_CHECKING:
    from idpctl.http.addresses import Address, Network
    from idpctl.rules.urls import UrlPolicy

# RFC 6762 appendix G, RFC 8375, RFC 6761, ICANN resolution 2024.07.29.06, and Kubernetes' `svc`.
INTERNAL_SUFFIXES = (
    ".local",
    ".localhost",
    ".localdomain",
    ".internal",
    ".intranet",
    ".private",
    ".lan",
    ".home",
    ".corp",
    ".svc",
    ".invalid",
    ".home.arpa",
)
_IDEOGRAPHIC_STOP = "\u3002"
_NAME = re.compile(r"(?!.{254})(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_LOOPBACK_NAMES = ("localhost", "localhost.")


def folded(host: str) -> str:
    """Return `host` as a tolerant reader sees it: compatibility forms and ideographic stops replaced."""
    return unicodedata.normalize("NFKC", host).replace(_IDEOGRAPHIC_STOP, ".")


def address_of(host: str) -> Address | None:
    """Return the address that `host` (without brackets) spells in its standard form."""
    return parse(host)


def is_odd_ipv4(host: str) -> bool:
    """Say whether some reader takes `host`, which is no proper address, for an IPv4 address.

    The last label decides, as in the "ends in a number" check of the WHATWG URL standard.
    """
    labels = folded(host).removesuffix(".").split(".")
    return _NUMBER.fullmatch(labels[-1]) is not None


def is_name(host: str) -> bool:
    """Say whether `host` is a name that DNS can hold; a final dot and underscores are let pass."""
    ascii_host = a_label(host)
    return ascii_host is not None and _NAME.fullmatch(ascii_host.removesuffix(".")) is not None


def u_label(host: str) -> str:
    """Return what a browser shows for `host` with `xn--` labels; `host` where they are malformed."""
    import idna

    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host


def is_internal(host: str) -> bool:
    """Say whether the name has one label, or ends as names do that only one network knows."""
    name = host.lower().removesuffix(".")
    return "." not in name or name.endswith(INTERNAL_SUFFIXES)


def is_loopback_literal(host: str) -> bool:
    """Say, without DNS, whether `host` is localhost, in 127/8 or ::1 (RFC 8252 section 7.3)."""
    address = parse(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


@cache
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return parse_networks(texts)


def forbidden_kind(host: str, policy: UrlPolicy) -> Kind | None:
    """Return why `host` must not be handed out as an endpoint, None where it may.

    Only what the host itself says counts: an address, or a name of the loopback. What a name
    resolves to is judged where connections are made.
    """
    name = host.lower()
    address = parse("127.0.0.1" if name in _LOOPBACK_NAMES or name.endswith(".localhost") else host)
    if address is None:
        return None
    return judge(address, _networks(policy.allow_networks), loopback=policy.allow_loopback_http)


def is_never_allowed(host: str) -> bool:
    """Say whether `host` is an address that nothing can allow: link-local, metadata, multicast and so on."""
    address = parse(host)
    everything = _networks(("0.0.0.0/0", "::/0"))
    return address is not None and judge(address, everything, loopback=True) is not None
