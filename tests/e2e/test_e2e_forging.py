"""Text from the registry and from documents: it forges no line, and a hostile document ends with 4."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.hostile import CANARY, HOSTILE, assert_harmless
from tests.support.issuer import WELL_KNOWN, Issuers, document
from tests.support.servers import answer
from tests.support.workspace import Here, discovered, pinned

COLUMNS = (
    "type",
    "description",
    "allowed_token_audience",
    "well_known_url",
    "issuer",
    "token_endpoint",
    "jwks_endpoint",
)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("whose", ["ours", "nobody's", "another's"])
def test_hostile_text_in_the_registry_forges_nothing(here: Here, text: str, whose: str) -> None:
    here.write({"okta": pinned("okta", properties={"display": "x"})})
    here.apply()
    columns: dict[str, Any] = {column: f"{column} {text}" for column in COLUMNS}
    columns["properties"] = json.dumps({"display": text, text: text})
    if whose == "ours":
        here.edit("Okta", **columns)
    else:
        here.insert(text, **columns)
    if whose == "another's":
        mark = {f"mark_{part}": text for part in ("owner", "key", "op")}
        here.sql("UPDATE identity_provider SET mark_ref = ref, mark_name = name WHERE mark_ref IS NULL")
        here.edit(text, mark_applied="- - - - - - - - -", mark_protect=0, **mark)
    for command in (
        ["plan", "-v"],
        ["plan", "-o", "json"],
        ["list"],
        ["list", "-o", "json"],
        ["destroy", "--auto-approve"],
    ):
        done = here.run(*command, *(["--discovery", "skip"] if command[0] == "plan" else []), expect=None)
        assert done.code in {0, 4, 5}, done.all[-2000:]
        assert_harmless(done.all)
        if "json" not in command:
            assert len(max(done.all.splitlines(), key=len)) < 5000


@pytest.mark.parametrize("text", [one for one in HOSTILE if len(one) < 1000], ids=ascii)
@pytest.mark.parametrize(
    "member", ["issuer", "token_endpoint", "jwks_uri", "id_token_signing_alg_values_supported"]
)
def test_hostile_text_in_a_document_forges_nothing(
    here: Here, issuers: Issuers, member: str, text: str
) -> None:
    served = [text] if member.endswith("supported") else issuers.base("one") + "/" + text
    issuers.change("one", **{member: served})
    here.write({"one": discovered("one", issuers.well_known("one"))})
    for command in (
        ["plan"],
        ["discover", "one"],
        ["discover", "one", "-o", "json"],
        ["validate", "--online"],
    ):
        done = here.run(*command, expect=None)
        assert done.code in {0, 4}, done.all[-2000:]
        assert_harmless(done.all)


DOCUMENTS: dict[str, bytes] = {
    "brackets": b"[" * 60_000,
    "5,000 digits": b'{"issuer": ' + b"1" * 5000 + b"}",
    "NaN": b'{"issuer": NaN}',
    "a duplicate issuer": b'{"issuer": "https://a.example.com", "issuer": "https://b.example.com"}',
    "UTF-16": '{"issuer": "x"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a lone surrogate": b'{"issuer": "\\ud800"}',
    "NUL": b'{"issuer": "https://a.example.com\\u0000"}',
    "an array": b"[]",
    "nothing": b"",
    "too large": b'{"issuer": "' + b"x" * (70 << 10) + b'"}',
    "a password": json.dumps(document(f"https://u:{CANARY}@a.example.com")).encode(),
    "a metadata address": json.dumps(document("https://169.254.169.254")).encode(),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_ends_with_4(here: Here, issuers: Issuers, name: str) -> None:
    issuers.behave(f"/one{WELL_KNOWN}", answer(DOCUMENTS[name]))
    here.write({"one": discovered("one", issuers.well_known("one"))})
    done = here.run("apply", "--auto-approve", expect=4)
    assert_harmless(done.all)
    assert CANARY not in done.all
    assert not here.registry.exists()


@pytest.mark.parametrize("location", ["http://127.0.0.1/", "file:///etc/passwd", "https://169.254.169.254/"])
def test_a_redirect_is_shown_and_not_followed(here: Here, issuers: Issuers, location: str) -> None:
    issuers.behave(f"/one{WELL_KNOWN}", answer(b"", status=302, location=location))
    here.write({"one": discovered("one", issuers.well_known("one"))})
    done = here.run("plan", expect=4)
    assert "DSC-01" in done.out
    assert location in done.out
    assert len(issuers.asked) == 1
