"""What a person has to allow before an apply: by name, so that it cannot cover a later change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import Action, Gate, GateKind, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.asked import Options
    from idpctl.plan import Change

# A handful of records may come and go; from here on a share of them is a mass.
_MASS_FROM = 5


def gates_of(changes: Sequence[Change], options: Options, *, owned: int) -> list[Gate]:
    """Return every gate in the way of `changes`, opened or not, in the order of the changes.

    `owned` counts the records that this configuration owns now, without those that were replaced:
    to remove these finishes a replacement, and is no loss.
    """
    gates = [gate for change in changes for gate in _named(change, options)]
    deletes = sum(change.action is Action.DELETE and not _is_leftover(change) for change in changes)
    return [*dict.fromkeys(gates), *_mass_delete(deletes, owned, options)]


def _is_leftover(change: Change) -> bool:
    return change.reason is Reason.DEPOSED and change.linked


def _named(change: Change, options: Options) -> Iterator[Gate]:
    address = change.address
    if change.action is Action.REPLACE:
        yield _gate(
            GateKind.REPLACE, address, options.allow_replace, "the record is created anew; its id changes"
        )
    if change.gap:
        yield _gate(GateKind.GAP, address, options.allow_gap, "for a moment neither record exists")
    if change.trust:
        paths = ", ".join(field.path for field in change.trust)
        yield _gate(
            GateKind.TRUST_CHANGE, address, options.allow_trust_change, f"changes whom to trust: {paths}"
        )
    why = _protection(change)
    if why:
        yield _gate(GateKind.DESTROY, address, options.allow_destroy, why)


def _protection(change: Change) -> str | None:
    record = change.before
    if change.action not in {Action.DELETE, Action.REPLACE} or record is None:
        return None
    wanted = change.desired
    if change.protected or (wanted is not None and wanted.declared.lifecycle.protect):
        return "the provider is protected"
    if record.mark is not None and record.mark.protect:
        return "the record was protected when it was last applied"
    if not change.linked:
        return "no mark says that this second record of the key was replaced"
    return None


_FLAGS = {
    GateKind.REPLACE: "--allow-replace",
    GateKind.DESTROY: "--allow-destroy",
    GateKind.TRUST_CHANGE: "--allow-trust-change",
    GateKind.GAP: "--allow-gap",
}


def _gate(kind: GateKind, address: str, allowed: frozenset[str], message: str) -> Gate:
    flag = f"{_FLAGS[kind]} {address}"
    return Gate(kind=kind, address=address, flag=flag, message=message, allowed=address in allowed)


def _mass_delete(deletes: int, owned: int, options: Options) -> Iterator[Gate]:
    everything = deletes > 0 and deletes >= owned
    share = owned >= _MASS_FROM and deletes * 100 > options.max_delete_percent * owned
    if everything or share:
        yield Gate(
            kind=GateKind.MASS_DELETE,
            address=None,
            flag=f"--max-deletes {deletes}",
            message=f"{deletes} of {owned} owned records would be deleted"
            + ("" if everything else f", more than {options.max_delete_percent} %"),
            allowed=options.max_deletes is not None and deletes <= options.max_deletes,
        )
