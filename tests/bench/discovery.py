"""Discovery of M providers on hosts of their own, over TLS, each answer 50 ms late: for plan and drift."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tests.bench import workload
from tests.bench.process import installed, measure, middle
from tests.support.fleet import Fleet

if TYPE_CHECKING:
    from tests.bench.process import Usage

DELAY = 0.05
PARALLELISM = 32
_CHANGES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """A `command` that discovers `hosts` providers; `ideal` seconds are what the answers alone take."""

    command: str
    hosts: int
    usage: Usage
    ideal: float
    server: dict[str, Any]

    @property
    def over(self) -> float:
        """Return the seconds above the ideal: start, connections, handshakes, checks, plan, output."""
        return self.usage.wall - self.ideal


def discover(hosts: int, repetitions: int) -> Discovery:
    """Plan `hosts` providers into an empty registry: a document and a key set each."""
    return _measured("plan", hosts, repetitions, requests=2)


def watch(hosts: int, repetitions: int) -> Discovery:
    """Look for drift of `hosts` providers, all of them as applied: a document each."""
    return _measured("drift", hosts, repetitions, requests=1)


def _measured(command: str, hosts: int, repetitions: int, *, requests: int) -> Discovery:
    with TemporaryDirectory(prefix="idpctl-bench-") as root, Fleet(hosts=hosts, delay=DELAY) as fleet:
        directory = Path(root)
        workload.write_discovered(directory, fleet.well_known_urls)
        network = (
            *("--parallelism", str(PARALLELISM), "--ca-bundle", str(fleet.ca_bundle)),
            *("--allow-network", "127.0.0.0/8"),
        )
        if command == "drift":
            measure((installed(), "apply", "--auto-approve", *network), directory, codes=(0,))
            line, code = (installed(), "drift", "--since", "last.json", "-o", "json=last.json", *network), 0
        else:
            line, code = (installed(), "plan", "--detailed-exitcode", *network), _CHANGES
        fleet.stats()
        usage = middle([measure(line, directory, codes=(code,)) for _ in range(repetitions)])
        server = fleet.stats()
    ideal = ceil(requests * hosts / PARALLELISM) * DELAY
    return Discovery(command=command, hosts=hosts, usage=usage, ideal=ideal, server=server)
