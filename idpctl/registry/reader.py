"""Registries as they are for those who only look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idpctl.model import Snapshot
    from idpctl.registry.base import Reader, Registry


def read_only(registry: Registry, owner: str) -> Reader:
    """Return what can be read of `registry`; `owner` is whose records it should remember."""
    own: Any = getattr(registry, "reader", None)
    if own is not None:
        reader: Reader = own(owner)
        return reader
    return _Plain(registry)


class _Plain:
    """The reading half of a registry, which remembers nothing: of the rest it holds nothing at all."""

    def __init__(self, registry: Registry) -> None:
        self.capabilities = registry.capabilities
        self.driver = registry.driver
        self.location = registry.location
        self.organization = registry.organization
        self._read = registry.read

    def read(self) -> Snapshot:
        """Return all records."""
        return self._read()

    def at_work(self) -> str | None:
        """Return None: it cannot be known."""
        return None
