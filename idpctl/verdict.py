"""From findings and plans to exit codes: one place, so that text, JSON and the process agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.conflicts import OWNERSHIP
from idpctl.errors import ExitCode, worst
from idpctl.plan import GateKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idpctl.errors import Problem
    from idpctl.plan import Plan

# What is wrong with the configuration itself, wherever it was noticed.
_INPUT_RULES = ("CFG-", "YML-", "PLN-")


def of_problems(problems: Iterable[Problem]) -> ExitCode:
    """Return the code for the findings that block."""
    return worst(_of_problem(problem) for problem in problems if problem.blocks)


def _of_problem(problem: Problem) -> ExitCode:
    if problem.rule in OWNERSHIP:
        return ExitCode.REFUSED
    return ExitCode.INVALID if problem.rule.startswith(_INPUT_RULES) else ExitCode.CHECKS


def of_examination(problems: Iterable[Problem]) -> ExitCode:
    """Return the code of `idpctl check`: what it finds is a failed check, wherever it lies."""
    return ExitCode.CHECKS if any(problem.blocks for problem in problems) else ExitCode.DONE


def of_plan(plan: Plan, *, detailed: bool = False) -> ExitCode:
    """Return the code of `idpctl plan`.

    A gate that a name opens can still be opened at the apply; a mass delete looks like a mistake
    and is refused at once.
    """
    return worst(_of_plan(plan, detailed=detailed))


def _of_plan(plan: Plan, *, detailed: bool) -> Iterator[ExitCode]:
    yield of_problems(plan.problems)
    if any(gate.kind is GateKind.MASS_DELETE for gate in plan.blocked):
        yield ExitCode.REFUSED
    if detailed and plan.changes:
        yield ExitCode.CHANGES


def of_apply(plan: Plan) -> ExitCode:
    """Return why `plan` must not be applied; DONE when it may."""
    return worst([of_problems(plan.problems), ExitCode.REFUSED if plan.blocked else ExitCode.DONE])
