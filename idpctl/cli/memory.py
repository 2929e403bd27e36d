"""Plans that were shown, kept in the user's cache: what `--approve` refuses can then be told apart.

A cache and nothing else: what is approved is the fingerprint. Where there is no such plan, or no
place for one, a refusal shows the plan as it is now and not how it differs.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError

if TYPE_CHECKING:
    from idpctl.plan import Plan

_KEPT = 20


def remember(plan: Plan, saved: str) -> None:
    """Keep `plan`, whose text is `saved`, and forget the oldest ones."""
    folder = _folder()
    if folder is None or not plan.changes:
        return
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = _place(folder, plan.fingerprint)
        partial = path.with_suffix(f".{os.urandom(4).hex()}.partial")
        partial.write_text(saved, encoding="utf-8")
        partial.replace(path)
        _forget(folder)


def recall(fingerprint: str) -> Plan | None:
    """Return the plan with this fingerprint, None where it is not here or was damaged."""
    folder = _folder()
    path = None if folder is None else _place(folder, fingerprint)
    if path is None or not path.is_file():
        return None
    from idpctl.cli.files import read_plan

    try:
        plan = read_plan(path)
    except InvalidInputError:
        return None
    return plan if plan.fingerprint == fingerprint else None


def _folder() -> Path | None:
    """Return where the user's caches are (XDG Base Directory Specification 0.8), None without a home."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not given.is_absolute():
        given = Path(os.environ.get("HOME", "")) / ".cache"
    return given / "idpctl" / "plans" if given.is_absolute() else None


def _place(folder: Path, fingerprint: str) -> Path:
    # The fingerprint to recall is typed by hand: nothing but its digits gets into a path.
    digits = "".join(filter(str.isalnum, fingerprint.removeprefix("sha256:")))[:64]
    return folder / f"{digits}.json"


def _forget(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in kept[_KEPT:]:
        path.unlink(missing_ok=True)
