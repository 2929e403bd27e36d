"""Finding the schemas: in the installed package first, beside it in a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl.errors import ExitCode, InvalidInputError
from idpctl.schema import store

if TYPE_CHECKING:
    from pathlib import Path


def test_the_shipped_schemas_are_named() -> None:
    assert "config" in store.names()
    assert list(store.names()) == sorted(store.names())
    for name in store.names():
        assert store.load(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", ["nothing", "../config", "", "a\x1bb"])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(InvalidInputError, match="there is no schema named") as caught:
        store.load(name)
    assert "config" in (caught.value.hint or "")
    assert "\x1b" not in str(caught.value)
    assert caught.value.exit_code is ExitCode.INVALID


def test_an_installed_package_comes_before_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed, checkout = tmp_path / "idpctl" / "schemas", tmp_path / "schemas"
    monkeypatch.setattr(store, "_FOLDERS", (installed, checkout))
    checkout.mkdir()
    (checkout / "a.schema.json").write_text("{}")
    assert store.names() == ("a",)
    installed.mkdir(parents=True)
    (installed / "b.schema.json").write_text("{}")
    assert store.names() == ("b",)


def test_a_package_without_schemas_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_FOLDERS", (tmp_path / "a", tmp_path / "b"))
    assert store.names() == ()


def test_a_schema_is_read_once() -> None:
    assert store.load("config") is store.load("config")
