"""`idpctl lock`: what is served is written down, all or nothing, and everything else stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idpctl.value import replace
from tests.support.locks import DAY, NAME, locked, sealed, served, write_lock
from tests.support.servers import answer
from tests.support.workspace import discovered, pinned

if TYPE_CHECKING:
    from tests.support.issuer import Issuers
    from tests.support.workspace import Here

LONG_AGO = "2001-01-01"


@pytest.fixture
def here(here: Here, issuers: Issuers) -> Here:
    """Declare two providers that are filled from discovery, and one that is not."""
    declare(here, issuers, "one", "two")
    return here


def declare(here: Here, issuers: Issuers, *keys: str, **top: Any) -> None:
    providers = {key: discovered(key, issuers.well_known(key)) for key in keys}
    here.write({**providers, "okta": pinned("okta")}, **top)


def text(here: Here) -> str:
    return (here.directory / NAME).read_text(encoding="utf-8")


def test_the_first_lock_holds_what_is_served_now(here: Here, issuers: Issuers) -> None:
    done = here.run("lock")
    assert "Written: idpctl.lock.yaml." in done.out
    assert "2 added, 0 changed, 0 dropped; 2 entries; 0 trust changes" in done.out
    lock = locked(here)
    assert list(lock.entries) == ["one", "two"]
    for name, entry in lock.entries.items():
        expected = served(issuers, name, date=entry.date)
        assert replace(entry, places=None) == expected
    assert not any("/keys" in path for path in issuers.asked)
    assert here.run("plan", "--discovery", "lock", "-o", "json").json()["errored"] is False


def test_a_second_run_changes_nothing_and_asks_nobody(here: Here, issuers: Issuers) -> None:
    write_lock(here, *(served(issuers, name, date=LONG_AGO) for name in ("one", "two")))
    before, stamp = text(here), (here.directory / NAME).stat().st_mtime_ns
    issuers.change("one", jwks_uri=issuers.base("one") + "/v2/keys")
    assert "idpctl.lock.yaml is up to date." in here.run("lock").out
    assert issuers.asked == []
    assert (text(here), (here.directory / NAME).stat().st_mtime_ns) == (before, stamp)


def test_what_is_missing_is_added_and_what_is_there_stays_byte_for_byte(here: Here, issuers: Issuers) -> None:
    write_lock(here, served(issuers, "one", date=LONG_AGO))
    block = text(here).partition("providers:\n")[2]
    here.run("lock")
    assert block in text(here)
    assert list(locked(here).entries) == ["one", "two"]
    assert not any(path.startswith("/one/") for path in issuers.asked)


def test_what_needs_no_lock_is_dropped(here: Here, issuers: Issuers) -> None:
    write_lock(here, *(served(issuers, name, key) for name, key in TABLE))
    done = here.run("lock", "-o", "json").json()
    assert {change["key"]: change["action"] for change in done["changes"]} == {"gone": "drop", "okta": "drop"}
    assert list(locked(here).entries) == ["one", "two"]
    assert issuers.asked == []


TABLE = [("one", "one"), ("two", "two"), ("three", "gone"), ("three", "okta")]


def test_an_entry_follows_its_provider_to_another_key(here: Here, issuers: Issuers) -> None:
    write_lock(here, *(served(issuers, name, date=LONG_AGO) for name in ("one", "two")))
    here.write(
        {
            "uno": discovered("uno", issuers.well_known("one")),
            "two": discovered("two", issuers.well_known("two")),
        },
        moved=[{"from": "one", "to": "uno"}, {"from": "other", "to": "two"}],
    )
    out = here.run("lock").out
    assert "~ uno   (moved from one)" in out
    assert "0 added, 1 changed, 0 dropped" in out
    assert issuers.asked == []
    assert {key: entry.date for key, entry in locked(here).entries.items()} == {
        "two": LONG_AGO,
        "uno": LONG_AGO,
    }


def test_an_update_takes_over_what_is_served_and_says_what_changes(here: Here, issuers: Issuers) -> None:
    write_lock(here, *(served(issuers, name, date=LONG_AGO) for name in ("one", "two")))
    base = issuers.base("one")
    for name in ("one", "two"):
        issuers.change(name, jwks_uri=issuers.base(name) + "/Keys", token_endpoint="https://x.example.com/t")
    out = here.run("lock", "--update", "one").out
    head, _, rest = out.partition("\n\n")
    assert head.splitlines()[0] == "Trust changes (another party answers there):"
    assert head.splitlines()[1].startswith("  ! one  token_endpoint  127.0.0.1:")
    assert head.endswith("-> x.example.com")
    assert f'~ jwks_uri                "{base}/keys"\n' in rest
    assert f'-> "{base}/Keys"\n' in rest
    assert '^ "k" became "K"' in rest
    assert "1 changed" in out
    entries = locked(here).entries
    assert entries["one"].jwks_uri == f"{base}/Keys"
    assert entries["one"].sha256 == entries["one"].seal()
    assert entries["one"].date > DAY[:4]
    assert entries["two"].date == LONG_AGO
    assert not any(path.startswith("/two/") for path in issuers.asked)


def test_the_day_stays_where_nothing_changes(here: Here, issuers: Issuers) -> None:
    write_lock(here, *(served(issuers, name, date=LONG_AGO) for name in ("one", "two")))
    before = text(here)
    here.run("lock", "--all")
    here.run("lock", "--update", "one", "--update", "two")
    assert text(here) == before
    assert issuers.asked


def test_a_wrong_entry_is_written_anew(here: Here, issuers: Issuers) -> None:
    write_lock(here, served(issuers, "one", sha256="0" * 64, date=LONG_AGO), served(issuers, "two"))
    assert "(served as it is locked; its digest was wrong)" in here.run("lock").out
    entry = locked(here).entries["one"]
    assert entry.sha256 == entry.seal()
    assert entry.date != LONG_AGO


def test_an_entry_that_lacks_what_has_to_be_filled_is_written_anew(here: Here, issuers: Issuers) -> None:
    write_lock(here, served(issuers, "one", jwks_uri=None), served(issuers, "two"))
    out = here.run("lock").out
    assert f'+ jwks_uri                "{issuers.base("one")}/keys"' in out
    assert locked(here).entries["one"].jwks_uri == f"{issuers.base('one')}/keys"


def test_another_well_known_url_is_a_trust_change(here: Here, issuers: Issuers) -> None:
    other = "https://old.example.com/.well-known/openid-configuration"
    write_lock(here, sealed("one", other, issuer="https://old.example.com"), served(issuers, "two"))
    done = here.run("lock", "-o", "json").json()
    fields = {field["path"]: field["trust"] for field in done["changes"][0]["fields"]}
    assert fields == {"well_known_url": True, "issuer": True, "token_endpoint": False, "jwks_uri": False}


@pytest.mark.parametrize("options", [(), ("--all",), ("--update", "one", "--update", "two"), ("--check",)])
@pytest.mark.parametrize("fault", ["refused", "wrong"])
def test_it_is_all_or_nothing(here: Here, issuers: Issuers, fault: str, options: tuple[str, ...]) -> None:
    if fault == "refused":
        issuers.behave("/two/.well-known/openid-configuration", answer(b"", status=404))
    else:
        issuers.change("two", issuer="https://x.example.com")
    done = here.run("lock", *options, expect=4)
    assert "what is served cannot be locked; the lock stays as it is" in done.err
    assert ("DSC-01" if fault == "refused" else "DSC-05") in done.err
    assert not (here.directory / NAME).exists()


def test_what_is_suppressed_with_a_reason_is_locked(here: Here, issuers: Issuers) -> None:
    issuers.change("two", issuer="https://x.example.com")
    url = issuers.well_known("two")
    here.write({"two": discovered("two", url, suppress={"DSC-05": "the vendor knows"})})
    here.run("lock")
    assert locked(here).entries["two"].issuer == "https://x.example.com"


def test_warnings_are_told_and_refuse_with_strict(here: Here, issuers: Issuers) -> None:
    issuers.change("two", jwks_uri="https://x.example.com/keys")
    here.run("lock", "--strict", expect=4)
    assert "DSC-09" in here.run("lock").out


def test_what_stands_where_an_override_does_is_locked_where_it_is_a_url(here: Here, issuers: Issuers) -> None:
    url, base = issuers.well_known("one"), issuers.base("one")
    written = {"issuer": base, "token_endpoint": "https://mine.example.com/token"}
    here.write({"one": discovered("one", url, **written)})
    issuers.change("one", token_endpoint="https://u:canary@x.example.com/")
    here.run("lock")
    assert "canary" not in text(here)
    entry = locked(here).entries["one"]
    assert (entry.issuer, entry.token_endpoint, entry.jwks_uri) == (base, None, f"{base}/keys")
    issuers.change("one", token_endpoint=f"{base}/token")
    here.run("lock", "--all")
    assert locked(here).entries["one"].token_endpoint == f"{base}/token"


def test_what_our_own_reader_would_refuse_is_not_written(here: Here, issuers: Issuers) -> None:
    issuers.change("one", jwks_uri=issuers.base("one") + "/eyJhbGciOiJ9.eyJpc3MiOiJ9.x")
    done = here.run("lock", expect=4)
    assert "a signed token" in done.err
    assert not (here.directory / NAME).exists()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda lock: lock.replace("/one/keys", "/one/evil"), "~ one"),
        (lambda lock: lock.replace("  two:", "  too:"), "+ two"),
        (lambda lock: lock + "# a comment\n", "is not in its canonical form"),
        (lambda lock: lock[: lock.index("  two:")], "+ two"),
    ],
)
def test_a_check_tells_what_is_not_as_it_would_be_written(
    here: Here, spoil: Any, words: str, issuers: Issuers
) -> None:
    assert issuers
    here.run("lock", "--check", expect=2)
    assert not (here.directory / NAME).exists()
    here.run("lock")
    here.run("lock", "--check")
    spoilt = spoil(text(here))
    (here.directory / NAME).write_text(spoilt, encoding="utf-8")
    assert words in here.run("lock", "--check", expect=2).out
    assert text(here) == spoilt
    here.run("lock")
    here.run("lock", "--check")


def test_a_check_sees_what_moved(here: Here, issuers: Issuers) -> None:
    here.run("lock")
    issuers.change("one", jwks_uri=issuers.base("one") + "/v2/keys")
    found = here.run("lock", "--check", "-o", "json", expect=2).json()
    assert (found["kind"], found["current"], found["written"], found["exit_code"]) == (
        "lock",
        False,
        False,
        2,
    )
    assert [change["key"] for change in found["changes"]] == ["one"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--update", "oen"), "did you mean one?"),
        (("--update", "zzz"), "no provider"),
        (("--update", "okta"), "nothing to be locked"),
        (("--check", "--update", "one"), "leave --update away"),
        (("--lock-file", "idpctl.yaml"), "cannot be used"),
        (("-o", f"json={NAME}"), "this is the discovery lock"),
        (("-o", "html=x.html"), "has nothing to say of idpctl lock"),
    ],
)
def test_wrong_usage(here: Here, options: tuple[str, ...], words: str) -> None:
    before = here.config.read_bytes()
    assert words in here.run("lock", *options, expect=3).err
    assert here.config.read_bytes() == before


def test_a_lock_that_cannot_be_read_is_not_replaced(here: Here) -> None:
    (here.directory / NAME).write_text("<<<<<<< HEAD\n", encoding="utf-8")
    assert "a merge has left a conflict here" in here.run("lock", "--all", expect=3).err
    assert text(here) == "<<<<<<< HEAD\n"


def test_a_place_that_cannot_be_written_is_told(here: Here) -> None:
    assert "cannot write" in here.run("lock", "--lock-file", "no/such.yaml", expect=1).err


def test_each_environment_has_a_lock_of_its_own(here: Here, issuers: Issuers) -> None:
    here.run("lock")
    layer = f"version: 1\nproviders:\n  one:\n    well_known_url: {issuers.well_known('three')}\n"
    (here.directory / "prod.yaml").write_text(layer, encoding="utf-8")
    prod = ("-f", "idpctl.yaml", "-f", "prod.yaml", "--lock-file", "prod.lock.yaml")
    here.run("lock", *prod)
    assert locked(here).entries["one"].issuer == issuers.base("one")
    assert locked(here, "prod.lock.yaml").entries["one"].issuer == issuers.base("three")
    here.run("plan", *prod, "--discovery", "lock")
    here.run("lock", "--check", *prod)
    here.run("lock", "--check")


def test_a_lock_of_nobody_is_written_out(here: Here) -> None:
    here.declare("okta")
    here.run("plan", "--discovery", "lock", expect=3)
    here.run("lock")
    assert "providers: {}" in text(here)
    here.run("plan", "--discovery", "lock")


def test_a_markdown_comment_can_say_it(here: Here) -> None:
    page = here.run("lock", "--check", "-o", "markdown", expect=2).out
    assert page.startswith("<!-- idpctl:lock -->\n### idpctl lock\n")
    assert "2 added" in page


def test_the_whole_story_of_a_provider_that_moves(here: Here, issuers: Issuers) -> None:
    here.run("lock")
    here.run("apply", "--auto-approve", "--only", "one")
    issuers.change("one", jwks_uri=issuers.base("one") + "/v2/keys")
    assert "LCK-01" in here.run("plan", "--only", "one", expect=4).out
    with here.untouched():
        here.run("apply", "--auto-approve", "--only", "one", expect=4)
    here.run("lock", "--update", "one")
    plan = here.run("plan", "--only", "one", "--out", "plan.json", "-o", "json").json()
    (field,) = plan["resource_changes"][0]["idpctl"]["fields"]
    assert (field["path"], field["origin"], field["cause"]) == ("jwks_endpoint", "lock", "config")
    here.run("apply", "plan.json")
    here.run("plan", "--only", "one", "--detailed-exitcode")
