"""Results other than a plan, as values for the renderers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.errors import Problem
    from idpctl.inventory import Row
    from idpctl.model import Desired, Target
    from idpctl.plan import Plan
    from idpctl.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an apply did: the plan that was reviewed, and the fate of each operation."""

    plan: Plan
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """What a check of the configuration found; `files` are those that were read."""

    files: tuple[str, ...]
    providers: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What providers resolve to, by key or URL: None where an endpoint is missing.

    `passed` are the ids of the rules that were checked and found nothing, by the same key or URL.
    """

    resolved: tuple[tuple[str, Desired | None], ...]
    problems: tuple[Problem, ...] = ()
    passed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The records of a registry, and how each one stands."""

    target: Target
    rows: tuple[Row, ...]
