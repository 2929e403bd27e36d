"""Registries of both kinds, some with the providers of `applying.before` in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl.registry.sqlite import SqliteRegistry
from tests.support.applying import apply, before
from tests.support.registries import MemoryRegistry

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.registry.base import Registry


@pytest.fixture(params=["sqlite", "memory", "memory-stepwise"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Registry:
    if request.param == "sqlite":
        return SqliteRegistry(tmp_path / "registry.db", "acme", "registry.db")
    return MemoryRegistry(transactional=request.param == "memory")


@pytest.fixture
def stepwise() -> MemoryRegistry:
    registry = MemoryRegistry()
    assert apply(registry, before(), op="before").complete
    return registry


@pytest.fixture
def sqlite(tmp_path: Path) -> SqliteRegistry:
    registry = SqliteRegistry(tmp_path / "registry.db", "acme", "registry.db")
    assert apply(registry, before(), op="before").complete
    return registry
