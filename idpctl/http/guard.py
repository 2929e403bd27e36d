"""The judge at the door: names become addresses once, and only judged addresses are connected to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.http.addresses import ALLOWABLE, Kind, judge, parse, parse_networks
from idpctl.http.target import refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.http.deadline import Deadline
    from idpctl.http.policy import NetworkPolicy
    from idpctl.http.resolver import Lookups
    from idpctl.http.target import Target

Place = tuple[str, int]
"""An address as text, and a port."""

# What a cloud's proxy would resolve for us to addresses that are never contacted.
_METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "metadata.goog", "instance-data"})


class Guard:
    """Turns a host into places that may be contacted, by the operator's policy."""

    def __init__(self, policy: NetworkPolicy, lookups: Lookups) -> None:
        self._allowed = parse_networks(policy.allow_networks)
        self._loopback_http = policy.allow_loopback_http
        self._instead = {(host.lower(), port): instead for (host, port), instead in policy.connect_to.items()}
        self._lookups = lookups

    def admit(self, target: Target) -> None:
        """Raise FaultError unless the scheme is allowed for this host."""
        if target.scheme == "http" and not (self._loopback_http and target.loopback):
            raise refused("the URL is plain http")

    def redirects(self, target: Target) -> bool:
        """Say whether the operator sends connections for this host elsewhere."""
        return (target.host.lower(), target.port) in self._instead

    def admit_unresolved(self, target: Target) -> None:
        """Raise FaultError for a host that must not even be named to a proxy, which resolves it."""
        if target.address is not None:
            self._judge([target.host], literal=True, loopback=False)
        if target.host.lower().rstrip(".") in _METADATA_NAMES:
            raise refused("the host name leads to an address that is never contacted")

    def locate(self, host: str, port: int, deadline: Deadline) -> list[Place]:
        """Return where to connect for `host`, the preferred place first; one bad address refuses all.

        Raises FaultError. The answer is used for one connection and never asked for again, so a
        name server that changes its mind meanwhile gains nothing.
        """
        host, port = self._instead.get((host.lower(), port), (host, port))
        literal = parse(host)
        addresses = [host] if literal is not None else self._lookups.resolve(host, port, deadline)
        own = host.lower() == "localhost" or (literal is not None and literal.is_loopback)
        self._judge(addresses, literal=literal is not None, loopback=self._loopback_http and own)
        return [(address, port) for address in addresses]

    def locate_trusted(self, host: str, port: int, deadline: Deadline) -> list[Place]:
        """Return where to connect for a host that the operator named: a proxy, unjudged."""
        if parse(host) is not None:
            return [(host, port)]
        return [(address, port) for address in self._lookups.resolve(host, port, deadline)]

    def _judge(self, addresses: Sequence[str], *, literal: bool, loopback: bool) -> None:
        for text in addresses:
            address = parse(text)
            kind = Kind.RESERVED if address is None else judge(address, self._allowed, loopback=loopback)
            if kind is not None:
                raise refused(_words(kind, literal=literal))


def _words(kind: Kind, *, literal: bool) -> str:
    """Say why, but not where a name leads: whoever proposes it could map our network with that."""
    if literal:
        article = "an" if kind is Kind.UNSPECIFIED else "a"
        return f"the URL's host is {article} {kind} address"
    if kind in ALLOWABLE:
        return "the host name leads to a loopback or private address"
    return "the host name leads to an address that is never contacted"
