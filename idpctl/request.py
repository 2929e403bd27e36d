"""What a command asks of the engine: one frozen value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.asked import Options
from idpctl.value import field, value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from idpctl.http.policy import NetworkPolicy


@value
class Network:
    """How the network may be used: where to, how much at once, and how long in all (seconds)."""

    policy: NetworkPolicy
    parallelism: int = 32
    deadline: float = 300.0


@value
class Request:
    """The configuration to read and the options to act by.

    `files` are relative to `root`, and so is `lock_file`, the discovery lock: None for the one beside
    the first file. `lock_timeout` is in seconds.
    """

    root: Path
    files: tuple[Path, ...]
    environ: Mapping[str, str]
    network: Network
    options: Options = field(default_factory=Options)
    lock_timeout: float = 0.0
    lock_file: Path | None = None
