"""What the layers say beside their providers, laid over each other: later ones win, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.marks import source_of
from idpctl.config.model import (
    DEFAULT_DELETE_PERCENT,
    DEFAULT_DRIVER,
    DEFAULT_ORGANIZATION,
    DEFAULT_SETTINGS,
    RegistryBlock,
)
from idpctl.config.report import MOST
from idpctl.model import Moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from idpctl.config.builder import Document
    from idpctl.config.layers import Layer
    from idpctl.errors import Source
    from idpctl.model import Json

MERGED_FIELDS = ("properties", "lifecycle", "suppress")


def overlay(under: Mapping[str, Json], over: Mapping[str, Json]) -> dict[str, Json]:
    """Return the fields of both, those of `over` first; its mappings are merged key by key."""
    merged = {**under, **over}
    for name in MERGED_FIELDS:
        if name in under and name in over and isinstance(under[name], dict) and isinstance(over[name], dict):
            merged[name] = {**under[name], **over[name]}
    return merged


def blocks(layers: Sequence[Layer], name: str, kind: type = dict) -> Iterator[tuple[Document, Json]]:
    """Yield the top-level value `name` of each layer where it is of `kind`, with its document."""
    for layer in layers:
        value = layer.main.value
        if isinstance(value, dict) and name in value and isinstance(value[name], kind):
            yield layer.main, value[name]


def owner(layers: Sequence[Layer]) -> str | None:
    """Return the owner that the last layer names, None where none does."""
    found = [value for _, value in blocks(layers, "owner", str)]
    return found[-1] if found else None


def defaults(layers: Sequence[Layer]) -> dict[str, Json]:
    """Return the merged `defaults`."""
    merged: dict[str, Json] = {}
    for _, value in blocks(layers, "defaults"):
        merged = overlay(merged, value)
    return merged


def registry(layers: Sequence[Layer]) -> RegistryBlock:
    """Return the merged `registry`.

    A layer that names another driver keeps the organization, and none of the earlier settings:
    they are the earlier driver's.
    """
    merged: dict[str, Json] = {"driver": DEFAULT_DRIVER}
    where: Source | None = None
    for document, value in blocks(layers, "registry"):
        if value.get("driver", merged["driver"]) != merged["driver"]:
            merged = {name: merged[name] for name in ("organization",) if name in merged}
        merged |= value
        where = source_of(document, document.value, "registry")
    driver = merged.pop("driver")
    organization = merged.pop("organization", DEFAULT_ORGANIZATION)
    return RegistryBlock(
        driver=driver,
        organization=organization,
        settings={**DEFAULT_SETTINGS.get(driver, {}), **merged},
        source=where,
    )


def max_delete_percent(layers: Sequence[Layer]) -> int:
    """Return the guard of the last layer that sets it."""
    percent = DEFAULT_DELETE_PERCENT
    for _, value in blocks(layers, "guards"):
        percent = value.get("max_delete_percent", percent)
    return percent


def moved(layers: Sequence[Layer]) -> Iterator[tuple[Document, list[tuple[int, Moved]]]]:
    """Yield the `moved` entries of every layer with their indices, and the document that holds them."""
    for document, entries in blocks(layers, "moved", list):
        found = enumerate(entries[:MOST])
        yield document, [(index, _moved(document, entry)) for index, entry in found if _is_moved(entry)]


def _is_moved(entry: Json) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(end), str) for end in ("from", "to"))


def _moved(document: Document, entry: dict[str, Json]) -> Moved:
    where = source_of(document, entry, "from")
    return Moved(from_key=entry["from"], to_key=entry["to"], source=where)
