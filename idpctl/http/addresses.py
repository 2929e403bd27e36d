"""Which addresses may be contacted: pure.

`ipaddress.is_global` alone is no filter: on some versions it is True for 64:ff9b::a9fe:a9fe,
2002:a9fe:a9fe:: and ::127.0.0.1, all of which lead to an IPv4 address that it would refuse.
The table follows the IANA special-purpose registries (RFC 6890, RFC 8190) and what the large
clouds document as their metadata addresses.
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Kind(StrEnum):
    """What an address is for; the text is shown to the user."""

    PUBLIC = "public"
    LOOPBACK = "loopback"
    PRIVATE = "private"
    SPECIAL = "special-purpose"
    METADATA = "cloud metadata"
    LINK_LOCAL = "link-local"
    MULTICAST = "multicast"
    UNSPECIFIED = "unspecified"
    BROADCAST = "broadcast"
    RESERVED = "reserved"


ALLOWABLE = frozenset({Kind.LOOPBACK, Kind.PRIVATE, Kind.SPECIAL})

# The first network that holds an address tells its kind.
_V4: tuple[tuple[str, Kind], ...] = (
    ("169.254.169.254/32", Kind.METADATA),  # AWS, Azure, GCP, Oracle, DigitalOcean
    ("168.63.129.16/32", Kind.METADATA),  # Azure's wire server: a public address that is not
    ("100.100.100.200/32", Kind.METADATA),  # Alibaba Cloud
    ("192.0.0.192/32", Kind.METADATA),  # Oracle Cloud, the older one
    ("127.0.0.0/8", Kind.LOOPBACK),
    ("10.0.0.0/8", Kind.PRIVATE),
    ("172.16.0.0/12", Kind.PRIVATE),
    ("192.168.0.0/16", Kind.PRIVATE),
    ("100.64.0.0/10", Kind.PRIVATE),  # RFC 6598, carriers and many clusters
    ("169.254.0.0/16", Kind.LINK_LOCAL),
    ("0.0.0.0/8", Kind.UNSPECIFIED),
    ("192.0.0.0/24", Kind.SPECIAL),  # protocol assignments
    ("192.0.2.0/24", Kind.SPECIAL),  # documentation, three times
    ("198.51.100.0/24", Kind.SPECIAL),
    ("203.0.113.0/24", Kind.SPECIAL),
    ("192.88.99.0/24", Kind.SPECIAL),  # 6to4 relays, deprecated by RFC 7526
    ("198.18.0.0/15", Kind.SPECIAL),  # benchmarking
    ("224.0.0.0/4", Kind.MULTICAST),
    ("255.255.255.255/32", Kind.BROADCAST),
    ("240.0.0.0/4", Kind.RESERVED),
)
_V6: tuple[tuple[str, Kind], ...] = (
    ("fd00:ec2::254/128", Kind.METADATA),  # AWS
    ("fd20:ce::254/128", Kind.METADATA),  # GCP
    ("::1/128", Kind.LOOPBACK),
    ("::/128", Kind.UNSPECIFIED),
    ("fc00::/7", Kind.PRIVATE),
    ("64:ff9b:1::/48", Kind.PRIVATE),  # a translator of one's own, RFC 8215
    ("fe80::/10", Kind.LINK_LOCAL),
    ("fec0::/10", Kind.LINK_LOCAL),  # site-local, deprecated by RFC 3879
    ("ff00::/8", Kind.MULTICAST),
    ("64:ff9b::/96", Kind.PUBLIC),  # wrappers: what counts is the address inside
    ("2001::/32", Kind.PUBLIC),
    ("2001::/23", Kind.SPECIAL),  # protocol assignments: ORCHID, benchmarking and others
    ("2001:db8::/32", Kind.SPECIAL),
    ("3fff::/20", Kind.SPECIAL),
    ("2000::/3", Kind.PUBLIC),
)
_TABLE_V4 = tuple((IPv4Network(network), kind) for network, kind in _V4)
_TABLE_V6 = tuple((IPv6Network(network), kind) for network, kind in _V6)

_LOW_96 = tuple(
    IPv6Network(prefix) for prefix in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")
)
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_OWN_TRANSLATOR = IPv6Network("64:ff9b:1::/48")
_V4_MASK = 0xFFFFFFFF


def _flat(address: Address) -> Address:
    """Return `address` without its zone: fe80::1%eth0 is as link-local as fe80::1."""
    return IPv6Address(int(address)) if isinstance(address, IPv6Address) else address


def embedded(address: Address) -> tuple[IPv4Address, ...]:
    """Return the IPv4 addresses that packets to an IPv6 `address` may end at; none for most.

    Mapped and compatible (RFC 4291), translated (RFC 2765), NAT64 (RFC 6052), 6to4 (RFC 3056),
    Teredo (RFC 4380: the server, and the client under its exclusive-or).
    """
    if isinstance(address, IPv4Address) or int(address) <= 1:
        return ()
    number = int(address)
    if any(address in network for network in _LOW_96):
        return (IPv4Address(number & _V4_MASK),)
    if address in _SIX_TO_FOUR:
        return (IPv4Address(number >> 80 & _V4_MASK),)
    if address in _TEREDO:
        return IPv4Address(number >> 64 & _V4_MASK), IPv4Address(~number & _V4_MASK)
    return _translated(number) if address in _OWN_TRANSLATOR else ()


def _translated(number: int) -> tuple[IPv4Address, ...]:
    """Return the addresses never to contact among what the layouts of RFC 6052 section 2.2 would read.

    Which layout (/48, /56, /64 or /96; bits 64 to 71 are skipped) is in use is not known here, so
    three of the four readings are noise, such as 0.0.0.0; the prefix itself counts as private.
    """
    high, low = number >> 64, number & (1 << 56) - 1
    halves = (
        (high & 0xFFFF) << 16 | low >> 40,
        (high & 0xFF) << 24 | low >> 32,
        low >> 24,
        number & _V4_MASK,
    )
    readings = (IPv4Address(half & _V4_MASK) for half in halves)
    return tuple(reading for reading in readings if classify(reading) in {Kind.METADATA, Kind.LINK_LOCAL})


def classify(address: Address) -> Kind:
    """Return the kind of `address` itself, whatever it may wrap."""
    if isinstance(address, IPv4Address):
        return next((kind for network, kind in _TABLE_V4 if address in network), Kind.PUBLIC)
    if any(address in network for network in _LOW_96[:3]) and int(address) > 1:
        return Kind.PUBLIC
    return next((kind for network, kind in _TABLE_V6 if address in network), Kind.RESERVED)


def _refusal(address: Address, allowed: Sequence[Network], loopback: bool) -> Kind | None:
    kind = classify(address)
    if kind is Kind.PUBLIC or (loopback and kind is Kind.LOOPBACK):
        return None
    if kind in ALLOWABLE and any(address in network for network in allowed):
        return None
    return kind


def judge(address: Address, allowed: Sequence[Network] = (), *, loopback: bool = False) -> Kind | None:
    """Return why `address` must not be contacted, None if it may be.

    Loopback, private and special-purpose addresses may be inside `allowed`; `loopback` admits
    loopback besides. The other kinds never may, whatever is allowed.
    """
    address = _flat(address)
    verdicts = (_refusal(each, allowed, loopback) for each in (*embedded(address), address))
    return next((kind for kind in verdicts if kind is not None), None)


def parse(text: str) -> Address | None:
    """Return the address that `text` spells in its standard form, None where it is a name."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks that `texts` spell; raise InvalidInputError for one that is none."""
    return tuple(_network(text.strip()) for text in texts)


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise InvalidInputError(
            f"{quote(text)} is not a network",
            hint="Write it as CIDR without host bits, for example 10.20.0.0/16 or fd12:3456::/32.",
            where="--allow-network",
        ) from error
