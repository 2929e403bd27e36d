"""Which providers are too alike, and in what: reached only where some are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idpctl.rules.alike import folded_name
from idpctl.rules.hits import Hit, problems
from idpctl.rules.url_parts import loosened, shown
from idpctl.text import listing, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from idpctl.errors import Problem
    from idpctl.model import Declared, Desired, IdentityProvider, Record


class _Entry(NamedTuple):
    """A provider or a record, by what a message calls it; `declared` is None for a record."""

    label: str
    idp: IdentityProvider
    declared: Declared | None


def collisions(
    desired: Sequence[Desired], others: Sequence[Record], gateway_issuer: str | None
) -> list[Problem]:
    """Return the findings CFG-04 to CFG-09; each stands at the later one of two providers."""
    records = [_Entry(f"the record {quote(one.idp.name)}", one.idp, None) for one in others]
    declared = [_Entry(f"provider {one.key}", one.idp, one.declared) for one in desired]
    entries = [*records, *declared]
    return [
        problem
        for entry, hit in (
            *_issuers(entries),
            *_names(entries),
            *_names_as_issuers(entries),
            *_gateway(declared, gateway_issuer),
        )
        if entry.declared is not None
        for problem in problems([hit], entry.declared)
    ]


def _pairs(entries: Iterable[_Entry], key: Callable[[_Entry], str]) -> Iterator[tuple[_Entry, _Entry]]:
    """Yield each entry with the first one that has the same key; entries without a key never meet."""
    first: dict[str, _Entry] = {}
    for entry in entries:
        value = key(entry)
        if value:
            earlier = first.setdefault(value, entry)
            if earlier is not entry:
                yield earlier, entry


def _issuers(entries: Sequence[_Entry]) -> Iterator[tuple[_Entry, Hit]]:
    for earlier, entry in _pairs(entries, lambda entry: entry.idp.issuer):
        message = f"{earlier.label} has the same issuer {shown(entry.idp.issuer)}"
        yield entry, Hit("CFG-04", message, "issuer")
    for earlier, entry in _pairs(entries, lambda entry: loosened(entry.idp.issuer)):
        if earlier.idp.issuer != entry.idp.issuer:
            message = f"{shown(entry.idp.issuer)} is almost {shown(earlier.idp.issuer)} of {earlier.label}"
            yield entry, Hit("CFG-05", message, "issuer")


def _names(entries: Sequence[_Entry]) -> Iterator[tuple[_Entry, Hit]]:
    for earlier, entry in _pairs(entries, lambda entry: folded_name(entry.idp.name)):
        same = "has the same name" if earlier.idp.name == entry.idp.name else "differs only in spelling:"
        message = f"{earlier.label} {same} {quote(earlier.idp.name)}"
        yield entry, Hit("CFG-09", message, "name")


def _names_as_issuers(entries: Sequence[_Entry]) -> Iterator[tuple[_Entry, Hit]]:
    issuers = {entry.idp.issuer: entry for entry in entries}
    for entry in entries:
        other = issuers.get(entry.idp.name)
        if other is None or other is entry:
            continue
        yield entry, Hit("CFG-06", f"its name is the issuer of {other.label}", "name")
        if entry.declared is None:
            yield other, Hit("CFG-06", f"its issuer is the name of {entry.label}", "issuer")


def _gateway(entries: Sequence[_Entry], gateway_issuer: str | None) -> Iterator[tuple[_Entry, Hit]]:
    if not gateway_issuer:
        return
    for entry in entries:
        issuer = entry.idp.issuer
        if issuer == gateway_issuer:
            yield entry, Hit("CFG-07", f"{shown(issuer)} is the issuer of the gateway itself", "issuer")
        elif loosened(issuer) == loosened(gateway_issuer):
            message = f"{shown(issuer)} is almost the gateway's own issuer {shown(gateway_issuer)}"
            yield entry, Hit("CFG-05", message, "issuer")


def shared_audiences(desired: Sequence[Desired]) -> list[Problem]:
    """Return one note CFG-08 for each audience that several issuers share."""
    groups: dict[str, list[Desired]] = {}
    for one in desired:
        groups.setdefault(one.idp.allowed_token_audience, []).append(one)
    return [
        problem
        for audience, group in groups.items()
        if len({one.idp.issuer for one in group}) > 1
        for problem in problems([_shared(audience, [one.key for one in group])], None)
    ]


def _shared(audience: str, keys: list[str]) -> Hit:
    return Hit("CFG-08", f"{len(keys)} providers share the audience {quote(audience)}: {listing(keys, 3)}")
