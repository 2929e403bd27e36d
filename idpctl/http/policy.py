"""What a run may contact: given on the command line or in the environment, never in the YAML under review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.value import field, value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@value
class NetworkPolicy:
    """The operator's word on the network.

    `allow_networks` are CIDRs whose loopback or private addresses may be contacted.
    `allow_loopback_http` admits plain http to `localhost`, 127/8 and ::1 written as such.
    `ca_bundle` is a PEM file whose authorities are trusted in addition to those of the system.
    `timeout` is the total time per URL in seconds, from the name to the last byte.
    `connect_to` sends the connections for (host, port) to another (host, port); that address is
    judged like any other, while TLS and the Host header keep the name of the URL.
    """

    allow_networks: tuple[str, ...] = ()
    allow_loopback_http: bool = False
    ca_bundle: Path | None = None
    timeout: float = 10.0
    connect_to: Mapping[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
