"""Which provider is a token's own: as the gateway looks for it, by issuer, then by name. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.checkup.token import cut
from idpctl.rules.issuers import base_of, belongs
from idpctl.text import quote, suggestion
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.model import Declared, Record

_FEW = 3  # other providers that a hint names


@value
class Known:
    """A provider that a token may belong to; `ref` tells it from the others of its list."""

    ref: str
    label: str
    issuer: str
    name: str


@value
class Choice:
    """How the gateway comes to a provider for an issuer.

    `among` says which providers it was looked for. `by_name`: its name equals the issuer, and no
    issuer does. `doubts` say what else the gateway may come to; `instead` is the provider that the
    token would match rather than the one that was asked about; `nearest` has an issuer that is
    much like it.
    """

    among: str = "registered"
    by_name: bool = False
    doubts: tuple[str, ...] = ()
    instead: str = ""
    nearest: Known | None = None


def of_record(record: Record, owner: str) -> Known:
    """Return a registered provider; the gateway believes those of nobody and of others too."""
    mark = record.mark
    own = mark is not None and mark.owner == owner
    label = mark.key if mark is not None and own else quote(record.idp.name)
    return Known(ref=record.ref, label=label, issuer=record.idp.issuer, name=record.idp.name)


def of_declared(declared: Declared, issuer: str) -> Known:
    """Return a declared provider; where its document may name `issuer`, it is taken to do so."""
    written = declared.issuer
    if written is None:
        url = declared.well_known_url
        written = issuer if issuer and belongs(issuer, url) else base_of(url) or ""
    return Known(ref=declared.key, label=declared.key, issuer=written, name=declared.name)


def found_by(issuer: str, known: Sequence[Known]) -> tuple[Known, ...]:
    """Return the providers that the gateway may take for `issuer`: several where several have it."""
    if not issuer:
        return ()
    return tuple(one for one in known if one.issuer == issuer) or _named(issuer, known)


def _named(issuer: str, known: Sequence[Known]) -> tuple[Known, ...]:
    return tuple(one for one in known if one.name == issuer)


def choose(
    issuer: str, asked: str | None, known: Sequence[Known], declared: Sequence[Known], *, among: str
) -> Choice:
    """Return how the gateway's choice for `issuer` stands to the provider with the ref `asked`.

    `known` are those it is looked for among, `declared` those that could be among them one day.
    """
    matching = found_by(issuer, known)
    others = [one for one in matching if one.ref != asked]
    if len(others) == len(matching):
        nearest = None if matching else _nearest(issuer, known)
        return Choice(among=among, instead=_instead(issuer, others, declared), nearest=nearest)
    by_name = matching[0].issuer != issuer
    doubts = [f"{one.label} has the same {'name' if by_name else 'issuer'}" for one in others]
    doubts += [
        f"{one.label} has the issuer as its name" for one in _named(issuer, known) if one not in matching
    ]
    return Choice(among=among, by_name=by_name, doubts=tuple(doubts))


def _instead(issuer: str, others: Sequence[Known], declared: Sequence[Known]) -> str:
    if others:
        return ", ".join(one.label for one in others[:_FEW])
    keys = [one.label for one in declared if issuer and one.issuer == issuer]
    return f"{keys[0]}, which is declared, but not registered" if keys else ""


def _nearest(issuer: str, known: Sequence[Known]) -> Known | None:
    by_issuer = {cut(one.issuer): one for one in known}
    near = suggestion(cut(issuer), by_issuer)
    return None if near is None else by_issuer[near]
