"""Discovery locks that a test writes without the command that is under test elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.config.lock import read_lock
from idpctl.documents import Entry
from idpctl.lockfile.text import lock_text
from idpctl.value import replace

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.documents import Lock
    from tests.support.issuer import Issuers
    from tests.support.workspace import Workspace

NAME = "idpctl.lock.yaml"
DAY = "2026-11-25"


def sealed(key: str, well_known_url: str, **values: Any) -> Entry:
    """Return an entry with the digest of its values, unless another is given."""
    entry = Entry(key=key, well_known_url=well_known_url, **{"date": DAY, **values})
    return replace(entry, sha256=values.get("sha256") or entry.seal())


def served(issuers: Issuers, name: str, key: str | None = None, **values: Any) -> Entry:
    """Return the entry of what an issuer serves from its start on; the `values` given win."""
    base = issuers.base(name)
    members = {"issuer": base, "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys"}
    return sealed(key or name, issuers.well_known(name), **{**members, **values})


def write_lock(here: Workspace, *entries: Entry, name: str = NAME) -> Path:
    path = here.directory / name
    path.write_text(lock_text(entries), encoding="utf-8")
    return path


def locked(here: Workspace, name: str = NAME) -> Lock:
    from pathlib import Path

    return read_lock(here.directory, Path(name))
