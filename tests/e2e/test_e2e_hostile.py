"""Files that mean harm: a documented exit code, a message with its place, no traceback, no write."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.hostile import CANARY, assert_harmless
from tests.support.workspace import Here, Workspace, pinned

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cli import Done


FRAME = b"""\
version: 1
owner: acme/prod
registry: {driver: sqlite, path: registry.db}
providers:
  okta:
    name: %s
    type: okta
    allowed_token_audience: a
    well_known_url: https://okta.example.com/.well-known/openid-configuration
"""
ENDPOINTS = b"""\
    issuer: https://okta.example.com
    token_endpoint: https://okta.example.com/t
    jwks_endpoint: https://okta.example.com/k
"""


def with_name(value: bytes) -> bytes:
    """Return a configuration whose only fault can be the name."""
    return FRAME % value


def laughs(levels: int) -> bytes:
    lines = [b"l0: &l0 [x, x, x, x, x, x, x, x, x]"]
    lines += [b"l%d: &l%d [%s]" % (n, n, b", ".join([b"*l%d" % (n - 1)] * 9)) for n in range(1, levels)]
    return b"\n".join(lines)


def merge_bomb(levels: int) -> bytes:
    lines = [b"a0: &a0 {x: 1}"]
    lines += [b"a%d: &a%d {<<: [*a%d, *a%d]}" % (n, n, n - 1, n - 1) for n in range(1, levels)]
    return b"\n".join(lines)


# Name -> the file, and a word that the message must hold.
YAML: dict[str, tuple[bytes, str]] = {
    "a boolean for a name": (with_name(b"true"), "quote"),
    "a number for a name": (with_name(b"10"), "quote"),
    "a fraction for a name": (with_name(b"1.10"), "quote"),
    "nothing for a name": (with_name(b""), "name"),
    "a list for a name": (with_name(b"[a]"), "name"),
    "merge-key bomb": (merge_bomb(25), "<<"),
    "billion laughs": (laughs(9), ""),
    "a cycle": (b"a: &a [*a]\n", ""),
    "30,000 brackets": (b"[" * 30_000, ""),
    "100,000 brackets": (b"a: " + b"[" * 100_000, ""),
    "30,000 braces": (b"{a: " * 30_000, ""),
    "deep blocks": (b"\n".join(b" " * n + b"a:" for n in range(2000)), ""),
    "a Python object": (b"!!python/object/apply:os.system ['touch pwned']\n", "tag"),
    "a local tag": (with_name(b"!secret x"), "tag"),
    "two documents": (with_name(b"Okta") + b"---\nversion: 1\n", "document"),
    "a duplicate key": (with_name(b"Okta") + b"    name: Other\n", "name"),
    "a duplicate provider": (with_name(b"Okta") + b"  okta: {}\n", "okta"),
    "a key that is a number": (b"version: 1\nowner: o\nproviders:\n  1: {}\n", ""),
    "a key that is a list": (b"? [a, b]\n: c\n", ""),
    "a tab": (b"version: 1\n\towner: x\n", ""),
    "NUL": (with_name(b'"a\\0b"'), "name"),
    "a raw NUL": (with_name(b"a\0b"), ""),
    "a raw escape": (with_name(b"a\x1b[31mb"), ""),
    "an escaped escape": (with_name(b'"a\\x1b[31mb"'), "name"),
    "a bidi override": (with_name("a\u202eb".encode()), "U+202E"),
    "an escaped bidi override": (with_name(b'"a\\u202eb"'), "name"),
    "latin-1": (with_name(b"Gr\xfc\xdfe"), "UTF-8"),
    "UTF-16": (with_name(b"Okta").decode().encode("utf-16"), "UTF-8"),
    "a lone surrogate": (with_name(b'"\\ud800"'), ""),
    "an unknown key": (with_name(b"Okta") + b"    isuer: x\n", "issuer"),
    "not a mapping": (b"- a\n- b\n", ""),
    "only text": (b"hello\n", ""),
    "a broken quote": (with_name(b'"Okta'), ""),
    "an unset variable": (with_name(b"${IDPCTL_VAR_NOPE}"), "IDPCTL_VAR_NOPE"),
    "17 MiB": (b"# " + b"x" * (17 << 20), "16 MiB"),
    "an include outside": (with_name(b"Okta") + b"include: [../../etc/passwd]\n", "include"),
    "an absolute include": (with_name(b"Okta") + b"include: [/etc/passwd]\n", "include"),
    "a template": (with_name(b"Okta").replace(b"okta.example", b"{tenantid}.example"), "URL-11"),
    "http": (with_name(b"Okta").replace(b"https:", b"http:"), "URL-01"),
    "a password in a URL": (with_name(b"Okta").replace(b"//okta", b"//u:canary-5f1c9e@okta"), "URL"),
    "a fragment": (with_name(b"Okta").replace(b"configuration\n", b"configuration#x\n"), "URL-03"),
    "parsers that disagree": (with_name(b"Okta").replace(b"//okta", b"//good.com\\@okta"), "URL"),
}


def assert_refused(done: Done) -> None:
    assert done.code == 3, done.all
    assert_harmless(done.all)
    assert CANARY not in done.all


# One reader, in front of all commands: the longer way in this process, the shorter as installed.
@pytest.mark.parametrize("command", ["validate", "apply"])
@pytest.mark.parametrize("name", YAML)
def test_hostile_yaml_is_refused_with_its_place(
    workspace: Workspace, here: Here, name: str, command: str
) -> None:
    body, told = YAML[name]
    workspace.config.write_bytes(body)
    done = (
        here.run("apply", "--auto-approve", "--discovery", "skip", expect=None)
        if command == "apply"
        else workspace.run("validate", expect=None)
    )
    assert_refused(done)
    assert told in done.err
    assert re.search(r"idpctl\.yaml(:\d+:\d+)?", done.err)
    assert sorted(path.name for path in workspace.directory.iterdir()) == ["idpctl.yaml"]


@pytest.mark.parametrize("value", ["NO", "0815", "2024-05-01", "12:30:45", "~x", "1_000", "0o17x"])
def test_yaml_1_2_reads_as_text_what_only_yaml_1_1_does_not(here: Here, value: str) -> None:
    here.config.write_bytes(with_name(value.encode()) + ENDPOINTS)
    here.apply()
    assert here.names() == [value]


@pytest.fixture
def saved(here: Here, workspace: Workspace) -> Workspace:
    here.declare("okta")
    here.apply()
    here.write({"okta": pinned("okta", description="new"), "azure": pinned("azure")})
    here.save()
    return workspace


def edited(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    def edit(data: bytes) -> bytes:
        body = json.loads(data)
        change(body)
        return json.dumps(body).encode()

    return edit


def point_elsewhere(body: dict[str, Any]) -> None:
    body["resource_changes"][0]["change"]["after"]["jwks_endpoint"] = "https://evil.example.com/keys"


PLANS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "not JSON": lambda _: b"hello",
    "an array": lambda _: b"[]",
    "null": lambda _: b"null",
    "another object": lambda _: b'{"format_version": "1.0"}',
    "cut": lambda data: data[: len(data) // 2],
    "one bit flipped": lambda data: data[:400] + bytes([data[400] ^ 1]) + data[401:],
    "a value changed": edited(point_elsewhere),
    "a newer major version": edited(lambda body: body.update(format_version="2.0")),
    "no checksum": edited(lambda body: body.pop("sha256")),
    "a duplicate member": lambda data: data.replace(b"{", b'{"applyable": true,', 1),
    "100,000 brackets": lambda _: b"[" * 100_000,
    "a deep object": lambda _: b'{"a":' * 100_000,
    "5,000 digits": lambda _: b'{"format_version": ' + b"1" * 5000 + b"}",
    "NaN": lambda _: b'{"format_version": NaN}',
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "binary": lambda _: bytes(range(256)),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_damaged_or_foreign_plan_is_refused(saved: Workspace, here: Here, name: str) -> None:
    path = saved.directory / "plan.json"
    path.write_bytes(PLANS[name](path.read_bytes()))
    with saved.untouched():
        assert_refused(saved.run("apply", "plan.json", expect=None))
        assert_refused(here.run("show", "plan.json", expect=None))


@pytest.mark.parametrize("path", [".", "/dev/null", "/dev/zero", "nowhere.json", "idpctl.yaml"])
def test_what_is_no_plan_file_is_refused(saved: Workspace, path: str) -> None:
    with saved.untouched():
        assert_refused(saved.run("apply", path, expect=None))
