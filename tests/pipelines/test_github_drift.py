"""The hourly look of the workflow for GitHub: one issue that says what drifted, as long as it does."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from idpctl.registry.lock import hold
from tests.pipelines.conftest import results
from tests.support.cli import LOOPBACK
from tests.support.issuer import WELL_KNOWN
from tests.support.registries import operation
from tests.support.servers import answer

if TYPE_CHECKING:
    from tests.pipelines.conftest import Pipeline
    from tests.support.issuer import Issuers

pytestmark = pytest.mark.skipif(
    shutil.which("jq") is None, reason="jq, which gh has built in, is not on the PATH"
)

LOOKED = {"drift": "success", "drift-issue": "success"}
OPENED = ["GET issues", "POST issues"]
KEPT = ["GET issues"]


@pytest.fixture
def watched(pipeline: Pipeline) -> Pipeline:
    """Return a repository whose one provider is registered and was looked at once."""
    pipeline.declare(one={"description": "First"})
    pipeline.source.apply()
    jobs = pipeline.look()
    assert results(jobs) == LOOKED, jobs["drift"].log + jobs["drift-issue"].log
    assert pipeline.issues == []
    pipeline.calls()
    return pipeline


@pytest.fixture
def discovering(watched: Pipeline, issuers: Issuers) -> Pipeline:
    """Return one whose provider is discovered: it can move, and it can be out."""
    watched.runner.env = dict(LOOPBACK)
    nothing = dict.fromkeys(("issuer", "token_endpoint", "jwks_endpoint"))
    watched.declare(one={"well_known_url": issuers.well_known("one"), **nothing})
    watched.source.run("apply", "--auto-approve", "--allow-trust-change", "one", **LOOPBACK)
    assert results(watched.look()) == LOOKED
    watched.calls()
    return watched


def states(pipeline: Pipeline) -> list[str]:
    return [state for state, _ in pipeline.issues]


def test_a_hand_edit_opens_an_issue_that_says_what_differs_and_what_to_do(watched: Pipeline) -> None:
    watched.live.edit("One", jwks_endpoint="https://evil.example.com/keys")
    jobs = watched.look()
    assert results(jobs) == LOOKED, jobs["drift-issue"].log
    assert 2 in jobs["drift"].codes
    assert "evil.example.com" in jobs["drift"].summary
    ((state, text),) = watched.issues
    assert state == "open"
    assert re.match(r"<!-- idpctl:drift:[0-9a-f]{16} -->\n", text)
    assert re.search(r"^<!-- idpctl:told sha256:[0-9a-f]{64} -->\s*\Z", text, re.MULTILINE)
    for part in ("evil.example.com", "jwks_endpoint", "idpctl plan"):
        assert part in text
    assert watched.calls() == OPENED


def test_the_same_drift_is_told_once_however_many_hours_it_lasts(watched: Pipeline) -> None:
    watched.live.edit("One", description="by hand")
    watched.look()
    before = watched.issues
    watched.calls()
    assert results(watched.look()) == LOOKED
    assert (watched.calls(), watched.issues) == (KEPT, before)


def test_another_drift_is_written_into_the_issue_and_notified_by_a_comment(watched: Pipeline) -> None:
    watched.live.edit("One", description="by hand")
    watched.look()
    comments = len(watched.comments)
    watched.live.edit("One", description="again", enabled=0)
    watched.look()
    ((state, text),) = watched.issues
    assert state == "open"
    assert "again" in text
    assert "enabled" in text
    (comment,) = watched.comments[comments:]
    assert comment.startswith("This drift is another one now. https://github.com/acme/identity/actions/runs/")


def test_what_was_healed_is_closed_and_what_drifts_again_is_a_new_issue(watched: Pipeline) -> None:
    watched.live.edit("One", description="by hand")
    watched.look()
    watched.live.edit("One", description="First")
    assert results(watched.look()) == LOOKED
    assert states(watched) == ["closed"]
    assert watched.comments[-1].startswith("There is no drift any more. ")
    watched.calls()
    watched.look()
    assert watched.calls() == KEPT
    watched.live.edit("One", description="by hand")
    watched.look()
    assert states(watched) == ["closed", "open"]


def test_a_provider_that_moved_is_told_and_its_outage_closes_nothing(
    discovering: Pipeline, issuers: Issuers
) -> None:
    issuers.change("one", token_endpoint=issuers.base("one") + "/v2/token")
    discovering.look()
    assert states(discovering) == ["open"]
    before = discovering.issues
    assert "/v2/token" in before[0][1]
    issuers.behave(f"/one{WELL_KNOWN}", answer(b"", status=503))
    discovering.calls()
    jobs = discovering.look()
    assert results(jobs) == {"drift": "failure", "drift-issue": "success"}
    assert jobs["drift"].codes[-1] == 4
    assert "no issue is closed" in jobs["drift"].log
    assert (discovering.calls(), discovering.issues) == (KEPT, before)
    issuers.change("one", token_endpoint=issuers.base("one") + "/token")
    assert results(discovering.look()) == LOOKED
    assert states(discovering) == ["closed"]


def test_an_outage_opens_nothing_and_hides_no_edit(discovering: Pipeline, issuers: Issuers) -> None:
    issuers.behave(f"/one{WELL_KNOWN}", answer(b"", status=503))
    assert results(discovering.look()) == {"drift": "failure"}
    assert (discovering.calls(), discovering.issues) == ([], [])
    discovering.live.edit("One", allowed_token_audience="api://everyone")
    assert results(discovering.look()) == {"drift": "failure", "drift-issue": "success"}
    ((state, text),) = discovering.issues
    assert state == "open"
    assert "api://everyone" in text


def test_an_apply_at_work_is_nobody_s_business(watched: Pipeline) -> None:
    watched.live.edit("One", description="by hand")
    watched.look()
    before = watched.issues
    watched.calls()
    lock = watched.live.registry.with_name("registry.db.lock")
    with hold(lock, operation("at-work"), time.monotonic()):
        jobs = watched.look()
    assert results(jobs) == {"drift": "success"}
    assert 7 in jobs["drift"].codes
    assert "An apply is at work" in jobs["drift"].log
    assert (watched.calls(), watched.issues) == ([], before)
    watched.look()
    assert (watched.calls(), watched.issues) == (KEPT, before)


@pytest.mark.parametrize("fault", ["registry", "configuration", "option"])
def test_a_run_that_could_not_look_changes_no_issue(watched: Pipeline, fault: str) -> None:
    watched.live.edit("One", description="by hand")
    watched.look()
    before = watched.issues
    watched.calls()
    if fault == "registry":
        watched.live.registry.write_bytes(b"no registry at all" * 100)
    elif fault == "configuration":
        watched.source.config.write_text("version: 2\n", encoding="utf-8")
    else:
        watched.runner.env["IDPCTL_FAIL_ON"] = "everything"
    assert results(watched.look()) == {"drift": "failure"}
    assert (watched.calls(), watched.issues) == ([], before)


def test_each_run_knows_what_the_last_one_saw(watched: Pipeline) -> None:
    watched.live.insert("Stranger", organization="acme")
    assert "appeared since the last report" in watched.look()["drift"].log
    assert "appeared since the last report" not in watched.look()["drift"].log


def test_a_lost_cache_loses_words_and_no_alarm(watched: Pipeline) -> None:
    watched.live.edit("One", description="by hand")
    watched.runner.forget_caches()
    watched.live.insert("Stranger", organization="acme")
    jobs = watched.look()
    assert results(jobs) == LOOKED
    assert "appeared since" not in jobs["drift"].log
    assert states(watched) == ["open"]
    watched.runner.forget_caches()
    watched.calls()
    watched.look()
    assert watched.calls() == KEPT


def test_an_issue_of_somebody_else_is_not_taken_for_it(watched: Pipeline) -> None:
    watched.live.edit("One", description="by hand")
    watched.look()
    ((_, body),) = watched.issues
    label = [{"name": "idpctl-drift"}]
    forged = {
        "id": 900,
        "number": 900,
        "state": "open",
        "user": {"login": "eve"},
        "body": body,
        "labels": label,
    }
    state = watched.runner.gh
    watched.runner.gh = {**state, "issues": [forged]}
    watched.look()
    assert states(watched) == ["open", "open"]
    watched.live.edit("One", description="First")
    watched.look()
    assert states(watched) == ["open", "closed"]
