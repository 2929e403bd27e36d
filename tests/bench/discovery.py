"""Discovery of M providers on hosts of their own, over TLS, each answer 50 ms late."""

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
    """A plan that discovers `hosts` providers; `ideal` seconds are what the answers alone take."""

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
    with TemporaryDirectory(prefix="idpctl-bench-") as root, Fleet(hosts=hosts, delay=DELAY) as fleet:
        directory = Path(root)
        workload.write_discovered(directory, fleet.well_known_urls)
        command = (
            *(installed(), "plan", "--detailed-exitcode", "--parallelism", str(PARALLELISM)),
            *("--ca-bundle", str(fleet.ca_bundle), "--allow-network", "127.0.0.0/8"),
        )
        usage = middle([measure(command, directory, codes=(_CHANGES,)) for _ in range(repetitions)])
        server = fleet.stats()
    ideal = ceil(2 * hosts / PARALLELISM) * DELAY
    return Discovery(hosts=hosts, usage=usage, ideal=ideal, server=server)
