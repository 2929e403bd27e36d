"""What a plan is asked for, and what it is made from."""

from __future__ import annotations

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from idpctl.value import field, value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT_LAYERS = ("idpctl.yaml",)


class Discovery(StrEnum):
    """Where endpoints come from that the configuration does not pin."""

    LIVE = "live"
    LOCK = "lock"
    SKIP = "skip"


def covers(only: Sequence[str], key: str) -> bool:
    """Say whether the patterns `only` cover `key`; where there are none, everything is covered."""
    return not only or any(fnmatchcase(key, pattern) for pattern in only)


@value
class Options:
    """What was asked for; stored in the plan, so that an apply plans again in the same way."""

    allow_replace: frozenset[str] = frozenset()
    allow_destroy: frozenset[str] = frozenset()
    allow_trust_change: frozenset[str] = frozenset()
    allow_gap: frozenset[str] = frozenset()
    max_deletes: int | None = None
    max_delete_percent: int = 30
    only: tuple[str, ...] = ()
    adopt: frozenset[str] = frozenset()
    destroy: bool = False
    discovery: Discovery = Discovery.LIVE
    strict: bool = False

    def selects(self, key: str) -> bool:
        """Say whether what may be partial covers `key`."""
        return covers(self.only, key)


@value
class Inputs:
    """What a plan was made from: SHA-256 over the configuration, and its files (path -> SHA-256).

    `layers` are those of the files that were given with -f, in their order. `lock_sha256` is over the
    discovery lock, None where none was used; `lock_file` is the one that was given by name.
    """

    config_sha256: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    layers: tuple[str, ...] = DEFAULT_LAYERS
    lock_sha256: str | None = None
    lock_file: str | None = None
