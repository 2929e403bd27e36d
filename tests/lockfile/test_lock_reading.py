"""The lock file is under review like a configuration, and is read as strictly."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.config.lock import parse_lock, read_lock
from idpctl.documents import NO_LOCK, Document, Entry, moved
from idpctl.errors import InvalidInputError
from idpctl.lockfile.text import lock_text
from idpctl.schema import store
from idpctl.value import replace
from tests.support.locks import DAY, NAME, sealed

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://one.example.com/.well-known/openid-configuration"
BASE = "https://one.example.com"
ONE = sealed("one", URL, issuer=BASE, token_endpoint=f"{BASE}/token", jwks_uri=f"{BASE}/keys")


def parsed(text: str) -> list[Entry]:
    """Return the entries of a lock, without their places."""
    return [replace(entry, places=None) for entry in parse_lock(text, NAME).entries.values()]


def refused(text: str) -> dict[str, tuple[str, str]]:
    """Return rule -> place and message of what is wrong."""
    with pytest.raises(InvalidInputError) as caught:
        parse_lock(text, NAME)
    assert caught.value.exit_code == 3
    assert "let `idpctl lock` write it anew" in (caught.value.hint or "")
    found = reversed(caught.value.problems)
    return {problem.rule: (str(problem.source), problem.message) for problem in found}


LINES = (
    f'    well_known_url: "{URL}"\n'
    f'    issuer: "{BASE}"\n'
    f'    token_endpoint: "{BASE}/token"\n'
    f'    jwks_uri: "{BASE}/keys"\n'
    f'    sha256: "{ONE.sha256}"\n'
    f'    date: "{DAY}"\n'
)
HEAD = "version: 1\nproviders:\n  one:\n"
# What the schema lets pass, and no reader refuses: everything visible, and what has to be escaped.
TAILS = st.text(
    st.characters(exclude_characters="\\@", exclude_categories=["Cc", "Cs"]).filter(lambda one: one != " ")
)
URLS = st.builds(
    lambda host, tail: f"https://{host}/{tail}", st.sampled_from(["a.example", "b.example"]), TAILS
)


def test_the_file_is_canonical() -> None:
    text = lock_text([sealed("b", URL), replace(ONE, key="NO"), ONE])
    head, version, body = text.partition("version: 1\n")
    assert version
    assert all(line.startswith("# ") for line in head.splitlines())
    assert "idpctl lock --update KEY" in head
    assert body == (
        "providers:\n"
        '  "NO":\n'
        f"{LINES}"
        "  b:\n"
        f'    well_known_url: "{URL}"\n'
        f'    sha256: "{sealed("b", URL).seal()}"\n'
        f'    date: "{DAY}"\n'
        "  one:\n"
        f"{LINES}"
    )


def test_no_entries_are_written_out() -> None:
    assert lock_text([]).endswith("\nversion: 1\nproviders: {}\n")
    assert parsed(lock_text([])) == []


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}", fullmatch=True)
        | st.sampled_from(["no", "1e3", "0x1", "null"]),
        st.tuples(URLS, st.none() | URLS, st.none() | URLS, st.none() | URLS),
        max_size=4,
    )
)
def test_what_is_written_is_read_back(entries: dict[str, tuple[str, Any, Any, Any]]) -> None:
    made = [
        sealed(key, url, issuer=issuer, token_endpoint=token, jwks_uri=keys)
        for key, (url, issuer, token, keys) in entries.items()
    ]
    text = lock_text(made)
    assert text == lock_text(reversed(made))
    found = parsed(text)
    assert found == sorted(made, key=lambda entry: entry.key)
    assert lock_text(found) == text
    assert all(entry.seal() == entry.sha256 for entry in found)


def test_variables_are_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDPCTL_VAR_X", "evil")
    entry = sealed("one", URL, jwks_uri="https://one.example.com/${IDPCTL_VAR_X}/$${y}")
    assert parsed(lock_text([entry])) == [entry]


def test_an_entry_knows_its_places(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(lock_text([ONE]), encoding="utf-8")
    lock = read_lock(tmp_path, (tmp_path / NAME).relative_to(tmp_path))
    assert str(lock.entries["one"].at("jwks_uri")) == f"{NAME}:10:15"
    assert str(lock.entries["one"].at()) == f"{NAME}:6:3"
    assert ONE.at("issuer") is None
    assert len(lock.sha256 or "") == 64
    assert NO_LOCK.sha256 is None


def test_the_digest_is_over_what_counts_and_nothing_else() -> None:
    assert replace(ONE, date="2000-01-01", key="two", places=None).seal() == ONE.sha256
    for name in ("well_known_url", "issuer", "token_endpoint", "jwks_uri"):
        assert replace(ONE, **{name: f"{BASE}/other"}).seal() != ONE.sha256
    assert replace(ONE, jwks_uri=None).seal() != ONE.sha256


def test_the_example_of_the_schema_is_a_lock() -> None:
    (example,) = store.load("lock")["examples"]
    (values,) = example["providers"].values()
    assert Entry(key="workforce", **values).seal() == values["sha256"]


MOVES = [
    ({}, ()),
    ({"jwks_uri": f"{BASE}/v2"}, (("jwks_uri", f"{BASE}/keys", f"{BASE}/v2"),)),
    ({"issuer": f"{BASE}/", "jwks_uri": None}, (("issuer", BASE, f"{BASE}/"),)),
    ({"issuer": None, "token_endpoint": "", "jwks_uri": None}, ()),
]


@pytest.mark.parametrize(("given", "found"), MOVES)
def test_what_moved_is_what_both_have_and_differs(given: dict[str, Any], found: tuple[Any, ...]) -> None:
    document = replace(ONE.document(), **given)
    assert moved(ONE, document) == found


def test_what_is_not_locked_has_not_moved() -> None:
    assert moved(sealed("one", URL), ONE.document()) == ()
    assert moved(sealed("one", URL), Document(url=URL)) == ()


HOSTILE = [
    ("", "YML-15", ":1:1", "holds no document"),
    ("a: [", "YML-01", ":1:5", "bracket"),
    ("- x\n", "CFG-22", ":1:1", "must be a mapping"),
    ("providers: {}\n", "CFG-21", ":1:1", '"version" is missing'),
    ("version: 1\n", "CFG-21", ":1:1", '"providers" is missing'),
    ("version: 2\nproviders: {}\n", "CFG-23", ":1:10", "must be 1"),
    ("version: 1\nproviders:\n", "CFG-26", ":2:1", "is empty"),
    ("version: 1\nproviders: {}\nowner: x\n", "CFG-20", ":3:1", "owner"),
    ("version: 1\nproviders: {a b: {}}\n", "CFG-25", ":2:13", "a b"),
    (HEAD + LINES[: LINES.index("    date")], "CFG-21", ":3:3", '"date" is missing'),
    (HEAD + LINES + LINES, "CFG-03", ":10:5", "written twice"),
    (HEAD + LINES + "  one: {}\n", "CFG-03", ":10:3", "written twice"),
    (HEAD + LINES + "    key_ids: [a]\n", "CFG-20", ":10:5", "key_ids"),
    (HEAD + LINES.replace(f'"{BASE}/keys"', "1"), "CFG-02", ":7:15", "is a number"),
    (HEAD + LINES.replace(f"{BASE}/keys", "ftp://x"), "CFG-25", ":7:15", "right form"),
    (HEAD + LINES.replace(f"{BASE}/keys", BASE + "/" + "x" * 2048), "CFG-24", ":7:15", "2048"),
    (HEAD + LINES.replace(f"{BASE}/keys", "https://u:canary@x/"), "CFG-27", ":7:15", "user name"),
    (HEAD + LINES.replace("keys", "k\\u0085"), "YML-05", ":7:15", "control"),
    (HEAD + LINES.replace(f'"{DAY}"', '"yesterday"'), "CFG-25", ":9:11", "right form"),
    (HEAD + LINES.replace(ONE.sha256, "no digest"), "CFG-25", ":8:13", "right form"),
    (HEAD + LINES.replace("issuer: ", "issuer: !!python/name:os.system "), "YML-10", ":5:13", "tag"),
    (HEAD + "    <<: *x\n", "YML-11", ":4:5", "merge"),
    (HEAD + "    issuer: *x\n", "YML-13", ":4:13", "anchor"),
    ("[" * 60, "YML-07", ":1:51", "deeper"),
    ("a: 1\n---\nb: 2\n", "YML-08", ":2:1", "another document"),
    ("a:\t1\n", "YML-06", ":1:3", "TAB"),
    ("a: \u202e\n", "YML-05", ":1:4", "U+202E"),
]


@pytest.mark.parametrize(("text", "rule", "place", "words"), HOSTILE)
def test_a_hostile_lock_is_refused_where_it_is_wrong(text: str, rule: str, place: str, words: str) -> None:
    found = refused(text)
    assert rule in found
    where, message = found[rule]
    assert where == NAME + place
    assert words in message
    assert "canary" not in str(found)


CONFLICT = "".join(
    ["<<<<<<< HEAD\n", LINES.splitlines()[0], "\n=======\n", LINES.splitlines()[1], "\n>>>>>>> other\n"]
)


@pytest.mark.parametrize(
    "text", [CONFLICT, "version: 1\n||||||| base\n", "version: 1\n=======\n", "x: 1\n>>>>>>> y"]
)
def test_a_conflict_that_nobody_decided_is_told_as_one(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_lock(HEAD + text, NAME)
    (problem,) = caught.value.problems
    assert "a merge has left a conflict here" in problem.message
    assert "idpctl lock --update" in (problem.hint or "")


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(InvalidInputError) as caught:
        read_lock(tmp_path, (tmp_path / NAME).relative_to(tmp_path))
    assert [problem.rule for problem in caught.value.problems] == ["YML-02"]


def merged(tmp_path: Path, base: str, ours: str, theirs: str) -> tuple[int, str]:
    """Merge as Git does; return the number of conflicts and the text."""
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = ["git", "merge-file", "-p", "ours", "base", "theirs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def entry(key: str) -> Entry:
    return sealed(key, f"https://{key}.example.com/.well-known/openid-configuration", issuer=BASE)


def test_branches_that_lock_different_providers_merge(tmp_path: Path) -> None:
    base = [entry("c"), entry("f")]
    conflicts, text = merged(
        tmp_path,
        lock_text(base),
        lock_text([*base, entry("a"), entry("d")]),
        lock_text([*base, entry("g")]),
    )
    assert conflicts == 0
    assert text == lock_text([*base, entry("a"), entry("d"), entry("g")])


def test_branches_that_change_one_entry_conflict_and_are_not_read(tmp_path: Path) -> None:
    other = [sealed("one", URL, issuer=f"{BASE}/{name}") for name in ("a", "b")]
    conflicts, text = merged(tmp_path, lock_text([ONE]), *(lock_text([one]) for one in other))
    assert conflicts > 0
    with pytest.raises(InvalidInputError, match="cannot be used"):
        parse_lock(text, NAME)
