"""`idpctl check`: what it looks at, what it says at three in the morning, and what it never says."""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from idpctl import checkup
from idpctl.checkup import judge
from idpctl.render.table import FORMATS
from idpctl.schema.check import explain
from tests.support.certificates import certificate, trust_file
from tests.support.issuer import WELL_KNOWN, Issuers
from tests.support.locks import served, write_lock
from tests.support.servers import answer
from tests.support.tokens import key, public, token
from tests.support.workspace import Here, discovered, pinned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.cli import Done

CANARY = "canary-5f1c9e"
KINDS = [kind for kind, one in FORMATS.items() if one.commands is None or "check" in one.commands]


@pytest.fixture
def issuers() -> Iterator[Issuers]:
    with Issuers("one", "two") as running:
        running.behave("/one/keys", answer(json.dumps(public(key())).encode()))
        yield running


@pytest.fixture
def here(tmp_path: Path, issuers: Issuers) -> Here:
    """Return a workspace whose two providers are registered as they are served."""
    made = Here(tmp_path, env={"IDPCTL_ALLOW_LOOPBACK_HTTP": "1"})
    made.write({name: discovered(name, issuers.well_known(name)) for name in ("one", "two")})
    made.run("apply", "--auto-approve")
    return made


def checked(here: Here, *arguments: str, expect: int = 0) -> dict[str, Any]:
    """Return what is examined, as JSON that its schema accepts."""
    body = here.run("check", *arguments, "-o", "json", expect=expect).json()
    assert explain("check", body) == []
    return body


def states(examined: dict[str, Any]) -> dict[str, str]:
    return {step["name"]: step["state"] for step in examined["steps"]}


# Providers


def test_all_declared_providers_are_looked_at_and_each_has_its_block(here: Here) -> None:
    done = here.run("check")
    assert "one: usable\n" in done.out
    assert "two: usable\n" in done.out
    assert "  passed       registered     as wanted\n" in done.out
    assert done.out.endswith("idpctl: 2 usable\n")


def test_only_the_named_ones_are_contacted(here: Here, issuers: Issuers) -> None:
    before = len(issuers.asked)
    assert [one["key"] for one in checked(here, "two", "two")["examined"]] == ["two"]
    assert issuers.asked[before:] == [f"/two{WELL_KNOWN}", "/two/keys"]


def test_an_unknown_key_names_the_nearest_and_a_broken_configuration_is_bad_input(here: Here) -> None:
    here.write({"workforce": pinned("workforce")})
    assert "did you mean workforce?" in here.run("check", "workfroce", expect=3).err
    here.write({"workforce": pinned("workforce", well_known_url="ftp://x")})
    assert "URL-01" in here.run("check", expect=3).err


@pytest.mark.parametrize(
    ("columns", "rule"), [({"enabled": 0}, "CHK-04"), ({"issuer": "https://evil.example"}, "CHK-05")]
)
def test_a_record_that_was_edited_makes_a_provider_useless(
    here: Here, columns: dict[str, Any], rule: str
) -> None:
    here.edit("One", **columns)
    done = here.run("check", expect=4)
    assert "one: not usable\n" in done.out
    assert rule in done.out
    assert done.out.endswith("idpctl: 1 usable, 1 not usable\n")
    assert "one: usable" in here.run("check", "--no-registry").out


def test_a_provider_that_is_not_registered_is_not_usable(here: Here) -> None:
    here.delete("Two")
    body = checked(here, expect=4)
    assert [one["verdict"] for one in body["examined"]] == ["usable", "not usable"]
    assert body["examined"][1]["failed"] == "registered"


def test_a_registry_that_cannot_be_read_hides_nothing_else(here: Here) -> None:
    here.registry.write_bytes(b"not a registry" * 100)
    before = here.registry.read_bytes()
    body = checked(here, expect=4)
    assert [one["verdict"] for one in body["examined"]] == ["cannot tell", "cannot tell"]
    assert {states(one)["key set"] for one in body["examined"]} == {"passed"}
    assert {check["rule"] for check in body["checks"] if check["severity"] == "error"} == {"CHK-06"}
    assert here.registry.read_bytes() == before


def test_a_registry_that_was_never_made_is_not_made_by_looking(here: Here) -> None:
    here.registry.unlink()
    checked(here, expect=4)
    assert not here.registry.exists()


def test_a_registry_block_that_cannot_be_used_is_bad_input(here: Here, issuers: Issuers) -> None:
    here.write({"one": discovered("one", issuers.well_known("one"))}, registry={"driver": "nope"})
    assert "REG-01" in here.run("check", expect=3).err
    here.run("check", "--no-registry")


def test_a_stranger_with_the_same_issuer_is_told(here: Here, issuers: Issuers) -> None:
    here.insert("Stranger", issuer=issuers.base("one"))
    assert "CFG-04" in here.run("check", expect=4).out


def test_what_is_served_is_judged_by_the_rules(here: Here, issuers: Issuers) -> None:
    issuers.behave("/one/keys", answer(b"{}"))
    issuers.change("two", issuer="https://other.example.com")
    body = checked(here, expect=4)
    one, two = body["examined"]
    assert (one["failed"], two["failed"]) == ("key set", "issuer")
    assert states(two)["registered"] == "failed"


def test_a_provider_that_does_not_answer_is_not_usable(here: Here, issuers: Issuers) -> None:
    issuers.behave(f"/one{WELL_KNOWN}", answer(b"", status=500))
    issuers.behave("/two/keys", answer(b"", status=503))
    one, two = checked(here, expect=4)["examined"]
    assert (states(one)["discovery"], states(one)["registered"]) == ("failed", "passed")
    assert (states(two)["discovery"], states(two)["key set"]) == ("passed", "failed")


def test_warnings_are_errors_where_that_is_asked_for(here: Here, issuers: Issuers) -> None:
    issuers.behave("/two/keys", answer(json.dumps(public(key("P-256"))).encode()))
    assert checked(here)["examined"][1]["verdict"] == "usable with warnings"
    assert checked(here, "--strict", expect=4)["examined"][1]["verdict"] == "not usable"


@pytest.mark.parametrize(
    ("days", "verdict"), [(90, "usable"), (12, "usable with warnings"), (-1, "not usable")]
)
def test_certificates_are_looked_at_before_they_expire(tmp_path: Path, days: int, verdict: str) -> None:
    until = datetime.now(UTC) + timedelta(days=days, hours=1)
    made = Here(tmp_path, env={"IDPCTL_CA_BUNDLE": str(trust_file(tmp_path))})
    tls = certificate("idp.example", "tokens.idp.example", not_after=until)
    with Issuers("one", tls=tls) as issuers:
        port = issuers.server.port
        issuers.base = lambda name: f"https://idp.example/{name}"  # type: ignore[method-assign]
        issuers.change("one", token_endpoint="https://tokens.idp.example/t")
        made.write({"one": discovered("one", issuers.well_known("one"))})
        elsewhere = [
            f"--connect-to={name}:443:127.0.0.1:{port}" for name in ("idp.example", "tokens.idp.example")
        ]
        arguments = ("--no-registry", "--allow-network", "127.0.0.0/8", *elsewhere)
        body = checked(made, *arguments, expect=4 if days < 0 else 0)
    (one,) = body["examined"]
    found = [(step["state"], step["rules"]) for step in one["steps"] if step["name"] == "certificate"]
    assert (one["verdict"], issuers.asked.count("/t")) == (verdict, 0)
    if days < 0:
        assert found == [("failed", ["CHK-02"])]  # the endpoints were never told
    else:
        assert found == [("passed", [])] * 2 if days > 30 else [("warning", ["CHK-01"])] * 2


def test_what_is_served_otherwise_than_locked_makes_a_provider_useless(here: Here, issuers: Issuers) -> None:
    write_lock(here, served(issuers, "one"), served(issuers, "two"))
    assert checked(here)["exit_code"] == 0
    issuers.change("one", token_endpoint=issuers.base("one") + "/v2/token")
    body = checked(here, expect=4)
    assert [one["failed"] for one in body["examined"]] == ["endpoints", None]
    assert "LCK-01" in {check["rule"] for check in body["checks"]}


def test_a_document_that_is_not_served_is_a_warning_where_its_values_are_locked(
    here: Here, issuers: Issuers
) -> None:
    write_lock(here, served(issuers, "one"), served(issuers, "two"))
    issuers.behave(f"/one{WELL_KNOWN}", answer(b"", status=500))
    assert checked(here, "one")["examined"][0]["verdict"] == "usable with warnings"


def test_what_belongs_to_no_provider_is_told_beside_them(here: Here) -> None:
    done = here.run("check", "--no-registry", "-v", HTTPS_PROXY="http://127.0.0.1:9")
    assert "NET-06" in done.out
    quiet = here.run("check", "--no-registry", HTTPS_PROXY="http://127.0.0.1:9").out
    assert "NET-06" not in quiet
    assert "shown with -v" in quiet


def test_no_providers_are_nothing_to_look_at(here: Here) -> None:
    here.write({})
    assert here.run("check").out == "idpctl: no providers\n"


# A token


def good(issuers: Issuers, **given: Any) -> str:
    return token(**{"now": int(time.time()), "iss": issuers.base("one"), **given})


def handed(here: Here, text: str | bytes, *arguments: str, expect: int = 0) -> Done:
    path = here.directory / "token"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return here.run("check", "--token-file", "token", *arguments, expect=expect)


def test_a_token_is_accepted_by_the_provider_of_its_issuer(here: Here, issuers: Issuers) -> None:
    done = handed(here, good(issuers) + "\n")
    assert done.out.startswith("token for one: accepted\n")
    assert "  passed       signature      RS256, verified\n" in done.out
    assert done.out.endswith("idpctl: accepted\n")


def test_the_variable_of_the_file_is_not_that_of_a_registrys_token(here: Here, issuers: Issuers) -> None:
    (here.directory / "token").write_text(good(issuers), encoding="utf-8")
    assert "accepted" in here.run("check", IDPCTL_SUBJECT_TOKEN_FILE="token").out
    assert "2 usable" in here.run("check", IDPCTL_TOKEN_FILE="token").out


def test_stdin_is_read(here: Here, issuers: Issuers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(good(issuers).encode())))
    assert "accepted" in here.run("check", "--token-file", "-").out


def test_the_first_check_that_fails_is_named(here: Here, issuers: Issuers) -> None:
    done = handed(here, good(issuers, aud="api://default/", exp=1), expect=4)
    assert done.out.endswith("idpctl: refused: expiry (TOK-09)\n")
    above, below, caret = done.out.partition("             in the token  ")[2].splitlines()[:3]
    assert above == '"api://default/"'
    column = below.index('"api://default"') + len('"api://default')
    assert caret.index("^") == column


def test_texts_that_nobody_takes_for_each_other_have_a_caret_too(here: Here) -> None:
    done = handed(here, token(iss="https://evil.example"), "one", expect=4)
    lines = done.out.partition("             in the token  ")[2].splitlines()
    assert lines[2].rstrip() == " " * (lines[1].index('"http') + len('"http')) + "^"
    long = handed(here, token(iss="https://evil.example/" + "x" * 300), "one", expect=4)
    assert "in the token" in long.out


@pytest.mark.parametrize("raw", [b"", b"Bearer x", b"\xff", b"x" * 20_000])
def test_what_is_no_token_is_bad_input(here: Here, raw: bytes) -> None:
    assert "Error: " in handed(here, raw, expect=3).err


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_a_file_that_cannot_be_read_is_bad_input(here: Here, name: str) -> None:
    assert "--token-file -" in here.run("check", "--token-file", name, expect=3).err


def test_two_keys_are_one_too_many(here: Here, issuers: Issuers) -> None:
    assert "name one KEY" in handed(here, good(issuers), "one", "two", expect=3).err


def test_an_unknown_key_is_bad_input_with_a_token_too(here: Here, issuers: Issuers) -> None:
    assert "did you mean one?" in handed(here, good(issuers), "on", expect=3).err


def test_without_joserfc_the_extra_is_named(
    here: Here, issuers: Issuers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "idpctl.checkup.signature", raising=False)
    monkeypatch.delattr(checkup, "signature", raising=False)
    monkeypatch.setitem(sys.modules, "joserfc.errors", None)
    done = handed(here, good(issuers), expect=3)
    assert "needs the package joserfc" in done.err
    assert "pip install 'idpctl[verify]'" in done.err
    here.run("check")


def test_the_registered_values_count_not_the_declared_ones(here: Here, issuers: Issuers) -> None:
    here.edit("One", allowed_token_audience="registered")
    done = handed(here, good(issuers, aud="api://default"), expect=4)
    assert "TOK-14" in done.out
    assert "accepted" in handed(here, good(issuers, aud="registered")).out
    assert "accepted" in handed(here, good(issuers), "--no-registry").out


def test_a_token_of_another_provider_is_named_as_its(here: Here, issuers: Issuers) -> None:
    done = handed(here, good(issuers), "two", expect=4)
    assert "It would match one." in done.out
    assert done.out.startswith("token for two: refused\n")


def test_a_record_of_nobody_is_believed_by_the_gateway_and_so_here(here: Here, issuers: Issuers) -> None:
    here.insert("Legacy", issuer="https://legacy.example", jwks_endpoint=f"{issuers.base('one')}/keys")
    done = handed(here, good(issuers, iss="https://legacy.example", aud="audience"), "-o", "json").json()
    (found,) = done["examined"]
    assert (found["key"], found["name"], found["verdict"]) == (None, "Legacy", "accepted")


def test_a_provider_is_found_by_its_name_where_no_issuer_matches(here: Here, issuers: Issuers) -> None:
    here.insert("https://by.name", jwks_endpoint=f"{issuers.base('one')}/keys", enabled=0)
    done = handed(here, good(issuers, iss="https://by.name", aud="audience"), expect=4)
    assert "TOK-16" in done.out
    assert done.out.endswith("idpctl: refused: registered (CHK-04)\n")


def test_a_token_of_nobody_names_the_nearest(here: Here, issuers: Issuers) -> None:
    done = handed(here, good(issuers, iss=issuers.base("one") + "/"), expect=4)
    assert done.out.startswith("token for no provider: refused\n")
    assert "the nearest is" in done.out
    assert "It would match" not in done.out


def test_a_declared_provider_that_is_not_registered_is_told(here: Here, issuers: Issuers) -> None:
    here.delete("One")
    found = handed(here, good(issuers), expect=4)
    assert "It would match one, which is declared, but not registered." in found.out
    asked = handed(here, good(issuers), "one", "-o", "json", expect=4).json()["examined"][0]
    assert asked["failed"] == "registered"
    assert states(asked)["signature"] == "passed"


def test_without_the_registry_the_declared_provider_is_found_by_its_document(
    here: Here, issuers: Issuers
) -> None:
    assert "token for one: accepted" in handed(here, good(issuers), "--no-registry").out
    nobody = handed(here, good(issuers, iss="https://evil.example"), "--no-registry", expect=4)
    assert "no declared provider has the issuer" in nobody.out


def test_a_registry_that_cannot_be_read_leaves_it_open(here: Here, issuers: Issuers) -> None:
    here.registry.write_bytes(b"not a registry" * 100)
    found = handed(here, good(issuers), "-o", "json", expect=4).json()["examined"][0]
    assert (found["verdict"], states(found)["signature"]) == ("cannot tell", "passed")
    nobody = handed(here, good(issuers, iss="https://evil.example"), expect=4)
    assert "CHK-06" in nobody.out


def test_keys_that_cannot_be_read_leave_it_open(here: Here, issuers: Issuers) -> None:
    issuers.behave("/one/keys", answer(b"", status=500))
    done = handed(here, good(issuers), expect=4)
    assert done.out.endswith("idpctl: cannot tell\n")


def test_a_jwks_endpoint_that_the_rules_refuse_is_not_contacted(here: Here, issuers: Issuers) -> None:
    before = len(issuers.asked)
    here.edit("One", jwks_endpoint="http://169.254.169.254/keys")
    assert "the rules refuse it" in handed(here, good(issuers), expect=4).out
    assert len(issuers.asked) == before


def test_without_endpoints_there_is_nothing_to_judge_by(here: Here, issuers: Issuers) -> None:
    issuers.behave(f"/one{WELL_KNOWN}", answer(b"", status=500))
    done = handed(here, good(issuers), "--no-registry", expect=4)
    assert "there is nothing to judge the token by" in done.err


def test_warnings_about_a_token_refuse_it_where_that_is_asked_for(here: Here, issuers: Issuers) -> None:
    text = good(issuers, header={"typ": "at+jwt"})
    assert "accepted with warnings" in handed(here, text).out
    assert "refused: type (TOK-17)" in handed(here, text, "--strict", expect=4).out


@pytest.mark.parametrize("broken", [False, True], ids=["good", "broken"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_output_tells_more_of_a_token_than_four_claims(
    here: Here, issuers: Issuers, kind: str, broken: bool
) -> None:
    hidden = dict.fromkeys(("sub", "jti", "azp", "scope", CANARY), CANARY)
    text = good(issuers, header={"typ": CANARY, "jku": CANARY}, **hidden)
    text = text[:-6] if broken else text
    summary = here.directory / "summary"
    for more in (("-v",), ("-v", "two"), ("--no-registry",)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GITHUB_STEP_SUMMARY", str(summary))
            done = handed(here, text, "-o", kind, *more, expect=None)  # type: ignore[arg-type]
        told = done.all + (summary.read_text("utf-8") if summary.exists() else "")
        assert CANARY not in told
        assert not any(part in told for part in text.split("."))


def test_a_bug_tells_nothing_of_a_token(
    here: Here, issuers: Issuers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise RuntimeError(f"{given}")

    text = good(issuers, jti=CANARY)
    monkeypatch.setattr(tempfile, "tempdir", str(here.directory))
    monkeypatch.setattr(judge, "parse", fail)
    done = handed(here, text, expect=1)
    (report,) = here.directory.glob("idpctl-crash-*")
    told = done.all + report.read_text("utf-8")
    assert "in fail" in told
    assert CANARY not in told
    assert not any(part in told for part in text.split("."))
