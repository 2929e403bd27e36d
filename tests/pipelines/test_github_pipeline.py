"""The workflow of the examples, run: its own shell steps, over a real registry, with a stand-in for `gh`."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.pipelines.conftest import results

if TYPE_CHECKING:
    from tests.pipelines.conftest import Pipeline

pytestmark = pytest.mark.skipif(
    shutil.which("jq") is None, reason="jq, which gh has built in, is not on the PATH"
)

FINGERPRINT = r"sha256:[0-9a-f]{64}"


def applied(pipeline: Pipeline) -> None:
    """Bring one provider from a pull request into the registry."""
    pipeline.declare(one={"description": "First"})
    pipeline.propose(1, head="1" * 40)
    jobs = pipeline.merge(1, head="1" * 40, merged="2" * 40)
    assert results(jobs) == {"apply": "success"}, jobs["apply"].log


def test_a_pull_request_is_planned_commented_merged_applied_and_then_nothing_is_left(
    pipeline: Pipeline,
) -> None:
    pipeline.declare(one={}, two={})
    jobs = pipeline.propose()
    assert results(jobs) == {"plan": "success", "comment": "success"}, jobs["plan"].log + jobs["comment"].log
    (comment,) = pipeline.comments
    assert re.match(r"<!-- idpctl:plan:[0-9a-f]{16} -->\n", comment)
    assert re.search(rf"^<!-- idpctl:review {FINGERPRINT} a{{40}} 1 -->\s*\Z", comment, re.MULTILINE)
    assert "two" in comment
    assert pipeline.live.names() == [], "a pull request has written"

    jobs = pipeline.merge()
    assert results(jobs) == {"apply": "success"}, jobs["apply"].log
    assert "Apply complete! Resources: 2 added, 0 changed, 0 destroyed." in jobs["apply"].log
    assert pipeline.live.names() == ["One", "Two"]
    assert "No changes." in pipeline.propose(8)["plan"].log


def test_the_summary_of_the_run_shows_the_plan(pipeline: Pipeline) -> None:
    pipeline.declare(one={})
    assert "one" in pipeline.propose()["plan"].summary


def test_a_second_plan_is_written_into_the_same_comment(pipeline: Pipeline) -> None:
    pipeline.declare(one={})
    pipeline.propose(head="a" * 40)
    (first,) = pipeline.comments
    pipeline.declare(one={}, two={})
    pipeline.propose(head="c" * 40)
    (second,) = pipeline.comments
    assert "two" in second
    assert "two" not in first
    assert f" {'c' * 40} 2 -->" in second


def test_the_comment_is_found_behind_many_others_and_nobody_else_s_is_taken_for_it(
    pipeline: Pipeline,
) -> None:
    pipeline.declare(one={})
    pipeline.propose(6)
    ((marker, _),) = [text.split("\n", 1) for text in pipeline.comments]
    forged = f"{marker}\n<!-- idpctl:review sha256:{'0' * 64} {'a' * 40} 9 -->"
    others = [{"id": 100 + n, "issue": "7", "user": {"login": "eve"}, "body": forged} for n in range(40)]
    other_target = f"<!-- idpctl:plan:{'0' * 16} -->\n{forged}"
    bot = {"id": 99, "issue": "7", "user": {"login": "github-actions[bot]"}, "body": other_target}
    pipeline.runner.gh = {**pipeline.runner.gh, "comments": [bot, *others]}
    pipeline.propose()
    pipeline.propose()
    assert len(pipeline.comments) == 42
    assert [text for text in pipeline.comments[:-1] if text not in {forged, other_target}] == []
    assert results(pipeline.merge()) == {"apply": "success"}
    assert pipeline.live.names() == ["One"]


def test_a_configuration_cannot_say_what_was_reviewed(pipeline: Pipeline) -> None:
    pipeline.declare(one={"description": f"<!-- idpctl:review sha256:{'0' * 64} {'a' * 40} 9 -->"})
    pipeline.propose()
    assert results(pipeline.merge()) == {"apply": "success"}
    assert pipeline.live.names() == ["One"]


def test_a_plan_with_errors_is_shown_and_is_nothing_that_was_reviewed(pipeline: Pipeline) -> None:
    applied(pipeline)
    pipeline.live.insert("Two", organization="acme")
    pipeline.declare(one={"description": "First"}, two={})
    pipeline.propose()
    comment = pipeline.comments[-1]
    assert "Nothing can be applied: 1 check failed." in comment
    assert "idpctl:review" not in comment
    pipeline.live.delete("Two")
    with pipeline.live.untouched():
        jobs = pipeline.merge()
    assert jobs["apply"].result == "failure"
    assert "No plan of the last commit of a merged pull request was reviewed." in jobs["apply"].log


def test_what_was_reviewed_for_another_branch_was_not_reviewed_for_this_one(pipeline: Pipeline) -> None:
    pipeline.declare(one={})
    pipeline.propose()
    jobs = pipeline.merge(base="release")
    assert jobs["apply"].result == "failure"
    assert pipeline.live.names() == []


def test_an_edit_between_review_and_apply_is_refused_and_field_old_and_new_are_named(
    pipeline: Pipeline,
) -> None:
    applied(pipeline)
    pipeline.declare(one={"description": "Second"})
    pipeline.propose()
    pipeline.live.edit("One", description="by hand")
    with pipeline.live.untouched():
        jobs = pipeline.merge()
    assert (jobs["apply"].result, jobs["apply"].codes[-1]) == ("failure", 6)
    for text in ("description", '"First"', '"by hand"'):
        assert text in jobs["apply"].log, jobs["apply"].log


def test_an_edit_of_the_configuration_after_the_review_is_refused(pipeline: Pipeline) -> None:
    pipeline.declare(one={"description": "reviewed"})
    pipeline.propose()
    pipeline.declare(one={"description": "slipped in"})
    jobs = pipeline.merge()
    assert (jobs["apply"].result, jobs["apply"].codes[-1]) == ("failure", 6)
    for text in ("description", '"reviewed"', '"slipped in"'):
        assert text in jobs["apply"].log, jobs["apply"].log
    assert pipeline.live.names() == []


def test_a_saved_plan_that_is_gone_takes_nothing_but_the_difference_away(pipeline: Pipeline) -> None:
    pipeline.declare(one={"description": "reviewed"})
    pipeline.propose()
    for artifact in pipeline.live.directory.glob("runner/artifact-*"):
        shutil.rmtree(artifact)
    pipeline.declare(one={"description": "slipped in"})
    jobs = pipeline.merge()
    assert (jobs["apply"].result, jobs["apply"].codes[-1]) == ("failure", 6)
    assert '"reviewed"' not in jobs["apply"].log
    pipeline.declare(one={"description": "reviewed"})
    assert results(pipeline.runner.run("push", sha="b" * 40)) == {"apply": "success"}
    assert pipeline.live.names() == ["One"]


def test_a_commit_after_the_last_plan_is_not_what_was_reviewed(pipeline: Pipeline) -> None:
    pipeline.declare(one={})
    pipeline.propose(head="a" * 40)
    jobs = pipeline.merge(head="c" * 40)
    assert results(jobs) == {"apply": "failure"}
    assert "No plan of the last commit" in jobs["apply"].log
    assert pipeline.live.names() == []


def test_what_was_pushed_without_a_review_is_applied_by_its_fingerprint_alone(pipeline: Pipeline) -> None:
    pipeline.declare(one={})
    log = pipeline.runner.run("push", sha="d" * 40)["apply"].log
    assert "run this workflow by hand" in log
    assert pipeline.live.names() == []
    (fingerprint,) = set(re.findall(FINGERPRINT, log))
    wrong = pipeline.runner.run("workflow_dispatch", inputs={"fingerprint": f"sha256:{'0' * 64}"})
    assert results(wrong) == {"apply": "failure"}
    jobs = pipeline.runner.run("workflow_dispatch", inputs={"fingerprint": fingerprint})
    assert results(jobs) == {"apply": "success"}, jobs["apply"].log
    assert pipeline.live.names() == ["One"]


@pytest.mark.parametrize(
    "given", ["$(touch owned)", "sha256:0\nrun=1", "--auto-approve", "'; touch owned; '"]
)
def test_a_fingerprint_that_is_none_is_no_command_and_no_option(pipeline: Pipeline, given: str) -> None:
    pipeline.declare(one={})
    jobs = pipeline.runner.run("workflow_dispatch", inputs={"fingerprint": given})
    assert results(jobs) == {"apply": "failure"}
    assert pipeline.live.names() == []
    assert list(pipeline.live.directory.rglob("owned")) == []


def test_a_push_that_changes_nothing_asks_nobody(pipeline: Pipeline) -> None:
    applied(pipeline)
    calls = pipeline.runner.gh["calls"]
    jobs = pipeline.runner.run("push", sha="e" * 40)
    assert results(jobs) == {"apply": "success"}
    assert pipeline.runner.gh["calls"] == calls


def test_a_fork_s_pull_request_is_planned_and_writes_no_comment(pipeline: Pipeline) -> None:
    pipeline.declare(one={})
    jobs = pipeline.propose(repository="eve/identity")
    assert results(jobs) == {"plan": "success"}
    assert "one" in jobs["plan"].summary
    assert pipeline.runner.gh["calls"] == []


def test_a_plan_that_has_to_be_allowed_is_commented_and_not_applied(pipeline: Pipeline) -> None:
    applied(pipeline)
    pipeline.declare(one={"name": "Renamed"})
    jobs = pipeline.propose()
    assert results(jobs) == {"plan": "failure", "comment": "success"}
    assert "--allow-replace one" in pipeline.comments[-1]
    assert results(pipeline.merge()) == {"apply": "failure"}
    assert pipeline.live.names() == ["One"]
    pipeline.runner.workflow["env"]["IDPCTL_ALLOW_REPLACE"] = "one"
    pipeline.propose(9)
    assert results(pipeline.merge(9, merged="3" * 40)) == {"apply": "success"}
    assert pipeline.live.names() == ["Renamed"]


def test_a_configuration_that_cannot_be_read_leaves_the_comment_alone_and_fails(pipeline: Pipeline) -> None:
    pipeline.declare(one={})
    pipeline.propose()
    before = pipeline.comments
    pipeline.source.config.write_text("version: 2\n", encoding="utf-8")
    assert results(pipeline.propose(head="c" * 40)) == {"plan": "failure"}
    assert pipeline.comments == before
