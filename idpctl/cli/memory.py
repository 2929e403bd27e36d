"""Plans that were shown, kept in the user's cache: what `--approve` refuses can then be told apart.

A cache and nothing else: what is approved is the fingerprint. Where there is no such plan, or no
place for one, a refusal shows the plan as it is now and not how it differs.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError

if TYPE_CHECKING:
    from idpctl.plan import Plan

_KEPT = 20
_LARGEST = 4 * 1024 * 1024  # characters; a plan beyond that is not worth its place
_NAME = re.compile(r"[0-9a-f]{64}\.json")


def remember(plan: Plan, saved: str) -> None:
    """Keep `plan`, whose text is `saved`, and forget the oldest ones."""
    folder = _folder()
    if folder is None or not plan.changes or len(saved) > _LARGEST:
        return
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_ours(folder):
            _write(_place(folder, plan.fingerprint), saved)
            _forget(folder)


def _is_ours(folder: Path) -> bool:
    """Say whether nobody else leads or writes here: a cache below a checkout may be anybody's link."""
    status = folder.lstat()
    links = folder.is_symlink() or folder.parent.is_symlink()
    return not links and status.st_uid == os.getuid() and not status.st_mode & 0o022


def _write(path: Path, text: str) -> None:
    partial = path.with_suffix(f".{os.urandom(4).hex()}.partial")
    try:
        with os.fdopen(
            os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


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
    """Remove the oldest plans; whatever else lies here is not ours to remove."""
    plans = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    for path in sorted(plans, key=lambda path: path.lstat().st_mtime_ns, reverse=True)[_KEPT:]:
        path.unlink(missing_ok=True)
