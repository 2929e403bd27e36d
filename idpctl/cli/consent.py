"""How a person, or a pipeline in a person's name, agrees to a plan."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from idpctl.cli.terminal import is_watched
from idpctl.errors import InvalidInputError, RefusedError, StaleError
from idpctl.plan import GateKind
from idpctl.text import escape, quote
from idpctl.value import replace, value

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.asked import Options
    from idpctl.errors import Problem
    from idpctl.plan import Gate, Plan

_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{64}")
_FIELDS = {
    GateKind.REPLACE: "allow_replace",
    GateKind.DESTROY: "allow_destroy",
    GateKind.TRUST_CHANGE: "allow_trust_change",
    GateKind.GAP: "allow_gap",
}


@value
class Consent:
    """What was agreed to beforehand: any plan, the plan with one fingerprint, or nothing yet.

    `reviewed` is the plan of that fingerprint, where it is at hand: it tells what differs.
    """

    auto_approve: bool = False
    fingerprint: str | None = None
    reviewed: Plan | None = None

    @property
    def asks(self) -> bool:
        """Say whether a person has to be asked."""
        return not self.auto_approve and self.fingerprint is None

    def require_possible(self) -> None:
        """Raise at once where a person would have to be asked and nobody is there."""
        if self.asks and not (is_watched(sys.stdin) and is_watched(sys.stdout)):
            raise InvalidInputError(
                "nobody can be asked here: this is no terminal, or a pipeline's",
                hint="give a plan saved with idpctl plan --out, --approve FINGERPRINT, or --auto-approve",
            )

    def covers(self, plan: Plan) -> bool:
        """Say whether `plan` is one that was agreed to, as far as anything was."""
        return self.fingerprint is None or self.fingerprint == plan.fingerprint

    def refuse(self, plan: Plan, reviewed: Plan | None) -> NoReturn:
        """Raise StaleError, with every difference from the plan that was reviewed, where that is known."""
        raise StaleError(
            f"approved was {self.fingerprint}, but the plan is now {plan.fingerprint}; nothing was written",
            hint="review the plan as it is now, and approve its fingerprint"
            + ("" if reviewed else "; --reviewed PLANFILE would tell what differs"),
            problems=[] if reviewed is None else _differences(reviewed, plan),
        )

    def find_reviewed(self, plan: Plan) -> Plan | None:
        """Return the plan that was agreed to, from where it is kept; `plan` is the one of now."""
        from idpctl.cli.memory import recall

        nothing = replace(plan, changes=())
        if self.fingerprint is None or self.fingerprint == nothing.fingerprint:
            return nothing
        return self.reviewed or recall(self.fingerprint)


def consent(approve: str | None, reviewed: Path | None, *, auto_approve: bool) -> Consent:
    """Read what was agreed to on the command line; raise InvalidInputError for what cannot be meant."""
    if approve is not None and _FINGERPRINT.fullmatch(approve) is None:
        raise InvalidInputError(
            f"--approve {quote(approve)}: this is no fingerprint",
            hint="give the whole of what idpctl plan printed: sha256: and 64 hexadecimal digits",
        )
    if approve is not None and auto_approve:
        raise InvalidInputError("--approve is for one plan, --auto-approve for any: give one of the two")
    if reviewed is None:
        return Consent(auto_approve=auto_approve, fingerprint=approve)
    from idpctl.cli.files import read_plan

    if approve is None:
        raise InvalidInputError(
            "--reviewed tells what differs from the plan that --approve names, which is not given",
            hint="to apply the saved plan itself: idpctl apply PLANFILE",
        )
    plan = read_plan(reviewed)
    if plan.fingerprint != approve:
        raise InvalidInputError(
            f"{reviewed} is another plan than the one that was approved: it has {plan.fingerprint}",
            hint="give the plan whose fingerprint was reviewed, or leave --reviewed away",
        )
    return Consent(auto_approve=auto_approve, fingerprint=approve, reviewed=plan)


def _differences(reviewed: Plan, now: Plan) -> list[Problem]:
    from idpctl.stale import differences

    return [difference.problem for difference in differences(reviewed, now, whole=True)]


def ask(plan: Plan) -> Options:
    """Ask on the terminal for each closed gate, then for the whole; return the options with what was allowed.

    Raises RefusedError at the first answer that is not the one asked for.
    """
    options = plan.options
    for gate in plan.blocked:
        options = _open(gate, options)
    _demand(f"Apply these changes to {escape(str(plan.target))}?", "yes")
    return options


def _open(gate: Gate, options: Options) -> Options:
    if gate.address is None:
        number = gate.flag.rpartition(" ")[2]
        _demand(f"{gate.message}.", number)
        return replace(options, max_deletes=int(number))
    _demand(f"{escape(gate.address)}: {gate.message} ({gate.kind}).", gate.address)
    field = _FIELDS[gate.kind]
    allowed: dict[str, Any] = {field: getattr(options, field) | {gate.address}}
    return replace(options, **allowed)


def _demand(question: str, answer: str) -> None:
    text = f"{question}\n  Type {escape(answer)} to go on"
    try:
        given = click.prompt(text, default="", show_default=False)
    except click.Abort:
        given = None  # Ctrl-D: the end of what a person has to say
    if given != answer:
        raise RefusedError("not confirmed; nothing was written")
