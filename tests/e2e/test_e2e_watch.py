"""`idpctl drift` as a cron job uses it: what it remembers, what it may not do, and how it ends."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import strace
from tests.support.certificates import certificate, trust_file
from tests.support.cli import OWNER
from tests.support.servers import Server, answer
from tests.support.workspace import Here, Workspace, discovered, pinned

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.issuer import Issuers

SINCE = ("--since", "last.json", "-o", "json=last.json")


def report(work: Workspace, name: str = "last.json") -> dict[str, Any]:
    return dict(json.loads((work.directory / name).read_text(encoding="utf-8")))


def drift(work: Workspace) -> list[tuple[str, str, str | None]]:
    return [(one["class"], one["key"], one["path"]) for one in report(work)["findings"] if one["drift"]]


@pytest.fixture
def work(here: Here) -> Here:
    """Return a workspace with two pinned providers, as applied."""
    here.env["IDPCTL_DISCOVERY"] = "skip"
    here.declare("one", "two")
    here.apply()
    return here


# The trap: what was filled in is changed by hand, and an apply of something else passes by


def test_a_hijacked_issuer_is_never_absorbed_by_another_apply(here: Here, issuers: Issuers) -> None:
    providers = {key: discovered(key, issuers.well_known(key)) for key in ("one", "two")}
    here.write(providers)
    here.run("apply", "--auto-approve")
    here.edit("One", issuer="https://evil.example.com")
    here.run("drift", *SINCE, expect=2)
    assert drift(here) == [("registry", "one", "issuer")]

    providers["two"]["description"] = "something else"
    here.write(providers)
    here.run("apply", "--auto-approve", "--only", "two")
    here.run("drift", *SINCE, expect=2)
    assert drift(here) == [("registry", "one", "issuer")]

    providers["one"]["description"] = "of the very record"
    here.write(providers)
    here.run("apply", "--auto-approve", expect=5)  # it would heal the issuer, which has to be allowed
    here.run("drift", *SINCE, expect=2)
    assert drift(here) == [("registry", "one", "issuer")]

    here.run("apply", "--auto-approve", "--allow-trust-change", "one")
    assert here.query("SELECT issuer FROM identity_provider WHERE name = 'One'") == [(issuers.base("one"),)]
    here.run("drift", *SINCE, expect=0)


# Upstream, with a lock


def test_what_moved_upstream_waits_for_the_lock(here: Here, issuers: Issuers) -> None:
    here.write({"one": discovered("one", issuers.well_known("one"))})
    here.run("lock")
    here.run("apply", "--auto-approve")
    here.run("drift", expect=0)
    moved = issuers.base("one") + "/v2/keys"
    issuers.change("one", jwks_uri=moved)
    issuers.behave("/one/v2/keys", issuers.behaviour("/one/keys"))

    here.run("drift", *SINCE, expect=2)
    assert drift(here) == [("upstream", "one", "jwks_endpoint")]
    shown = here.run("plan", expect=4).out
    assert "`jwks_uri` has moved" in shown
    assert moved in shown.replace("^", ""), shown
    with here.untouched():
        here.run("apply", "--auto-approve", expect=4)
    here.run("lock", "--update", "one")
    here.run("drift", *SINCE, expect=0)
    assert [(one["class"], one["path"]) for one in report(here)["findings"]] == [("pending", "jwks_endpoint")]
    here.run("apply", "--auto-approve")
    here.run("drift", *SINCE, expect=0)
    assert report(here)["findings"] == []


# What it remembers


def test_the_first_run_has_no_last_report(work: Here) -> None:
    work.run("drift", *SINCE, expect=0)
    assert report(work)["memory"] == "log"
    work.run("drift", *SINCE, expect=0)
    assert report(work)["memory"] == "both"


def test_without_any_memory_a_missing_record_is_pending_and_the_report_says_so(work: Here) -> None:
    work.registry.unlink()
    text = work.run("drift", expect=0).out
    assert "pending   one  not created yet" in text
    assert "Remark: nothing remembers which records there were" in text


def test_a_registry_that_is_gone_is_known_from_the_last_report(work: Here) -> None:
    work.run("drift", *SINCE, expect=0)
    work.registry.unlink()
    work.run("drift", *SINCE, expect=2)
    assert drift(work) == [("missing", "one", None), ("missing", "two", None)]


def test_what_is_destroyed_by_an_apply_is_not_missing(work: Here) -> None:
    work.run("destroy", "--auto-approve", "--max-deletes", "2")
    work.run("drift", expect=0)


def test_a_record_is_missing_until_it_is_back(work: Here) -> None:
    work.delete("One")
    for _ in range(2):
        work.run("drift", *SINCE, expect=2)
        assert drift(work) == [("missing", "one", None)]
    work.apply()
    work.run("drift", *SINCE, expect=0)


def test_a_mark_that_was_stripped_is_an_edit(work: Here) -> None:
    columns = ("ref", "owner", "key", "name", "applied", "op", "replaces", "protect")
    work.edit("One", **{f"mark_{column}": None for column in columns})
    work.run("drift", *SINCE, expect=2)
    assert drift(work) == [("registry", "one", "mark")]


@pytest.mark.parametrize(
    "content", ["", "{", '{"kind": "plan"}', '{"kind": "drift", "format_version": "2.0"}']
)
def test_a_last_report_that_cannot_be_read_is_an_error_and_is_kept(work: Here, content: str) -> None:
    last = work.directory / "last.json"
    last.write_text(content, encoding="utf-8")
    done = work.run("drift", *SINCE, "-o", "junit=drift.xml", expect=3)
    assert "DRF-02" in done.all
    assert last.read_text(encoding="utf-8") == content
    assert (work.directory / "drift.xml").exists()


def test_an_option_that_cannot_be_used_costs_no_memory(work: Here) -> None:
    work.run("drift", *SINCE, expect=0)
    before = report(work)
    work.run("drift", *SINCE, "--notify", "http://hooks.example.com", expect=3)
    work.run("drift", *SINCE, "--connect-to", "nonsense", expect=3)
    assert report(work) == before


def test_what_ended_a_run_is_told_beside_output_for_programs(work: Here) -> None:
    work.registry.write_bytes(b"no database")
    done = work.run("drift", "-o", "json", expect=4)
    assert done.err.startswith("Error: the ")
    assert done.json()["run"] == "failed"


def test_a_last_report_of_another_target_is_an_error_and_is_kept(work: Here) -> None:
    work.run("drift", *SINCE, expect=0)
    before = report(work)
    work.declare("one", "two", owner="acme/dev")
    assert "the last report is of acme/prod" in work.run("drift", *SINCE, expect=3).all
    assert report(work) == before


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda work: work.config.write_text("version: 1\n", encoding="utf-8"), 3),
        (lambda work: work.registry.write_bytes(b"no database"), 4),
    ],
    ids=["configuration", "registry"],
)
def test_a_run_that_fails_loses_nothing_that_was_known(work: Here, spoil: Any, code: int) -> None:
    work.edit("One", description="edited")
    work.run("drift", *SINCE, expect=2)
    before = report(work)
    spoil(work)
    work.run("drift", *SINCE, expect=code)
    after = report(work)
    assert (after["run"], after["exit_code"]) == ("failed", code)
    for name in ("fingerprint", "last_success", "providers", "strangers", "notified"):
        assert after[name] == before[name]
    assert [one["carried"] for one in after["findings"]] == [True]


def test_a_running_apply_is_waited_for_until_the_next_run(work: Here) -> None:
    from idpctl.registry.sqlite import SqliteRegistry
    from tests.support.registries import operation

    work.run("drift", *SINCE, expect=0)
    registry = SqliteRegistry(work.registry, "default", "registry.db")
    with registry.writer(operation("op-9", owner=OWNER)):
        done = work.run("drift", *SINCE, expect=7)
    assert "Skipped: an apply was running" in done.out
    assert "operation op-9" in done.out
    assert (report(work)["run"], len(report(work)["providers"])) == ("skipped", 2)
    work.run("drift", *SINCE, expect=0)


# What was accepted


def entry(finding: dict[str, Any], until: str) -> str:
    return json.dumps(
        {
            "version": 1,
            "accept": [
                {
                    "key": finding["key"],
                    "path": finding["path"],
                    "value_sha256": finding["value_sha256"],
                    "until": until,
                    "reason": "they are testing",
                }
            ],
        }
    )


def test_an_accepted_finding_is_no_drift_until_it_is_another_one(work: Here) -> None:
    work.edit("One", description="edited")
    work.run("drift", *SINCE, expect=2)
    (found,) = report(work)["findings"]
    accept = work.directory / "accepted.yaml"
    accept.write_text(entry(found, "2999-12-31"), encoding="utf-8")
    text = work.run("drift", *SINCE, "-o", "text", "--accept", "accepted.yaml", expect=0).out
    assert 'accepted until 2999-12-31: "they are testing"' in text
    accept.write_text(entry(found, "2020-12-31"), encoding="utf-8")
    text = work.run("drift", "--accept", "accepted.yaml", expect=2).out
    assert "no longer accepted: it was accepted until 2020-12-31" in text
    accept.write_text(entry(found, "2999-12-31"), encoding="utf-8")
    work.edit("One", description="edited again")
    text = work.run("drift", "--accept", "accepted.yaml", expect=2).out
    assert "no longer accepted: another value was accepted" in text
    work.apply()
    assert "meets nothing (any more)" in work.run("drift", "--accept", "accepted.yaml", expect=0).out


def test_the_entry_that_is_printed_is_the_one_that_is_accepted(work: Here) -> None:
    work.edit("One", description="edited")
    lines = work.run("drift", "-v", expect=2).out.splitlines()
    start = next(index for index, line in enumerate(lines) if line.strip().startswith("- key:"))
    printed = "\n".join(lines[start : start + 5]).replace('reason: ""', 'reason: "agreed"')
    accept = work.directory / "accepted.yaml"
    accept.write_text(f"version: 1\naccept:\n{printed}\n", encoding="utf-8")
    work.run("drift", "--accept", "accepted.yaml", expect=0)


# What metrics keep where there is no last report


def last_success(work: Here) -> list[str]:
    text = (work.directory / "drift.prom").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("idpctl_drift_last_success_")]


def test_a_run_that_fails_leaves_the_last_success_of_its_target_alone(work: Here) -> None:
    metrics = ("-o", "metrics=drift.prom")
    work.run("drift", *metrics, expect=0)
    (succeeded,) = last_success(work)
    work.registry.write_bytes(b"spoilt")
    work.run("drift", *metrics, expect=4)
    assert last_success(work) == [succeeded]
    work.write({"one": pinned("one")}, owner="acme/another")
    work.run("drift", *metrics, expect=4)
    assert last_success(work) == []


def test_metrics_that_cannot_be_read_are_no_crash(work: Here) -> None:
    work.registry.write_bytes(b"spoilt")
    done = work.run("drift", "-o", "metrics=/proc/self/mem", expect=1)
    assert "cannot write /proc/self/mem" in done.err


# What is told outside


@pytest.fixture
def hook(work: Here, tmp_path: Path) -> Any:
    """Serve a receiver; commands may reach it, and trust its certificate."""
    paths = {None: answer(b"", status=204)}
    with Server(paths, tls=certificate("hooks.example.com")) as server:
        work.env["IDPCTL_CA_BUNDLE"] = str(trust_file(tmp_path))
        work.env["IDPCTL_ALLOW_NETWORK"] = "127.0.0.0/8"
        work.env["IDPCTL_CONNECT_TO"] = f"hooks.example.com:443:127.0.0.1:{server.port}"
        yield server


NOTIFY = ("--notify", "https://hooks.example.com/secret-path")


def test_drift_is_told_once_and_its_end_too(work: Here, hook: Any) -> None:
    work.run("drift", *SINCE, *NOTIFY, expect=0)
    assert hook.requests == []
    work.edit("One", description="edited")
    for _ in range(3):
        work.run("drift", *SINCE, *NOTIFY, expect=2)
    (told,) = [json.loads(request.body) for request in hook.requests]
    assert told["text"].endswith("1 finding")
    assert told["fingerprint"] == report(work)["fingerprint"] == report(work)["notified"]
    assert [(one["class"], one["key"], one["path"]) for one in told["findings"]] == [
        ("registry", "one", "description")
    ]
    work.apply()
    for _ in range(2):
        work.run("drift", *SINCE, *NOTIFY, expect=0)
    assert [json.loads(request.body)["drift"] for request in hook.requests] == [1, 0]


def test_a_run_of_a_part_tells_nobody_that_all_is_well(work: Here, hook: Any) -> None:
    work.edit("One", description="edited")
    work.run("drift", *SINCE, *NOTIFY, expect=2)
    work.run("drift", *SINCE, *NOTIFY, "--only", "two", expect=0)
    work.run("drift", *SINCE, *NOTIFY, expect=2)
    assert [json.loads(request.body)["drift"] for request in hook.requests] == [1]


def test_what_was_not_delivered_is_told_by_the_next_run(work: Here, hook: Any) -> None:
    hook.paths = {None: answer(b"", status=500)}
    work.edit("One", description="edited")
    done = work.run("drift", *SINCE, *NOTIFY, "-o", "text", expect=1)
    assert "DRF-01" in done.out
    assert "secret-path" not in done.all + (work.directory / "last.json").read_text(encoding="utf-8")
    assert report(work)["notified"] is None
    hook.paths = {None: answer(b"", status=200)}
    work.run("drift", *SINCE, *NOTIFY, expect=2)
    assert len(hook.requests) == 2
    assert report(work)["notified"] == report(work)["fingerprint"]


def test_a_receiver_that_is_not_there_is_told_by_the_next_run_too(work: Here, hook: Any) -> None:
    hook.paths = {None: lambda client, _: client.reset()}
    work.edit("One", description="edited")
    done = work.run("drift", *SINCE, *NOTIFY, "-o", "text", expect=1)
    assert "the notification was not delivered: the connection failed [NET-01]" in done.out


def test_a_registry_that_is_committed_to_is_looked_at_by_the_next_run(work: Here) -> None:
    with closing(sqlite3.connect(work.registry, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        done = work.run("drift", *SINCE, expect=7)
        other.execute("ROLLBACK")
    assert "the registry is in use by another program" in done.out


def test_findings_of_all_providers_together_are_of_none(here: Here, issuers: Issuers) -> None:
    """Two providers with one issuer: that is an error of both, whatever drifts."""
    here.write({"one": discovered("one", issuers.well_known("one")), "two": pinned("two")})
    here.run("apply", "--auto-approve")
    here.write(
        {
            "one": discovered("one", issuers.well_known("one")),
            "two": pinned("two", type="auth0", issuer=issuers.base("one")),
        }
    )
    assert "CFG-04" in here.run("drift", expect=3).out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--notify", "http://hooks.example.com/secret-path", *SINCE), "the URL is not an https:// URL"),
        (NOTIFY, "--notify needs --since FILE"),
    ],
)
def test_where_nothing_can_be_told_nothing_is_begun(
    work: Here, arguments: tuple[str, ...], message: str
) -> None:
    done = work.run("drift", *arguments, expect=3)
    assert message in done.err
    assert "secret-path" not in done.all


# What it may not do


OPENING = "open,openat,creat"
CHANGING = (
    "unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,"
    "truncate,ftruncate,chmod,fchmod,fchmodat,mknod,mknodat"
)
OUTPUTS = ("-o", "json=last.json", "-o", "metrics=drift.prom", "-o", "html=drift.html")


def test_no_write_leaves_the_process(workspace: Workspace, issuers: Issuers) -> None:
    workspace.write({"one": discovered("one", issuers.well_known("one")), "two": pinned("two")})
    workspace.run("apply", "--auto-approve")
    workspace.edit("One", issuer="https://evil.example.com")
    workspace.delete("Two")
    issuers.server.requests.clear()
    before = {file.name: file.read_bytes() for file in workspace.directory.iterdir()}
    code, lines = strace.run(
        ["drift", "-o", "json"],
        workspace.directory.parent / "trace",
        calls=f"{OPENING},{CHANGING}",
        cwd=workspace.directory,
        env={**workspace.env, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert code == 2
    assert len(lines) > 100
    assert [line for line in lines if _writes(line)] == []
    assert {file.name: file.read_bytes() for file in workspace.directory.iterdir()} == before
    assert {request.method for request in issuers.server.requests} == {"GET"}


def _writes(line: str) -> bool:
    """Say whether a line of strace is of a call that changed a file, or opened one to do so."""
    failed = " = -1 " in line or "+++" in line or "---" in line
    reads = "O_RDONLY" in line or "resumed>" in line or "/dev/" in line or ".coverage" in line
    return not failed and not reads


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
def test_a_run_that_is_killed_leaves_no_half_written_file(work: Workspace, call: str, tmp_path: Path) -> None:
    work.run("drift", *OUTPUTS, expect=0)
    work.edit("One", description="edited " * 30)
    kept = {name: (work.directory / name).read_bytes() for name in ("last.json", "drift.prom", "drift.html")}
    ends = {"last.json": b"}\n", "drift.prom": b"\n", "drift.html": b"</html>\n"}
    killed = 0
    for when in range(1, 20):
        code, _ = strace.run(
            ["drift", *OUTPUTS],
            tmp_path / "trace",
            calls=call,
            inject=f"{call}:signal=KILL:when={when}",
            cwd=work.directory,
            env={**work.env, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        for name, end in ends.items():
            found = (work.directory / name).read_bytes()
            assert found == kept[name] or found.endswith(end), name
            kept[name] = found
        if code >= 0:
            assert code == 2
            break
        killed += 1
    assert killed >= 3
    json.loads(kept["last.json"])
    work.run("drift", "--since", "last.json", *OUTPUTS, expect=2)
