"""Drift of single fields: a change of a plan told from the other side, and what marks alone can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.diff import widens_trust
from idpctl.documents import MEMBERS
from idpctl.drift.model import ABSENT, UNKNOWN, DriftClass, Finding, Knowledge, Reason, Side, held
from idpctl.model import ENDPOINTS, Desired, IdentityProvider, Origin, Provenance
from idpctl.plan import Cause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.documents import Document
    from idpctl.model import Declared, Json, Record
    from idpctl.plan import FieldChange

_BY_CAUSE = {
    Cause.CONFIG: (DriftClass.PENDING, Reason.NOT_APPLIED),
    Cause.UPSTREAM_DRIFT: (DriftClass.UPSTREAM, Reason.MOVED),
    Cause.REGISTRY_DRIFT: (DriftClass.REGISTRY, Reason.EDITED),
    Cause.CONFLICT: (DriftClass.REGISTRY, Reason.CONFLICT),
}
_REMEMBERED = "mark.applied."


def drift_of(change: FieldChange, record: Record, desired: Desired) -> Finding:
    """Return what a plan would change as a finding: who made it differ, and what each side holds."""
    kind, reason = _BY_CAUSE[change.cause]
    if change.path.startswith(_REMEMBERED):
        reason = Reason.NOT_REMEMBERED
    live, wanted = change.before, change.after
    upstream = kind is DriftClass.UPSTREAM
    return Finding(
        kind=kind,
        reason=reason,
        key=desired.key,
        name=record.idp.name,
        path=change.path,
        applied=_applied(change, record),
        live=held(live),
        wanted=held(wanted),
        served=held(wanted) if upstream else ABSENT,
        origin=change.origin,
        trust=_widens(change.path, live, wanted) if kind is DriftClass.REGISTRY else change.trust,
        source=desired.declared.at(change.path.partition(".")[0]),
    )


def _widens(path: str, live: Json, wanted: Json) -> bool:
    """Say whether an edit by hand makes the gateway believe someone that it should not."""
    return widens_trust(path, wanted, live) or (path == "enabled" and bool(live))


def _applied(change: FieldChange, record: Record) -> Side:
    """Return what was last applied: a mark holds digests, which tell only what can be compared with."""
    known = _digest_of(change.path, record)
    if known is None:
        return ABSENT
    if change.cause is Cause.REGISTRY_DRIFT:
        return held(change.after)
    if change.cause is Cause.CONFLICT:
        return Side(knowledge=Knowledge.UNKNOWN, digest=known)
    return held(change.before)


def _digest_of(path: str, record: Record) -> str | None:
    """Return the digest that a mark has of `path`, or of the property that `path` leads into."""
    applied: Mapping[str, str] = {} if record.mark is None else record.mark.applied
    if path in applied:
        return applied[path]
    around = [one for one in applied if path.startswith((f"{one}.", f"{one}["))]
    return applied[max(around, key=len)] if around else None


def edited(record: Record, path: str) -> bool:
    """Say whether a field is not as the mark remembers it."""
    mark = record.mark
    return (
        mark is not None and path in mark.applied and mark.applied[path] != digest.short(_live(record, path))
    )


def _live(record: Record, path: str) -> Json:
    kind, _, key = path.partition(".")
    return record.idp.properties.get(key) if kind == "properties" else getattr(record.idp, path)


def unknown_edit(key: str, record: Record, declared: Declared | None, path: str) -> Finding:
    """Return the finding for an edited field of which nobody knows what it should be."""
    live, mark = _live(record, path), record.mark
    return Finding(
        kind=DriftClass.REGISTRY,
        reason=Reason.EDITED,
        key=key,
        name=record.idp.name,
        path=path,
        applied=Side(knowledge=Knowledge.UNKNOWN, digest="" if mark is None else mark.applied[path]),
        live=held(live),
        wanted=ABSENT if declared is None else UNKNOWN,
        trust=path in ENDPOINTS or path == "allowed_token_audience" or (path == "enabled" and bool(live)),
        source=None if declared is None else declared.at(path),
    )


def as_far_as_known(
    declared: Declared, record: Record, document: Document | None
) -> tuple[Desired, frozenset[str]]:
    """Return what is wanted of a provider that could not be resolved, and the endpoints not known.

    What is not known stays as it is in the registry: missing information is never a difference.
    """
    endpoints, unknown, origins = {}, set(), {}
    for path, member in MEMBERS.items():
        written, served = getattr(declared, path), getattr(document, member, None)
        origins[path] = Origin.DISCOVERY if written is None else Origin.CONFIG
        if written is None and not served:
            unknown.add(path)
        endpoints[path] = written if written is not None else served or getattr(record.idp, path)
    idp = IdentityProvider(
        name=declared.name,
        type=declared.type,
        description=declared.description,
        allowed_token_audience=declared.allowed_token_audience,
        well_known_url=declared.well_known_url,
        enabled=declared.enabled,
        properties=declared.properties,
        **endpoints,
    )
    return Desired(declared=declared, idp=idp, provenance=Provenance(**origins)), frozenset(unknown)
