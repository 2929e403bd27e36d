"""One SQLite registry in a directory of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl.registry.sqlite import SqliteRegistry

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


@pytest.fixture
def registry(path: Path) -> SqliteRegistry:
    return SqliteRegistry(path, "acme", "registry.db")
