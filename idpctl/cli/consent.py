"""How a person, or a pipeline in a person's name, agrees to a plan."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from idpctl.cli.terminal import is_watched
from idpctl.errors import InvalidInputError, RefusedError, StaleError
from idpctl.plan import GateKind
from idpctl.text import escape
from idpctl.value import replace, value

if TYPE_CHECKING:
    from idpctl.plan import Gate, Options, Plan

_FIELDS = {
    GateKind.REPLACE: "allow_replace",
    GateKind.DESTROY: "allow_destroy",
    GateKind.TRUST_CHANGE: "allow_trust_change",
    GateKind.GAP: "allow_gap",
}


@value
class Consent:
    """What was agreed to beforehand: any plan, the plan with one fingerprint, or nothing yet."""

    auto_approve: bool = False
    fingerprint: str | None = None

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

    def require_same(self, plan: Plan) -> None:
        """Raise StaleError unless `plan` is the one whose fingerprint was agreed to."""
        if self.fingerprint is not None and self.fingerprint != plan.fingerprint:
            raise StaleError(
                f"approved was {escape(self.fingerprint)}, but the plan is now {plan.fingerprint};"
                " nothing was written",
                hint="review the plan as it is now (idpctl plan), and approve its fingerprint",
            )


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
