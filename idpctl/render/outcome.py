"""Results other than a plan, as values for the renderers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idpctl.plan import Action, Verb

if TYPE_CHECKING:
    from idpctl.applier import Report
    from idpctl.errors import Problem
    from idpctl.inventory import Row
    from idpctl.model import Desired, Target
    from idpctl.plan import Plan

_COUNTED = {Verb.CREATE: "added", Verb.UPDATE: "changed", Verb.DELETE: "destroyed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an apply did: the plan as it was carried out, and the fate of each operation."""

    plan: Plan
    report: Report

    @property
    def resources(self) -> dict[str, int]:
        """Count as Terraform does: a replacement is one added and one destroyed, a renamed key is nothing."""
        changes = self.plan.changes
        actions = {(change.address, step.name): change.action for change in changes for step in change.steps}
        counts = dict.fromkeys(("imported", *_COUNTED.values()), 0)
        for result in self.report.operations:
            action = actions.get((result.address, result.name))
            if str(result.status) == "done" and action is not Action.MOVE:
                counts["imported" if action is Action.ADOPT else _COUNTED[result.verb]] += 1
        return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """What a check of the configuration found; `files` are those that were read."""

    files: tuple[str, ...]
    providers: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What providers resolve to, by key or URL: None where an endpoint is missing."""

    resolved: tuple[tuple[str, Desired | None], ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The records of a registry, and how each one stands."""

    target: Target
    rows: tuple[Row, ...]
