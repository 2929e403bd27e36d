from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.workspace import Here

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path) -> Here:
    """Return an empty directory whose commands run in this process."""
    return Here(tmp_path)
