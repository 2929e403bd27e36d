"""The three-way comparison of one record: live, last applied and wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.model import ENDPOINTS, FIELDS, Origin, applied_digests
from idpctl.plan import Cause, FieldChange
from idpctl.providers import trust_anchor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idpctl.model import Capabilities, Desired, IdentityProvider, Json, Mark, Record

_EMPTY = (None, "")


def same(left: Json, right: Json) -> bool:
    """Compare two JSON values byte for byte: `true` is not 1, order in lists counts."""
    if left is right:
        return True
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return digest.canonical(left) == digest.canonical(right)


def same_property(left: Json, right: Json) -> bool:
    """Compare two values of one property; null, "" and absent are one value, as they are for text."""
    return (left in _EMPTY and right in _EMPTY) or same(left, right)


def widens_trust(path: str, before: Json, after: Json) -> bool:
    """Say whether the change makes the gateway believe someone, or tokens, that it did not before.

    For endpoints that is another host, port or tenant. The audience is compared by equality, so
    every other value admits tokens that were refused before.
    """
    if path in ENDPOINTS:
        return trust_anchor(before) != trust_anchor(after)
    return path == "allowed_token_audience"


def _cause(path: str, live: Json, wanted: Json, mark: Mark | None, desired: Desired) -> Cause:
    if mark is None:
        return Cause.ADOPT
    applied = mark.applied.get(path)
    if applied == digest.short(wanted):
        # First, since 8 digits can be met on purpose: a value that somebody searched for until it had
        # the digest of the right one would look like what was applied.
        return Cause.REGISTRY_DRIFT
    if applied is None or applied == digest.short(live):
        # The registry is as we left it. When the same discovery document now says otherwise,
        # nobody edited the configuration: the provider itself moved. A lock is changed by people.
        document = mark.applied.get("well_known_url") == digest.short(desired.idp.well_known_url)
        served = desired.provenance.of(path) is Origin.DISCOVERY
        return Cause.UPSTREAM_DRIFT if served and document else Cause.CONFIG
    return Cause.CONFLICT


def compare(record: Record, desired: Desired, capabilities: Capabilities) -> list[FieldChange]:
    """Return every field in which `record` differs from `desired`, in the order of the model."""
    live, wanted = record.idp, desired.idp
    changes = []
    for path in FIELDS:
        before, after = getattr(live, path), getattr(wanted, path)
        if before != after:
            changes.append(_change(path, before, after, record.mark, desired, capabilities))
    if desired.declared.properties:
        changes.extend(_compare_properties(live, record.mark, desired))
    return changes


def _change(
    path: str, before: Json, after: Json, mark: Mark | None, desired: Desired, capabilities: Capabilities
) -> FieldChange:
    cause = _cause(path, before, after, mark, desired)
    # Whoever switched a provider off in the registry may have had a reason to do so at once.
    revived = path == "enabled" and after and cause in {Cause.REGISTRY_DRIFT, Cause.CONFLICT}
    return FieldChange(
        path=path,
        before=before,
        after=after,
        origin=desired.provenance.of(path),
        cause=cause,
        immutable=path in capabilities.immutable,
        trust=revived or widens_trust(path, before, after),
    )


def _compare_properties(live: IdentityProvider, mark: Mark | None, desired: Desired) -> Iterator[FieldChange]:
    for key in sorted(desired.declared.properties):
        before, after = live.properties.get(key), desired.idp.properties.get(key)
        if same_property(before, after):
            continue
        cause = _cause(f"properties.{key}", before, after, mark, desired)
        for path, old, new in _leaves(f"properties.{key}", before, after):
            yield FieldChange(path=path, before=old, after=new, origin=Origin.CONFIG, cause=cause)


def _leaves(path: str, before: Json, after: Json) -> list[tuple[str, Json, Json]]:
    if type(before) is not type(after) or not isinstance(before, (dict, list)):
        return [(path, before, after)]
    from idpctl.nested import differences

    return differences(path, before, after)


def mark_changes(record: Record, desired: Desired) -> list[FieldChange]:
    """Return what the mark has to learn: another key, other protection, values that others wrote."""
    mark = record.mark
    if mark is None:
        return []
    changes = []
    if mark.key != desired.key:
        changes.append(_of_mark("mark.key", mark.key, desired.key))
    protect = desired.declared.lifecycle.protect
    if mark.protect is not protect:
        changes.append(_of_mark("mark.protect", mark.protect, protect))
    remembered = applied_digests(desired)
    if mark.applied != remembered:
        changes.extend(_forgotten(mark, record, desired, remembered))
    return changes


def _forgotten(
    mark: Mark, record: Record, desired: Desired, remembered: Mapping[str, str]
) -> Iterator[FieldChange]:
    """Yield each field that is as wanted but remembered otherwise: someone else wrote it.

    Without this the next change of the field would look like a conflict.
    """
    ignored = desired.declared.lifecycle.ignore_changes
    for path, after in remembered.items():
        before = mark.applied.get(path)
        if before != after and path.partition(".")[0] not in ignored and _is_live(path, record, desired):
            yield _of_mark(f"mark.applied.{path}", before, after)


def _is_live(path: str, record: Record, desired: Desired) -> bool:
    live, wanted = record.idp, desired.idp
    if path in FIELDS:
        return same(getattr(live, path), getattr(wanted, path))
    key = path.partition(".")[2]
    return same_property(live.properties.get(key), wanted.properties.get(key))


def _of_mark(path: str, before: Json, after: Json) -> FieldChange:
    return FieldChange(path=path, before=before, after=after, origin=Origin.CONFIG, cause=Cause.CONFIG)
