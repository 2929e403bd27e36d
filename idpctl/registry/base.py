"""The port behind which registries stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from idpctl.errors import IncompleteError
from idpctl.value import value

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from idpctl.model import Capabilities, IdentityProvider, Mark, Record, Snapshot


@value
class Operation:
    """One apply: `id` is unique and goes into each mark that it writes.

    `lock_timeout` is in seconds: how long another run is waited for. `fingerprint` and `summary`
    are kept in the registry's log where it has one.
    """

    id: str
    owner: str
    fingerprint: str
    summary: str
    lock_timeout: float = 0.0


class InDoubtError(IncompleteError):
    """A write was sent, and nobody can tell whether it happened: reading back failed too."""


class Writer(Protocol):
    """Writes under the registry's lock.

    Each method raises `errors.LockedError` when the record is not as it was seen, and
    `errors.RegistryError` when the registry refuses or fails: then nothing was written. Where that
    is not known it raises `InDoubtError`.
    """

    def read(self) -> Snapshot:
        """Return the records as they are under the lock, own writes included."""

    def create(self, idp: IdentityProvider, mark: Mark) -> Record:
        """Add a record; a name that exists is an error."""

    def update(self, record: Record, idp: IdentityProvider, mark: Mark) -> Record:
        """Write values and mark in one step, unless `record` is no longer as seen."""

    def delete(self, record: Record) -> None:
        """Remove the record, unless it is no longer as seen."""


class Registry(Protocol):
    """A place where identity providers are registered.

    `location` is shown to people and holds no credential.
    """

    capabilities: Capabilities
    driver: str
    location: str
    organization: str

    def read(self) -> Snapshot:
        """Return all records; raise `errors.RegistryError` rather than return a part."""

    def writer(self, operation: Operation) -> AbstractContextManager[Writer]:
        """Hold the lock; on a transactional registry also the transaction, committed at a clean exit."""


class Reader(Protocol):
    """A registry that can be looked at, and not written: it has no method that does.

    A driver whose registry has `reader(owner)` returns its own, which may look with fewer rights and
    fill `Snapshot.remembered`; for any other `registry.reader.read_only` makes one.
    """

    capabilities: Capabilities
    driver: str
    location: str
    organization: str

    def read(self) -> Snapshot:
        """Return all records and what the registry remembers of them, seen at one moment."""

    def at_work(self) -> str | None:
        """Say who writes just now, None where nobody does or it cannot be known."""
