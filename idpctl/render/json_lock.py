"""What became of the discovery lock, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idpctl.lockfile.update import LockChange
    from idpctl.model import Json
    from idpctl.render.outcome import Renewed


def renewed_as_dict(outcome: Renewed) -> dict[str, Json]:
    """Return what changed, and whether it is written."""
    return {
        "file": outcome.file,
        "current": outcome.current,
        "written": outcome.written,
        "entries": outcome.entries,
        "changes": [_change(change) for change in outcome.changes],
    }


def _change(change: LockChange) -> dict[str, Json]:
    return {
        "key": change.key,
        "previous_key": change.previous_key,
        "action": "add" if change.before is None else "drop" if change.after is None else "update",
        "fields": [
            {"path": field.path, "before": field.before, "after": field.after, "trust": field.trust}
            for field in change.fields
        ],
    }
