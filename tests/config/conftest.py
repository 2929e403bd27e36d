from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl.config import events
from tests.config.house import House

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test with each of the two parsers."""
    opener = events.open_fast if request.param == "libyaml" else events.open_pure
    monkeypatch.setattr(events, "open_events", opener)
    return str(request.param)
