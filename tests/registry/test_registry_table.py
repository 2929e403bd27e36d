"""Drivers by name: built-in ones first, and broken or ambiguous ones told apart from unknown ones."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, EntryPoints
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.config.model import RegistryBlock
from idpctl.errors import IdpctlError, InvalidInputError, RegistryError, Source
from idpctl.registry import table
from idpctl.registry.sqlite import SqliteRegistry
from idpctl.schema import store
from tests.support.registries import MemoryRegistry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SOURCE = Source(file="idpctl.yaml", line=3, column=1)


def block(driver: str = "sqlite", **settings: Any) -> RegistryBlock:
    return RegistryBlock(driver=driver, organization="acme", settings=settings, source=SOURCE)


def test_sqlite_is_built_in_and_beside_the_configuration(tmp_path: Path) -> None:
    registry = table.open_registry(block(path="state/idps.db"), tmp_path)
    assert isinstance(registry, SqliteRegistry)
    assert registry.path == tmp_path / "state" / "idps.db"
    assert (registry.driver, registry.location, registry.organization) == ("sqlite", "state/idps.db", "acme")


def test_sqlite_has_a_default_path(tmp_path: Path) -> None:
    assert table.open_registry(block(), tmp_path).location == ".idpctl/registry.db"
    assert store.load("registry-sqlite")["properties"]["path"]["default"] == ".idpctl/registry.db"


def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    registry = table.open_registry(block(path=str(tmp_path / "a.db")), tmp_path / "elsewhere")
    assert isinstance(registry, SqliteRegistry)
    assert registry.path == tmp_path / "a.db"


def test_the_built_in_driver_needs_no_search_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "importlib.metadata", raising=False)
    table.open_registry(block(), tmp_path)
    assert "importlib.metadata" not in sys.modules


@pytest.mark.parametrize(
    ("settings", "messages"),
    [
        ({"path": 3}, ["registry.path: must be text, but is a number"]),
        ({"path": ""}, ["registry.path: "]),
        ({"path": "a\0b"}, ["registry.path: "]),
        ({"pth": "x"}, ['unknown key "pth" (did you mean "path"?)']),
        ({"pth": "x", "path": []}, ["registry.path", "registry.pth"]),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, settings: dict[str, Any], messages: list[str]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        table.open_registry(block(**settings), tmp_path)
    problems = caught.value.problems
    assert len(problems) == len(messages)
    for problem, message in zip(problems, messages, strict=True):
        assert message in problem.message
        assert (problem.rule, problem.source) == ("REG-02", SOURCE)


@pytest.mark.parametrize(
    ("driver", "hint"),
    [
        ("sqllite", 'did you mean "sqlite"?'),
        ("SQLite", 'did you mean "sqlite"?'),
        ("postgres", "known here: sqlite"),
        ("wso2-apim", "known here: sqlite"),
    ],
)
def test_an_unknown_driver_is_refused_with_those_that_exist(tmp_path: Path, driver: str, hint: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        table.open_registry(block(driver), tmp_path)
    (problem,) = caught.value.problems
    assert (problem.rule, problem.source, problem.hint) == ("REG-01", SOURCE, hint)
    assert problem.message == f'there is no registry driver "{driver}"; there is: sqlite'


class Plugin:
    """A driver as another package offers it."""

    schema: Mapping[str, Any] = {
        "type": "object",
        "properties": {"token": {"type": "string", "maxLength": 3}},
        "required": ["token"],
    }

    @staticmethod
    def open_registry(organization: str, settings: Mapping[str, Any], root: Path) -> MemoryRegistry:
        if settings["token"] == "bug":
            raise KeyError("who knows")
        if settings["token"] == "no":
            raise RegistryError("not today")
        registry = MemoryRegistry()
        registry.location = f"{organization} {root.name}"
        return registry


def offer(monkeypatch: pytest.MonkeyPatch, *points: tuple[str, str]) -> None:
    """Let these entry points be installed."""
    found = EntryPoints(EntryPoint(name=name, value=value, group=table.GROUP) for name, value in points)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found.select(group=group))


PLUGIN = ("memory", f"{__name__}:Plugin")


def test_an_installed_driver_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, PLUGIN)
    registry = table.open_registry(block("memory", token="abc"), tmp_path)
    assert registry.location == f"acme {tmp_path.name}"


def test_a_plugin_cannot_stand_in_for_a_built_in_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, ("sqlite", f"{__name__}:Plugin"))
    assert isinstance(table.open_registry(block(), tmp_path), SqliteRegistry)


def test_installed_drivers_are_among_those_that_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, PLUGIN)
    with pytest.raises(InvalidInputError) as caught:
        table.open_registry(block("memori"), tmp_path)
    (problem,) = caught.value.problems
    assert problem.message.endswith("there is: memory, sqlite")
    assert problem.hint == 'did you mean "memory"?'


def test_a_plugin_judges_its_settings_and_no_value_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, PLUGIN)
    with pytest.raises(InvalidInputError) as caught:
        table.open_registry(block("memory", token="canary-secret"), tmp_path)
    (problem,) = caught.value.problems
    assert problem.message == "registry.token: does not satisfy maxLength of the driver's schema"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("no_such_module_at_all:driver", "does not work: ModuleNotFoundError"),
        (f"{__name__}:Missing", "does not work: AttributeError"),
        (f"{__name__}:SOURCE", "does not work: AttributeError"),
    ],
)
def test_a_broken_plugin_is_an_error_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, message: str
) -> None:
    offer(monkeypatch, ("broken", value))
    with pytest.raises(RegistryError, match=message):
        table.open_registry(block("broken"), tmp_path)


@pytest.mark.parametrize(("token", "message"), [("bug", "does not work: KeyError"), ("no", "not today")])
def test_an_error_of_a_plugin_reaches_the_user_as_one_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str, message: str
) -> None:
    offer(monkeypatch, PLUGIN)
    with pytest.raises(IdpctlError, match=message):
        table.open_registry(block("memory", token=token), tmp_path)


def test_two_packages_cannot_offer_one_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, PLUGIN, ("memory", "other:Driver"))
    with pytest.raises(RegistryError, match="several packages offer"):
        table.open_registry(block("memory"), tmp_path)
