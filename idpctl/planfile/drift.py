"""What was changed outside idpctl, told as Terraform tells it: last known values, then live ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.model import Desired, Json, Record
    from idpctl.plan import Change, FieldChange

_OUTSIDE = {Cause.REGISTRY_DRIFT, Cause.CONFLICT}


def drift_of(change: Change) -> dict[str, Json] | None:
    """Return the `change` of an entry of `resource_drift`, and ours beside it; None without drift.

    `after` is the live record. `before` is the record as idpctl left it. A mark remembers digests,
    not values: where the last applied value equals the wanted one it is known; in a conflict
    live, applied and wanted all differ, so the value is null and its path listed in `unknown`.
    """
    fields = [field for field in change.fields if field.cause in _OUTSIDE]
    if change.before is None or change.desired is None or not fields:
        return None
    return {
        "change": {
            "actions": ["update"],
            "before": _as_left(change.before, change.desired, fields),
            "after": change.before.idp.as_dict(),
            "after_unknown": {},
            "before_sensitive": {},
            "after_sensitive": {},
        },
        "idpctl": {
            "fields": [field.path for field in fields],
            "unknown": [field.path for field in fields if field.cause is Cause.CONFLICT],
        },
    }


def _as_left(record: Record, desired: Desired, fields: Iterable[FieldChange]) -> dict[str, Json]:
    values = record.idp.as_dict()
    for field in fields:
        conflict = field.cause is Cause.CONFLICT
        key = _property(field.path, desired)
        if key is None:
            values[field.path] = None if conflict else field.after
        else:
            values["properties"][key] = None if conflict else desired.idp.properties.get(key)
    return values


def _property(path: str, desired: Desired) -> str | None:
    """Return which managed property `path` leads into; keys may hold dots themselves."""
    keys = [key for key in desired.declared.properties if _leads_into(path, f"properties.{key}")]
    return max(keys, key=len, default=None)


def _leads_into(path: str, root: str) -> bool:
    return path == root or path.startswith((f"{root}.", f"{root}["))
