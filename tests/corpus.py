"""Real discovery documents, each through the real checks: `python -m tests.corpus [DIR]` prints the verdicts.

DIR (default: ../shared/discovery) holds `NAME.json`, `NAME.jwks.json` and INDEX.tsv, which names the
well-known URL of each. Every document is served on loopback, over TLS of a test authority, under its
real host name, and then discovered and checked as `idpctl plan` does. A document whose key set is not
there gets a healthy one.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from idpctl import providers
from idpctl.asked import Options
from idpctl.errors import Severity
from idpctl.http import NetworkPolicy
from idpctl.model import Declared
from idpctl.request import Network
from idpctl.resolution import check_offline, prepare
from idpctl.rules.check import weigh
from tests.support.certificates import certificate, trust_file
from tests.support.servers import Client, Request, Server, answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from idpctl.errors import Problem

DEFAULT = Path(__file__).parents[2] / "shared" / "discovery"
WELL_KNOWN = "/.well-known/openid-configuration"
GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
HEALTHY = {"keys": [{"kty": "RSA", "kid": "1", "n": "_" + "w" * 341, "e": "AQAB"}]}
# What some sources left out of the URL, and where in the issuer it is found.
LEFT_OUT = {"<org>": r"(?<=/t/)[^/]+", "\u2026": GUID, "<policy>": None}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One document or key set of the corpus, as it is served: `declared` is the provider that reads it."""

    name: str
    declared: Declared
    document: bytes
    key_set_url: str | None
    key_set: bytes


class Row(NamedTuple):
    """What the checks say about one entry; `rules` maps a severity to the ids of that weight."""

    name: str
    verdict: str
    rules: Mapping[str, list[str]]

    def __str__(self) -> str:
        marks = [f"{severity[0].upper()} {' '.join(ids)}" for severity, ids in self.rules.items() if ids]
        return f"{self.name:<28}{self.verdict:<24}{'; '.join(marks)}".rstrip()


def entries(directory: Path) -> Iterator[Entry]:
    """Yield what `directory` holds, in the order of its index; a key set without document gets one."""
    with (directory / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        index = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    names = {row[0] for row in index}
    for name, _, url, issuer, *_ in index:
        body = (directory / f"{name}.json").read_bytes()
        if not name.endswith(".jwks"):
            keys = directory / f"{name}.jwks.json"
            yield _entry(name, _concrete(url, issuer), body, keys.read_bytes() if keys.exists() else None)
        elif name.removesuffix(".jwks") not in names:
            host = f"https://{re.sub('[^a-z0-9]', '-', name.lower())}.example.com"
            document = {"issuer": host, "token_endpoint": f"{host}/token", "jwks_uri": f"{host}/keys"}
            yield _entry(name, host + WELL_KNOWN, json.dumps(document).encode(), body)


def _concrete(url: str, issuer: str) -> str:
    url = url.partition(" ")[0]
    for mark, pattern in LEFT_OUT.items():
        found = re.search(pattern, issuer) if pattern else None
        if mark in url and (found or pattern is None):
            url = url.replace(mark, found.group() if found else "my-policy")
    return url


def _entry(name: str, url: str, document: bytes, key_set: bytes | None) -> Entry:
    members = json.loads(document)
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    kind = providers.owner_of(host) or "custom"
    key_set_url = members.get("jwks_uri") if isinstance(members, dict) else None
    return Entry(
        name=name,
        declared=Declared(
            key=name,
            name=re.sub(r"\W", "-", name),
            type=kind,
            allowed_token_audience=f"urn:{name}",
            well_known_url=url,
        ),
        document=document,
        key_set_url=key_set_url,
        key_set=json.dumps(HEALTHY).encode() if key_set is None else key_set,
    )


def check(found: Iterable[Entry]) -> list[Row]:
    """Serve and check `found`, all in one run; return their verdicts in the same order."""
    corpus = list(found)
    with tempfile.TemporaryDirectory() as folder, _serve(corpus) as server:
        policy = NetworkPolicy(
            allow_networks=("127.0.0.0/8",),
            ca_bundle=trust_file(Path(folder)),
            connect_to=dict.fromkeys(_authorities(corpus), ("127.0.0.1", server.port)),
        )
        network = Network(policy=policy, deadline=60)
        declared = [entry.declared for entry in corpus]
        problems = [*check_offline(declared, network), *prepare(declared, network, Options()).problems]
    return [_row(entry.name, [one for one in problems if one.address == entry.name]) for entry in corpus]


def _row(name: str, problems: list[Problem]) -> Row:
    rules: dict[str, list[str]] = {
        severity: sorted({one.rule for one in weigh(problems, {}, strict=False) if one.severity is severity})
        for severity in Severity
    }
    accepted = "accepted with warnings" if rules[Severity.WARNING] else "accepted"
    return Row(name, "refused" if rules[Severity.ERROR] else accepted, rules)


def _urls(corpus: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
    for entry in corpus:
        yield entry.declared.well_known_url, entry.document
        if isinstance(entry.key_set_url, str):
            yield entry.key_set_url, entry.key_set


def _authorities(corpus: Iterable[Entry]) -> set[tuple[str, int]]:
    found = set()
    for url, _ in _urls(corpus):
        match = re.match(r"https://([A-Za-z0-9.-]+)(?::(\d+))?(?=[/?]|\Z)", url)
        if match:
            found.add((match[1].lower(), int(match[2] or 443)))
    return found


def _serve(corpus: list[Entry]) -> Server:
    """Return one server for all hosts: it tells them apart by the Host header."""
    content: dict[tuple[str, str], bytes] = {}
    for url, body in _urls(corpus):
        host, _, path = url.partition("://")[2].partition("/")
        content.setdefault((host.lower().removesuffix(":443"), f"/{path}"), body)

    def behave(client: Client, request: Request) -> None:
        host = request.headers.get("host", "").lower().removesuffix(":443")
        body = content.get((host, request.path))
        answer(body or b"{}", 404 if body is None else 200)(client, request)

    hosts = sorted({host for host, _ in _authorities(corpus)})
    return Server({None: behave}, tls=certificate(*hosts))


def table(directory: Path) -> list[Row]:
    """Return a row for each document and key set of `directory`."""
    return check(entries(directory))


def without_proxies(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return `environ` without the proxies, which would resolve the names elsewhere."""
    return {name: value for name, value in environ.items() if not name.lower().endswith("_proxy")}


def main(arguments: list[str]) -> int:
    """Print the table of the directory that is named, or of the usual one."""
    directory = Path(arguments[0]) if arguments else DEFAULT
    if not (directory / "INDEX.tsv").is_file():
        sys.stdout.write(f"no corpus: {directory} has no INDEX.tsv\n")
        return 1
    kept = without_proxies(os.environ)
    os.environ.clear()
    os.environ.update(kept)
    rows = table(directory)
    lines = [f"{'document':<28}{'verdict':<24}rules (E error, W warning, I note)", *map(str, rows)]
    verdicts = [row.verdict for row in rows]
    counts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts))
    sys.stdout.write("\n".join([*lines, "", f"{len(rows)} entries: {counts}", ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
