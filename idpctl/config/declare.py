"""From written providers to `Declared` values: layers and defaults merged, places kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.keeper import PlaceKeeper
from idpctl.config.merge import blocks, defaults, overlay
from idpctl.model import DEFAULT_LIFECYCLE, NO_PROPERTIES, Declared, Lifecycle, ReplaceOrder
from idpctl.schema import store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idpctl.config.layers import Layer
    from idpctl.config.written import Part
    from idpctl.model import Json


class Declarer:
    """Makes `Declared` values; what providers have in common is made once."""

    __slots__ = ("_defaults", "_places", "_required")

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._defaults = defaults(layers)
        self._places = PlaceKeeper(blocks(layers, "defaults"))
        self._required: list[str] = store.load("config")["$defs"]["complete_provider"]["required"]

    def missing(self, values: Mapping[str, Json]) -> list[str]:
        """Return the fields that a provider must have, and that the merged `values` lack."""
        return [name for name in self._required if name not in values]

    def declare(self, key: str, values: Mapping[str, Json], parts: tuple[Part, ...]) -> Declared:
        """Return the provider `key` of merged `values`, of which nothing is missing."""
        get = values.get
        return Declared(
            key=key,
            name=values["name"],
            type=values["type"],
            description=get("description", ""),
            allowed_token_audience=values["allowed_token_audience"],
            well_known_url=values["well_known_url"],
            issuer=get("issuer"),
            token_endpoint=get("token_endpoint"),
            jwks_endpoint=get("jwks_endpoint"),
            enabled=get("enabled", True),
            properties=get("properties", NO_PROPERTIES),
            lifecycle=DEFAULT_LIFECYCLE if "lifecycle" not in values else _lifecycle(values["lifecycle"]),
            suppress=get("suppress", NO_PROPERTIES),
            places=self._places.of(parts),
        )

    def merged(self, parts: tuple[Part, ...]) -> Mapping[str, Json]:
        """Return what the layers say of one provider, over the defaults."""
        if len(parts) == 1 and not self._defaults:
            return parts[0].values
        values: Mapping[str, Json] = self._defaults
        for part in parts:
            values = overlay(values, part.values)
        return values


def _lifecycle(values: Mapping[str, Json]) -> Lifecycle:
    return Lifecycle(
        protect=values.get("protect", False),
        ignore_changes=frozenset(values.get("ignore_changes", ())),
        replace=ReplaceOrder(values.get("replace", ReplaceOrder.CREATE_FIRST)),
    )
