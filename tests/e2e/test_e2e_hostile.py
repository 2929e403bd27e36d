"""Input that means harm: a documented exit code, one message, no traceback, no forged line, no write."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cli import Here, Workspace, discovered, pinned
from tests.support.issuer import WELL_KNOWN, Issuers, document
from tests.support.servers import answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cli import Done

CANARY = "canary-5f1c9e"
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


def assert_harmless(text: str) -> None:
    """Hold that nothing in `text` acts on a terminal, or on what reads the logs of a pipeline."""
    for line in text.split("\n"):
        assert line.isprintable(), ascii(line)
        assert not re.match(r"\s*(::|##\[|##vso\[)", line), ascii(line)


@pytest.mark.parametrize("command", ["validate", "apply"])
@pytest.mark.parametrize("name", YAML)
def test_hostile_yaml_is_refused_with_its_place(workspace: Workspace, name: str, command: str) -> None:
    body, told = YAML[name]
    workspace.config.write_bytes(body)
    done = workspace.run(
        *([command, "--auto-approve", "--discovery", "skip"] if command == "apply" else [command]),
        expect=None,
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
def saved(workspace: Workspace) -> Workspace:
    workspace.declare("okta")
    workspace.apply()
    workspace.write({"okta": pinned("okta", description="new"), "azure": pinned("azure")})
    workspace.save()
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
def test_a_damaged_or_foreign_plan_is_refused(saved: Workspace, name: str) -> None:
    path = saved.directory / "plan.json"
    path.write_bytes(PLANS[name](path.read_bytes()))
    with saved.untouched():
        for command in ("apply", "show"):
            assert_refused(saved.run(command, "plan.json", expect=None))


@pytest.mark.parametrize("path", [".", "/dev/null", "/dev/zero", "nowhere.json", "idpctl.yaml"])
def test_what_is_no_plan_file_is_refused(saved: Workspace, path: str) -> None:
    with saved.untouched():
        assert_refused(saved.run("apply", path, expect=None))


# Text that acts on terminals, log readers, Markdown and HTML.
HOSTILE = [
    "\x1b]0;owned\x07\x1b[2J\x1b[31m",
    "\x9b31m\x90q\x9c",
    "line\r\nError: forged\n::error::forged\n##[error]forged",
    "\u202egnihtyna\u2066\u200b\ufeff",
    "a\x00b\x08\x08",
    "\ue000\u2028\u2029\x85",
    "x" * 100_000,
    "```\n</details><script>@everyone #1 | `",
]
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


# secrets


@pytest.mark.parametrize(
    "field",
    [
        {"client_secret": CANARY},
        {"password": CANARY},
        {"properties": {"client_secret": CANARY}},
        {"properties": {"nested": {"password": CANARY}}},
        {"description": f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----"},
        {"properties": {"x": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnktNWYxYzllIn0.c2lnbmF0dXJlLWNhbmFyeQ"}},
        {"issuer": f"https://user:{CANARY}@okta.example.com"},
    ],
    ids=ascii,
)
def test_a_secret_in_the_configuration_is_refused_and_never_repeated(
    workspace: Workspace, field: dict[str, Any]
) -> None:
    workspace.write({"okta": pinned("okta", **field)})
    for command in (
        ["validate"],
        ["plan", "--discovery", "skip", "--out", "plan.json", "-o", "json=result.json"],
    ):
        done = workspace.run(*command, expect=3)
        assert CANARY not in done.all
        assert "eyJhbGci" not in done.all
    for path in workspace.directory.iterdir():
        if path.name != "idpctl.yaml":
            assert CANARY not in path.read_text(encoding="utf-8")


@pytest.fixture
def keeper(here: Here) -> Here:
    """Return a registry whose records hold secrets that the configuration knows nothing of."""
    here.write({"okta": pinned("okta", properties={"display": "x"})})
    here.apply()
    secrets = json.dumps({"display": "x", "client_secret": CANARY, "nested": {"password": CANARY}})
    here.edit("Okta", properties=secrets, description="edited")
    here.insert("Legacy", properties=secrets, issuer=f"https://user:{CANARY}@legacy.example.com")
    return here


def test_a_secret_that_the_registry_keeps_is_in_no_text(keeper: Here) -> None:
    outputs = [
        keeper.offline("plan", "-v").all,
        keeper.run("list").all,
        keeper.apply("-v", "-o", "text=report.txt", "-o", "json=report.json").all,
        keeper.run("destroy", "--auto-approve", "-v", expect=5).all,
    ]
    outputs += [(keeper.directory / f"report.{kind}").read_text(encoding="utf-8") for kind in ("txt", "json")]
    assert [index for index, text in enumerate(outputs) if CANARY in text] == []


@pytest.mark.parametrize(
    "arguments",
    [("plan", "--discovery", "skip", "--out", "plan.json"), ("list",)],
    ids=lambda arguments: arguments[0],
)
def test_a_secret_that_the_registry_keeps_is_in_no_json(keeper: Here, arguments: tuple[str, ...]) -> None:
    done = keeper.run(*arguments, "-o", "json")
    files = [path.read_text(encoding="utf-8") for path in keeper.directory.glob("*.json")]
    assert [text for text in (done.all, *files) if CANARY in text] == []


def test_a_secret_in_the_environment_is_never_printed(workspace: Workspace) -> None:
    workspace.write({"okta": pinned("okta", description="${IDPCTL_VAR_NOT_SET}")})
    done = workspace.run("plan", IDPCTL_TOKEN=CANARY, IDPCTL_VAR_OTHER=CANARY, expect=3)
    assert CANARY not in done.all


# colour


def test_piped_output_holds_no_colour_codes(workspace: Workspace) -> None:
    workspace.declare("okta", "azure")
    outputs = [workspace.apply().all]
    workspace.write({"okta": pinned("okta", name="Renamed", type="auth0"), "new": pinned("new")})
    outputs += [
        workspace.offline(
            "plan", "-v", "--out", "plan.json", "-o", "text=plan.txt", "-o", "text", expect=None
        ).all,
        workspace.run("show", "plan.json").all,
        workspace.apply(expect=5).all,
        workspace.run("list").all,
        workspace.run("validate").all,
        workspace.run("--help").all,
        workspace.run("nope", expect=3).all,
        workspace.run("plan", "-f", "nope.yaml", expect=3).all,
    ]
    assert all("\x1b" not in text for text in outputs)


def test_forced_colour_is_for_stdout_and_never_for_files(workspace: Workspace) -> None:
    workspace.declare("okta")
    coloured = workspace.run(
        "plan", "--discovery", "skip", "-o", "text", "-o", "text=plan.txt", FORCE_COLOR="1"
    )
    assert "\x1b[" in coloured.out
    assert "\x1b" not in (workspace.directory / "plan.txt").read_text(encoding="utf-8")
    plain = workspace.run("plan", "--discovery", "skip", FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b" not in plain.out
