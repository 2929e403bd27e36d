"""A configuration as values: what all files of a run say together."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from idpctl.value import field, value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from idpctl.asked import Inputs
    from idpctl.errors import Problem, Source
    from idpctl.model import Declared, Json, Moved
    from idpctl.policies.model import Policy

DEFAULT_DRIVER = "sqlite"
DEFAULT_ORGANIZATION = "default"
DEFAULT_SETTINGS: Mapping[str, Mapping[str, Json]] = {"sqlite": {"path": ".idpctl/registry.db"}}
DEFAULT_DELETE_PERCENT = 30


class TraceKind(StrEnum):
    """Where a value comes from."""

    FILE = "file"
    DEFAULTS = "defaults"
    BUILT_IN = "default"
    DISCOVERY = "discovery"
    LOCK = "lock"


@value
class Trace:
    """Where a value comes from; `source` is its place in a file, `variables` those that are part of it."""

    kind: TraceKind
    source: Source | None = None
    variables: tuple[str, ...] = ()


@value
class RegistryBlock:
    """The `registry:` block; `settings` belong to the driver, whose own schema judges them."""

    driver: str = DEFAULT_DRIVER
    organization: str = DEFAULT_ORGANIZATION
    settings: Mapping[str, Json] = field(default_factory=lambda: DEFAULT_SETTINGS[DEFAULT_DRIVER])
    source: Source | None = None


@value
class Configuration:
    """All layers merged.

    `providers` are in the order of the files. `root` is the folder of the first file: paths inside
    the configuration are relative to it.
    """

    version: int
    owner: str
    registry: RegistryBlock
    guards_max_delete_percent: int
    providers: tuple[Declared, ...]
    moved: tuple[Moved, ...]
    policies: tuple[Policy, ...] = ()
    inputs: Inputs
    warnings: tuple[Problem, ...]
    root: Path
