"""What the figures are held against: never by a test, always by a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A figure to reach, and one beyond it; less is better."""

    reach: float
    beyond: float

    def verdict(self, figure: float) -> str:
        """Say in a word how `figure` stands."""
        if figure <= self.beyond:
            return "beyond"
        return "reached" if figure <= self.reach else "MISSED"


_NO_CHANGE, _CHANGED = "plan, no change", "plan, 2 % changed"

# Ratios of the medians of wall time, ours to terraform's: (case, size).
RATIOS = {
    ("version", 0): Target(reach=1.6, beyond=1.2),
    ("--help", 0): Target(reach=1.6, beyond=1.2),
    (_NO_CHANGE, 1): Target(reach=2.0, beyond=1.4),
    (_NO_CHANGE, 1_000): Target(reach=0.10, beyond=0.06),
    (_CHANGED, 1_000): Target(reach=0.10, beyond=0.06),
    (_NO_CHANGE, 10_000): Target(reach=0.05, beyond=0.03),
    (_CHANGED, 10_000): Target(reach=0.05, beyond=0.03),
    ("apply of creates", 1_000): Target(reach=0.05, beyond=0.015),
}
PEAK = {10_000: Target(reach=120, beyond=64)}  # MiB
GROWTH = Target(reach=8, beyond=5)  # seconds at 10,000 over seconds at 1,000
OVER_IDEAL = {100: Target(reach=0.45, beyond=0.28)}  # seconds
