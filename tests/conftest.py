"""For all tests: nothing outside the directories of the run is read or written, and nothing is timed."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

# How long an example takes says something of the machine, and nothing of the property.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the plans that are remembered out of the cache of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


# A process that has one of these begins with coverage, which takes longer than most commands.
STARTING_COVERAGE = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure what runs in this process alone; more, or less, where a test is marked so (pyproject.toml)."""
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("processes") is None:
            for name in STARTING_COVERAGE:
                patch.delenv(name, raising=False)
        with paused() if item.get_closest_marker("unmeasured") else nullcontext():
            return (yield)


@contextmanager
def paused() -> Iterator[None]:
    """Measure nothing in this process, where anything is measured at all."""
    running = Coverage.current()
    if running is None:
        yield
        return
    running.stop()
    try:
        yield
    finally:
        running.start()
