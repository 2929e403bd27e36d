from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.schema import store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NUMBERS = itertools.count()


@pytest.fixture
def ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], str]:
    """Ship a schema of the test's own, and return its name."""
    monkeypatch.setattr(store, "_FOLDERS", (tmp_path,))

    def ship_one(schema: Any) -> str:
        name = f"own{next(_NUMBERS)}"  # checkers are kept by name
        (tmp_path / f"{name}.schema.json").write_text(json.dumps(schema))
        return name

    return ship_one
