"""Review by fingerprint: what was approved is applied; anything else is refused, and told apart."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.cli import memory
from tests.support.workspace import Here, pinned

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "sha256:" + "0" * 64
OLD, NEW = "Employees", "Employees and contractors"


@pytest.fixture
def here(tmp_path: Path) -> Here:
    """Have two registered providers, and a plan that changes one: shown, saved and remembered."""
    (tmp_path / "work").mkdir()
    made = Here(tmp_path / "work", env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    made.declare("okta", "azure")
    made.apply()
    describe(made, OLD)
    made.save()
    return made


def describe(here: Here, description: str, **others: Any) -> None:
    here.write({"okta": pinned("okta", description=description), "azure": pinned("azure", **others)})


def fingerprint(here: Here) -> str:
    return str(json.loads((here.directory / "plan.json").read_text("utf-8"))["fingerprint"])


def test_the_approved_plan_is_applied_and_the_next_one_is_empty(here: Here) -> None:
    here.offline("apply", "--approve", fingerprint(here))
    assert "No changes." in here.offline("plan").out


def test_the_fingerprint_that_the_text_ends_with_is_the_one_to_approve(here: Here) -> None:
    shown = here.offline("plan").out.partition("Fingerprint: ")[2].split()[0]
    assert shown == fingerprint(here)


EDITS = {
    "the same field in the configuration": (
        lambda here: describe(here, NEW),
        ["idpctl.yaml:", "okta: ", f'description wanted was "{OLD}", now "{NEW}"'],
    ),
    "another provider": (
        lambda here: describe(here, OLD, enabled=False),
        ['azure: update of "Azure" would be done too: enabled true -> false'],
    ),
    "the record by hand": (
        lambda here: here.edit("Okta", description="by hand"),
        ['okta: description in the registry was "", now "by hand"'],
    ),
    "the change itself was taken back": (
        lambda here: here.declare("okta", "azure"),
        ['okta: update of "Okta" is no longer what would be done'],
    ),
    "a provider more": (
        lambda here: here.write(
            {"okta": pinned("okta", description=OLD), "azure": pinned("azure"), "new": pinned("new")}
        ),
        ['new: create of "New" would be done too'],
    ),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("way", ["remembered", "reviewed", "json"])
def test_an_edit_after_the_review_is_refused_and_named(here: Here, edit: str, way: str) -> None:
    change, expected = EDITS[edit]
    approved, given = fingerprint(here), []
    if way == "reviewed":
        here.env["XDG_CACHE_HOME"] = str(here.directory.parent / "nothing")
        given = ["--reviewed", "plan.json"]
    change(here)
    machine = ["-o", "json=result.json"] if way == "json" else []
    with here.untouched():
        done = here.offline("apply", "--approve", approved, *given, *machine, expect=6)
    assert approved in done.err
    for part in expected:
        assert part in done.err
    if machine:
        told = json.loads((here.directory / "result.json").read_text("utf-8"))
        assert told["exit_code"] == 6
        assert any(
            check["message"] in expected[-1] or expected[-1] in check["message"] for check in told["checks"]
        )
        assert {check["rule"] for check in told["checks"]} == {"PLN-07"}


@pytest.mark.parametrize("edit", ["the same field in the configuration", "the record by hand"])
def test_a_saved_plan_is_refused_with_the_same_words(here: Here, edit: str) -> None:
    change, expected = EDITS[edit]
    change(here)
    with here.untouched():
        done = here.run("apply", "plan.json", expect=6)
    for part in expected:
        assert part in done.err


def test_approving_nothing_refuses_what_has_come_since(here: Here) -> None:
    here.declare("okta", "azure")
    nothing = here.plan()["fingerprint"]
    describe(here, OLD)
    done = here.offline("apply", "--approve", nothing, expect=6)
    assert f'okta: update of "Okta" would be done too: description "" -> "{OLD}"' in done.err


def test_where_the_reviewed_plan_is_gone_the_refusal_says_how_to_see_more(here: Here) -> None:
    approved = fingerprint(here)
    describe(here, NEW)
    here.env["XDG_CACHE_HOME"] = str(here.directory.parent / "nothing")
    with here.untouched():
        done = here.offline("apply", "--approve", approved, expect=6)
    assert "--reviewed PLANFILE would tell what differs" in done.err
    assert f'description             "" -> "{NEW}"' in done.out


@pytest.mark.parametrize("content", ["", "{}", "not a plan"])
def test_a_damaged_memory_is_no_memory_and_no_reason_to_apply(here: Here, content: str) -> None:
    approved = fingerprint(here)
    describe(here, NEW)
    (kept,) = (here.directory.parent / "cache" / "idpctl" / "plans").iterdir()
    kept.write_text(content, encoding="utf-8")
    with here.untouched():
        assert "--reviewed PLANFILE" in here.offline("apply", "--approve", approved, expect=6).err


def test_a_remembered_plan_under_the_name_of_another_is_not_believed(here: Here) -> None:
    approved = fingerprint(here)
    folder = here.directory.parent / "cache" / "idpctl" / "plans"
    describe(here, NEW)
    here.offline("plan")
    other = here.plan()["fingerprint"].removeprefix("sha256:")
    (folder / f"{other}.json").replace(folder / f"{approved.removeprefix('sha256:')}.json")
    assert "--reviewed PLANFILE" in here.offline("apply", "--approve", approved, expect=6).err


def test_memory_has_a_bound_and_is_for_its_owner_alone(here: Here) -> None:
    for number in range(25):
        describe(here, f"number {number}")
        here.offline("plan")
    folder = here.directory.parent / "cache" / "idpctl" / "plans"
    assert len(list(folder.iterdir())) == 20
    assert folder.stat().st_mode & 0o077 == 0
    describe(here, NEW)
    assert f'was "number 24", now "{NEW}"' in approve_last(here, folder).err


def approve_last(here: Here, folder: Path) -> Any:
    newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return here.offline("apply", "--approve", f"sha256:{newest.stem}", expect=6)


@pytest.mark.parametrize(
    "env", [{"XDG_CACHE_HOME": "/proc/nowhere"}, {"XDG_CACHE_HOME": "", "HOME": "relative"}]
)
def test_a_plan_needs_no_place_to_be_remembered_in(here: Here, env: dict[str, str]) -> None:
    here.env.update(env)
    before = sorted(here.directory.iterdir())
    assert "Plan: " in here.offline("plan").out
    assert sorted(here.directory.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--reviewed", "plan.json"], "--approve names, which is not given"),
        (["--reviewed", "plan.json", "--approve", OTHER], "plan.json is another plan"),
        (["--reviewed", "none.json", "--approve", OTHER], "cannot read none.json"),
        (["plan.json", "--reviewed", "plan.json"], "a saved plan needs no --approve, no --reviewed"),
    ],
)
def test_what_cannot_be_meant_is_refused(here: Here, arguments: list[str], why: str) -> None:
    with here.untouched():
        assert why in here.run("apply", *arguments, expect=3).err


def test_a_destroy_is_approved_in_the_same_way(here: Here) -> None:
    here.declare("okta", "azure")
    plan = here.run("destroy", "--approve", OTHER, "-o", "json=plan.json", expect=6)
    shown = plan.err.partition("the plan is now ")[2].split(";")[0]
    here.run("destroy", "--approve", shown, "--max-deletes", "2")
    assert here.names() == []


def cache_of(here: Here) -> Path:
    return here.directory.parent / "cache" / "idpctl" / "plans"


def test_a_link_in_place_of_the_cache_is_not_followed(here: Here) -> None:
    shutil.rmtree(cache_of(here))
    victim = here.directory.parent / "victim"
    victim.mkdir()
    for number in range(30):
        (victim / f"key{number}").touch()
    cache_of(here).symlink_to(victim)
    here.offline("plan")
    assert len(list(victim.iterdir())) == 30


@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_cache_that_others_may_write_to_is_not_used(here: Here, mode: int) -> None:
    cache_of(here).chmod(mode)
    before = list(cache_of(here).iterdir())
    describe(here, NEW)
    here.offline("plan")
    assert list(cache_of(here).iterdir()) == before


def test_what_else_lies_in_the_cache_stays_and_keeps_nothing_from_being_forgotten(here: Here) -> None:
    folder = cache_of(here)
    (folder / "notes").touch()
    (folder / "dangling").symlink_to("nowhere")
    for number in range(25):
        describe(here, f"number {number}")
        here.offline("plan")
    kept = sorted(path.name for path in folder.iterdir())
    assert len([name for name in kept if name.endswith(".json")]) == 20
    assert {"notes", "dangling"} <= {*kept}
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("*.json"))


def test_a_plan_that_is_too_large_is_not_kept(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_LARGEST", 10)
    before = sorted(cache_of(here).iterdir())
    describe(here, NEW)
    here.offline("plan")
    assert sorted(cache_of(here).iterdir()) == before
