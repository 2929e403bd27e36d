"""A stand-in for `gh api`, over a JSON file: pull requests, comments and issues of one repository.

    gh api [--method M] [--paginate] [--jq EXPRESSION] [-f|-F KEY=VALUE] PATH

FAKE_GH names the file. GH_TOKEN holds the permissions of the job as JSON: what they do not cover is
refused, as GitHub does. Needs `jq`, as the real one has it built in.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

BOT = {"login": "github-actions[bot]"}
EMPTY: dict[str, Any] = {"pulls": [], "comments": [], "issues": [], "last": 0, "calls": []}
_PAGE = 30

State = dict[str, Any]
Answer = list[dict[str, Any]] | dict[str, Any]


def _comments(state: State, parts: dict[str, str], _: dict[str, Any]) -> Answer:
    return [one for one in state["comments"] if one["issue"] == parts["number"]]


def _add_comment(state: State, parts: dict[str, str], body: dict[str, Any]) -> Answer:
    return _added(state, "comments", {"issue": parts["number"], **body})


def _edit_comment(state: State, parts: dict[str, str], body: dict[str, Any]) -> Answer:
    return _edited(state, "comments", "id", parts["number"], body)


def _pulls(state: State, parts: dict[str, str], _: dict[str, Any]) -> Answer:
    return [one for one in state["pulls"] if parts["commit"] in {one["merge_commit_sha"], one["head"]["sha"]}]


def _issues(state: State, _: dict[str, str], query: dict[str, Any]) -> Answer:
    return [
        one
        for one in state["issues"]
        if one["state"] == query["state"] and {"name": query["labels"]} in one["labels"]
    ]


def _add_issue(state: State, _: dict[str, str], body: dict[str, Any]) -> Answer:
    labels = [{"name": name} for name in body.pop("labels")]
    return _added(state, "issues", {"state": "open", **body, "labels": labels})


def _edit_issue(state: State, parts: dict[str, str], body: dict[str, Any]) -> Answer:
    body.pop("labels", None)
    return _edited(state, "issues", "number", parts["number"], body)


# Method, path below repos/OWNER/NAME/, the permission that it takes, what answers. A number is that of an
# issue or of a pull request, and which it is decides on the permission.
_ROUTES: list[tuple[str, str, str, Callable[[State, dict[str, str], dict[str, Any]], Answer]]] = [
    ("GET", r"issues/(?P<number>\d+)/comments", "NUMBERED: read", _comments),
    ("POST", r"issues/(?P<number>\d+)/comments", "NUMBERED: write", _add_comment),
    ("PATCH", r"issues/comments/(?P<number>\d+)", "pull-requests: write", _edit_comment),
    ("GET", r"commits/(?P<commit>\w+)/pulls", "pull-requests: read", _pulls),
    ("GET", r"issues", "issues: read", _issues),
    ("POST", r"issues", "issues: write", _add_issue),
    ("PATCH", r"issues/(?P<number>\d+)", "issues: write", _edit_issue),
]


def _added(state: State, kind: str, one: dict[str, Any]) -> Answer:
    state["last"] += 1
    state[kind].append({"id": state["last"], "number": state["last"], "user": BOT, **one})
    return dict(state[kind][-1])


def _edited(state: State, kind: str, name: str, number: str, body: dict[str, Any]) -> Answer:
    (one,) = [one for one in state[kind] if str(one[name]) == number]
    one.update(body)
    return dict(one)


def _refuse(why: str) -> None:
    sys.stderr.write(f"gh: {why}\n")
    sys.exit(1)


def _permission(stated: str, state: State, parts: dict[str, str]) -> str:
    issues = {str(one["number"]) for one in state["issues"]}
    return stated.replace("NUMBERED", "issues" if parts.get("number") in issues else "pull-requests")


def _covers(permissions: dict[str, str], wanted: str) -> bool:
    name, _, level = wanted.partition(": ")
    return permissions.get(name) in {level, "write"}


def _body(given: argparse.Namespace) -> dict[str, Any]:
    """Return what is sent: `-f` as written, `-F` with `@FILE` read, `--input` as JSON."""
    sent: dict[str, Any] = json.loads(Path(given.input).read_text(encoding="utf-8")) if given.input else {}
    for field in given.raw:
        name, _, value = field.partition("=")
        sent[name] = value
    for field in given.typed:
        name, _, value = field.partition("=")
        sent[name] = Path(value[1:]).read_text(encoding="utf-8") if value.startswith("@") else value
    return sent


def _print(answer: Answer, given: argparse.Namespace) -> None:
    """Print page by page, each one through the filter; without --paginate the first page alone."""
    if given.silent:
        return
    size = int(dict(parse_qsl(urlsplit(given.path).query)).get("per_page", _PAGE))
    whole = answer if isinstance(answer, list) else [answer]
    pages = (
        [whole[at : at + size] for at in range(0, len(whole), size)] if isinstance(answer, list) else [answer]
    )
    for page in pages or [[]]:
        text = json.dumps(page)
        if given.jq:
            command = ["jq", "--raw-output", given.jq]
            text = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
        sys.stdout.write(text)
        if not given.paginate:
            return


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["api"])
    parser.add_argument("path")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--paginate", action="store_true")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--jq")
    parser.add_argument("--input")
    parser.add_argument("-f", dest="raw", action="append", default=[])
    parser.add_argument("-F", dest="typed", action="append", default=[])
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Answer one call."""
    given = _parsed(arguments)
    file = Path(os.environ["FAKE_GH"])
    state: State = json.loads(file.read_text(encoding="utf-8"))
    url = urlsplit(given.path)
    place = url.path.removeprefix(f"repos/{os.environ['GITHUB_REPOSITORY']}/")
    sent = dict(parse_qsl(url.query)) if given.method == "GET" else _body(given)
    for method, pattern, permission, answer in _ROUTES:
        match = re.fullmatch(pattern, place)
        if match is None or method != given.method:
            continue
        wanted = _permission(permission, state, match.groupdict())
        if not _covers(json.loads(os.environ["GH_TOKEN"]), wanted):
            _refuse(f"HTTP 403: Resource not accessible by integration ({wanted})")
        state["calls"].append(f"{method} {place}")
        found = answer(state, match.groupdict(), sent)
        file.write_text(json.dumps(state), encoding="utf-8")
        return _print(found, given)
    return _refuse(f"HTTP 404: Not Found ({given.method} {place})")


if __name__ == "__main__":
    main(sys.argv[1:])
