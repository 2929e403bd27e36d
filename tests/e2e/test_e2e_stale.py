"""A saved plan does exactly what was reviewed, or nothing: related changes stop it, unrelated ones do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.workspace import Here, discovered, pinned

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.issuer import Issuers

Providers = dict[str, dict[str, Any]]


@dataclass
class Scene:
    """Two registered providers, of which a saved plan changes the first; a third is not declared yet."""

    here: Here
    issuers: Issuers
    providers: Providers

    def write(self, **fields: Any) -> None:
        """Change fields of `one` in the configuration."""
        self.providers["one"].update(fields)
        self.here.write(self.providers)

    def write_other(self, key: str, **fields: Any) -> None:
        self.providers.setdefault(key, discovered(key, self.issuers.well_known(key))).update(fields)
        self.here.write(self.providers)


@pytest.fixture
def scene(here: Here, issuers: Issuers) -> Scene:
    """Save a plan that changes the description of `one`."""
    providers = {key: discovered(key, issuers.well_known(key)) for key in ("one", "two")}
    here.write(providers)
    here.run("apply", "--auto-approve")
    made = Scene(here, issuers, providers)
    made.write(description="reviewed")
    here.run("plan", "--out", "plan.json")
    return made


def move_upstream(scene: Scene, key: str) -> None:
    scene.issuers.change(key, token_endpoint=scene.issuers.base(key) + "/v2/token")


RELATED: dict[str, tuple[Callable[[Scene], None], tuple[str, ...]]] = {
    "registry, the same field": (
        lambda scene: scene.here.edit("One", description="by hand"),
        ("description", '""', '"by hand"'),
    ),
    "registry, another field": (
        lambda scene: scene.here.edit("One", enabled=0),
        ("enabled", "true", "false"),
    ),
    "registry, the record is gone": (
        lambda scene: scene.here.delete("One"),
        ("create",),
    ),
    "registry, the mark is lost": (
        lambda scene: scene.here.edit("One", mark_owner=None),
        ("no longer",),
    ),
    "configuration, the same field": (
        lambda scene: scene.write(description="something else"),
        ("description", '"reviewed"', '"something else"'),
    ),
    "configuration, another field": (
        lambda scene: scene.write(enabled=False),
        ("enabled", "true", "false"),
    ),
    "configuration, the change was taken back": (
        lambda scene: scene.write(description=""),
        ("no longer",),
    ),
    "configuration, the name": (
        lambda scene: scene.write(name="Renamed"),
        ("planned was update, now it is replace", '"One"', '"Renamed"'),
    ),
    "upstream": (
        lambda scene: move_upstream(scene, "one"),
        ("token_endpoint", "/one/token", "/one/v2/token"),
    ),
}

UNRELATED: dict[str, Callable[[Scene], None]] = {
    "nothing": lambda _: None,
    "registry, another record": lambda scene: scene.here.edit("Two", description="by hand"),
    "registry, a record of nobody": lambda scene: scene.here.insert("Legacy"),
    "configuration, another provider": lambda scene: scene.write_other("two", description="changed too"),
    "configuration, a new provider": lambda scene: scene.write_other("three"),
    "upstream of another provider": lambda scene: move_upstream(scene, "two"),
}


@pytest.mark.parametrize("change", RELATED)
def test_after_a_related_change_nothing_is_written_and_the_difference_is_told(
    scene: Scene, change: str
) -> None:
    happen, told = RELATED[change]
    happen(scene)
    with scene.here.untouched():
        done = scene.here.run("apply", "plan.json", expect=6)
    assert "stale" in done.err
    assert "nothing was written" in done.err
    for part in told:
        assert part in done.err


@pytest.mark.parametrize("change", RELATED)
def test_the_difference_stands_in_json_too(scene: Scene, change: str) -> None:
    RELATED[change][0](scene)
    told = scene.here.run("apply", "plan.json", "-o", "json", expect=6).json()
    assert (told["kind"], told["exit_code"]) == ("error", 6)
    assert {check["rule"] for check in told["checks"]} == {"PLN-07"}
    assert {check["address"] for check in told["checks"]} == {"one"}


@pytest.mark.parametrize("change", UNRELATED)
def test_after_an_unrelated_change_the_plan_is_applied(scene: Scene, change: str) -> None:
    UNRELATED[change](scene)
    here = scene.here
    before = {name: here.row(name) for name in here.names() if name != "One"}
    here.run("apply", "plan.json", expect=0)
    assert here.query("SELECT description FROM identity_provider WHERE name = 'One'") == [("reviewed",)]
    assert {name: here.row(name) for name in here.names() if name != "One"} == before


def test_the_same_plan_cannot_be_applied_twice(scene: Scene) -> None:
    scene.here.run("apply", "plan.json", expect=0)
    with scene.here.untouched():
        again = scene.here.run("apply", "plan.json", expect=6)
    assert "no longer what would be done" in again.err


def test_a_plan_whose_issuer_is_away_is_not_applied(scene: Scene) -> None:
    scene.issuers.change("one", issuer=None)
    with scene.here.untouched():
        scene.here.run("apply", "plan.json", expect=6)


def test_a_plan_for_another_registry_is_not_applied(scene: Scene) -> None:
    body = scene.here.config.read_text(encoding="utf-8")
    scene.here.config.write_text(body.replace("registry.db", "other.db"), encoding="utf-8")
    with scene.here.untouched():
        done = scene.here.run("apply", "plan.json", expect=6)
    assert "the target was" in done.err
    assert not (scene.here.directory / "other.db").exists()


def test_a_plan_of_another_owner_is_not_applied(scene: Scene) -> None:
    other = Here(scene.here.directory, owner="somebody/else", env=scene.here.env)
    other.write(scene.providers)
    with scene.here.untouched():
        assert other.run("apply", "plan.json", expect=6)


def test_a_new_record_under_the_name_of_a_planned_create_stops_the_plan(here: Here) -> None:
    here.declare("okta")
    here.apply()
    here.declare("okta", "azure")
    here.save()
    here.insert("Azure")
    with here.untouched():
        here.run("apply", "plan.json", expect=6)


def test_an_approved_fingerprint_admits_that_plan_and_no_other(here: Here) -> None:
    here.declare("okta")
    fingerprint = here.plan()["fingerprint"]
    here.write({"okta": pinned("okta", description="changed after the review")})
    done = here.offline("apply", "--approve", fingerprint, expect=6)
    assert fingerprint in done.err
    assert here.content() == []
    here.declare("okta")
    here.offline("apply", "--approve", fingerprint, expect=0)
    assert here.names() == ["Okta"]


def test_a_plan_survives_a_copy_of_the_work_tree(here: Here) -> None:
    here.declare("okta")
    saved = here.save()
    here.config.touch()
    assert here.run("show", str(saved)).out == here.offline("plan").out
    here.run("apply", str(saved), expect=0)


BROKEN: dict[str, tuple[int, dict[str, Any], str]] = {
    "an endpoint is missing": (
        4,
        {"two": discovered("two", "https://two.example.com/.well-known/openid-configuration")},
        "DSC-20",
    ),
    "a name is held under another key": (3, {"other": pinned("okta")}, "PLN-03"),
    "a name is nobody's": (5, {"two": pinned("two", name="Legacy")}, "PLN-01"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_plan_that_was_saved_with_errors_cannot_be_applied(here: Here, fault: str) -> None:
    code, more, rule = BROKEN[fault]
    here.declare("okta")
    here.apply()
    here.insert("Legacy")
    kept = {} if "other" in more else {"okta": pinned("okta", description="new")}
    here.write({"new": pinned("new"), **kept, **more})
    saved = here.save(expect=code)
    with here.untouched():
        done = here.run("apply", str(saved), expect=code)
    assert rule in done.err
    assert "nothing was written" in done.err


def test_a_registry_that_does_not_keep_what_is_written_is_noticed_before_the_commit(
    here: Here,
) -> None:
    here.declare("okta")
    here.apply()
    here.sql(
        "CREATE TRIGGER meddler AFTER INSERT ON identity_provider BEGIN"
        " UPDATE identity_provider SET token_endpoint = 'https://evil.example.com/' WHERE ref = NEW.ref; END"
    )
    here.declare("okta", "azure")
    with here.untouched():
        done = here.apply(expect=None)
    assert done.code in {7, 8}
    assert "Error: " in done.all


def test_the_json_that_a_plan_prints_is_a_saved_plan(here: Here) -> None:
    here.declare("okta")
    (here.directory / "printed.json").write_text(here.offline("plan", "-o", "json").out, encoding="utf-8")
    here.run("show", "printed.json")
    here.run("apply", "printed.json")
    assert here.names() == ["Okta"]
