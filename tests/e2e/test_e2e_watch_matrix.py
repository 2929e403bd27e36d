"""Every field by every class of drift: seen once in text, JSON and metrics, with the right exit code."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cli import LOOPBACK
from tests.support.issuer import WELL_KNOWN, Issuers
from tests.support.servers import answer
from tests.support.workspace import Here, Workspace, discovered, pinned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ENDPOINTS = {"issuer": "issuer", "token_endpoint": "token_endpoint", "jwks_endpoint": "jwks_uri"}
OTHER: dict[str, Any] = {
    "type": "keycloak",
    "description": "edited",
    "allowed_token_audience": "api://edited",
    "well_known_url": "https://edited.example.com/.well-known/openid-configuration",
    "issuer": "https://evil.example.com",
    "token_endpoint": "https://evil.example.com/token",
    "jwks_endpoint": "https://evil.example.com/keys",
    "enabled": 0,
    "properties.display": '{"display": "edited"}',
}
CLASSES = ("registry", "missing", "upstream", "unmanaged", "foreign", "pending", "unknown")
SINCE = ("--since", "last.json")


def providers(issuers: Issuers) -> dict[str, Any]:
    """Return two providers: all endpoints of the first are filled by discovery."""
    return {
        "one": discovered(
            "one", issuers.well_known("one"), description="First", properties={"display": "One"}
        ),
        "two": pinned("two"),
    }


@pytest.fixture(scope="module")
def issuers() -> Iterator[Issuers]:
    with Issuers("one") as running:
        yield running


@pytest.fixture(scope="module")
def template(issuers: Issuers, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Apply everything, and report a first time."""
    workspace = Here(tmp_path_factory.mktemp("template"), env=LOOPBACK)
    workspace.write(providers(issuers))
    workspace.run("apply", "--auto-approve")
    workspace.run("drift", *SINCE, "-o", "json=last.json")
    return workspace


@pytest.fixture
def work(template: Workspace, issuers: Issuers, tmp_path: Path) -> Iterator[Here]:
    """Return a workspace where nothing differs; afterwards the issuer serves what it served."""
    here = Here(tmp_path)
    template.copied_to(here)
    yield here
    issuers._members["one"].clear()
    issuers.change("one")


def require_seen(work: Here, kind: str, path: str | None, *, code: int, key: str | None = "one") -> None:
    """Hold that one run tells of exactly this, in every format alike."""
    done = work.run(
        "drift", *SINCE, "-o", "text", "-o", "json=drift.json", "-o", "metrics=drift.prom", expect=code
    )
    report = json.loads((work.directory / "drift.json").read_text(encoding="utf-8"))
    assert report["exit_code"] == code
    (finding,) = report["findings"]
    assert (finding["class"], finding["key"], finding["path"]) == (kind, key, path)
    assert report["counts"] == {one: int(one == kind) for one in CLASSES}
    metrics = (work.directory / "drift.prom").read_text(encoding="utf-8")
    counted = dict(re.findall(r'idpctl_drift_findings\{.*?class="(\w+)".*?\} (\d+)', metrics))
    assert counted == {one: str(int(one == kind)) for one in CLASSES}
    assert f"idpctl_drift_exit_code{{{labels(metrics)}}} {code}" in metrics
    (told,) = [line for line in done.out.splitlines() if re.match(rf"[ !]+{kind} +\S", line)]
    assert path is None or re.search(rf" {re.escape(path)}: ", told), told


def labels(metrics: str) -> str:
    (found,) = re.findall(r"idpctl_drift_exit_code\{(.*?)\} ", metrics)
    return str(found)


def test_where_nothing_differs_nothing_is_told(work: Here) -> None:
    done = work.run("drift", *SINCE, "-o", "text", "-o", "json=drift.json", expect=0)
    report = json.loads((work.directory / "drift.json").read_text(encoding="utf-8"))
    assert report["findings"] == []
    assert "No drift." in done.out


@pytest.mark.parametrize("path", OTHER)
def test_registry(work: Here, path: str) -> None:
    work.edit("One", **{path.partition(".")[0]: OTHER[path]})
    require_seen(work, "registry", path, code=2)


# Where the well-known URL changes, so does all that is served: that is more than one finding.
@pytest.mark.parametrize("path", [path for path in OTHER if path != "well_known_url"])
def test_pending(work: Here, issuers: Issuers, path: str) -> None:
    declared = providers(issuers)
    value = OTHER[path]
    if path.startswith("properties."):
        declared["one"]["properties"] = {"display": "edited"}
    else:
        declared["one"][path] = bool(value) if path == "enabled" else value
    work.write(declared)
    require_seen(work, "pending", path, code=0)


@pytest.mark.parametrize(("path", "member"), ENDPOINTS.items())
def test_upstream(work: Here, issuers: Issuers, path: str, member: str) -> None:
    issuers.change("one", **{member: f"{issuers.base('one')}/moved"})
    require_seen(work, "upstream", path, code=2)


def test_missing(work: Here) -> None:
    work.delete("One")
    require_seen(work, "missing", None, code=2)


def test_unmanaged(work: Here) -> None:
    work.insert("Stranger")
    require_seen(work, "unmanaged", None, code=0, key=None)


def test_foreign(work: Here, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Here(tmp_path_factory.mktemp("other"), owner="acme/dev")
    other.declare("theirs", registry={"driver": "sqlite", "path": str(work.registry)})
    other.apply()
    require_seen(work, "foreign", None, code=0, key=None)


def test_unknown(work: Here, issuers: Issuers) -> None:
    issuers.behave(f"/one{WELL_KNOWN}", answer(b"", status=500))
    require_seen(work, "unknown", None, code=4)


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        ("unmanaged", lambda work: work.insert("Stranger")),
        ("pending", lambda work: work.declare("two", "new")),
    ],
)
def test_any_class_can_be_made_to_fail(work: Here, kind: str, act: Callable[[Here], None]) -> None:
    act(work)
    work.run("drift", *SINCE, expect=0)
    work.run("drift", *SINCE, "--fail-on", kind, expect=2)
