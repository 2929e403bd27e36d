"""What was measured, as values, as JSON and as text."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.bench import targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.bench.discovery import Discovery
    from tests.bench.process import Usage
    from tests.bench.targets import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case: medians of ours, and of the peer's where it ran beside us."""

    name: str
    size: int
    repetitions: int
    ours: Usage
    theirs: Usage | None = None

    @property
    def ratio(self) -> float | None:
        """Return our wall time as a share of the peer's."""
        return None if self.theirs is None else self.ours.wall / self.theirs.wall

    @property
    def target(self) -> Target | None:
        """Return what the ratio is held against."""
        return targets.RATIOS.get((self.name, self.size))


@dataclass(slots=True, kw_only=True)
class Results:
    """All that one run of the benchmark found."""

    terraform: str | None
    rows: list[Row] = field(default_factory=list)
    stages: dict[int, Mapping[str, float]] = field(default_factory=dict)
    discoveries: list[Discovery] = field(default_factory=list)

    def machine(self) -> dict[str, Any]:
        """Return what the figures hold for."""
        return {
            "cpus": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "system": platform.system(),
            "terraform": self.terraform,
        }

    def growth(self) -> Iterator[tuple[str, float]]:
        """Yield case and seconds at 10,000 providers over seconds at 1,000."""
        walls = {(row.name, row.size): row.ours.wall for row in self.rows}
        for (name, size), wall in walls.items():
            if size == 10_000 and (name, 1_000) in walls:
                yield name, wall / walls[name, 1_000]

    def as_json(self) -> dict[str, Any]:
        """Return everything, seconds and MiB as plain numbers."""
        return {
            "machine": self.machine(),
            "cases": [_row(row) for row in self.rows],
            "growth_from_1000_to_10000": dict(self.growth()),
            "stages_seconds": {str(size): dict(stages) for size, stages in self.stages.items()},
            "discovery": [_discovery(one) for one in self.discoveries],
        }


def _usage(usage: Usage | None) -> dict[str, float] | None:
    if usage is None:
        return None
    return {
        "wall_seconds": round(usage.wall, 4),
        "cpu_seconds": round(usage.cpu, 4),
        "peak_mib": round(usage.peak, 1),
    }


def _row(row: Row) -> dict[str, Any]:
    ratio, target = row.ratio, row.target
    return {
        "case": row.name,
        "providers": row.size,
        "repetitions": row.repetitions,
        "idpctl": _usage(row.ours),
        "terraform": _usage(row.theirs),
        "ratio": None if ratio is None else round(ratio, 4),
        "verdict": None if ratio is None or target is None else target.verdict(ratio),
    }


def _discovery(one: Discovery) -> dict[str, Any]:
    target = targets.OVER_IDEAL.get(one.hosts)
    return {
        "command": one.command,
        "hosts": one.hosts,
        "idpctl": _usage(one.usage),
        "ideal_seconds": one.ideal,
        "over_ideal_seconds": round(one.over, 4),
        "verdict": None if target is None else target.verdict(one.over),
        "server": one.server,
    }
