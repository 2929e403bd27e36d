"""An installed registry driver, as a package offers one: it holds values in a file, and can break off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.errors import RegistryError
from tests.support.registries import Fault, FaultRegistry, MemoryRegistry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from idpctl.registry.base import Registry

schema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["path"],
    "properties": {"path": {"type": "string"}, "after": {"type": "integer", "minimum": 1}},
}


def open_registry(organization: str, settings: Mapping[str, Any], root: Path) -> Registry:
    """Return a registry without transactions; after the call numbered `after` the connection is lost."""
    registry = MemoryRegistry(file=root / settings["path"])
    registry.organization = organization

    def lose() -> None:
        raise RegistryError("the connection was lost")

    return FaultRegistry(registry, Fault(at=settings.get("after", 0), moment="after", action=lose))
