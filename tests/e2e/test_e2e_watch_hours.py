"""A day of hourly runs: what does not matter changes all the time and is never told; what does, at once."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.issuer import WELL_KNOWN, document, key_set
from tests.support.servers import answer, in_turn
from tests.support.workspace import discovered, pinned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.support.issuer import Issuers
    from tests.support.workspace import Here

HOURS = 24
NAMES = ("one", "two", "three")


@dataclass
class Day:
    """A registry and its providers, looked at every hour by `drift --since`."""

    workspace: Here
    issuers: Issuers
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    def look(self) -> dict[str, Any]:
        """Run as the cron job does; return the report, whose exit code is that of the process."""
        done = self.workspace.run(
            "drift", "--since", "last.json", "-o", "json=last.json", "-o", "metrics=idpctl.prom", expect=None
        )
        report = json.loads((self.workspace.directory / "last.json").read_text(encoding="utf-8"))
        assert report["exit_code"] == done.code, done.all
        return dict(report)

    def serve(self, name: str, **members: Any) -> None:
        """Serve other members in a document from now on."""
        self.members.setdefault(name, {}).update(members)
        self.issuers.change(name, **self.members[name])


@pytest.fixture
def day(here: Here, issuers: Issuers) -> Day:
    for name in NAMES:
        issuers.add(name)
    providers = {name: discovered(name, issuers.well_known(name)) for name in NAMES}
    here.write({**providers, "pinned": pinned("pinned")})
    here.run("apply", "--auto-approve")
    here.insert("Legacy")
    return Day(here, issuers)


# What happens all the time, and is nobody's business


def noise(day: Day, hour: int) -> None:
    """Rotate keys, reorder lists, add members, answer slowly or busily at first: each in its turn."""
    name = NAMES[hour % len(NAMES)]
    keys = deepcopy(key_set())
    keys["keys"][0]["kid"] = f"rotated-{hour}"
    day.issuers.behave(f"/{name}/keys", answer(json.dumps(keys).encode()))
    scopes = ["openid", "profile", "email"]
    day.serve(
        name,
        scopes_supported=scopes[hour % 3 :] + scopes[: hour % 3],
        claims_supported=[f"claim-{hour}"],
        service_documentation=f"https://docs.example.com/{hour}",
    )
    body = json.dumps(document(day.issuers.base(name), **day.members[name])).encode()
    turns = {
        0: answer(body, pause=0.2),
        1: in_turn(answer(b"later", status=503, retry_after=0), answer(body)),
        2: answer(body),
    }
    day.issuers.behave(f"/{name}{WELL_KNOWN}", turns[hour % 3])


# What must be told in the very next run: what happens, how it is told, how it ends


@dataclass(frozen=True)
class Event:
    """What happens at some hour, how it must be told, and how it ends again."""

    happens: Callable[[Day], object]
    told: tuple[str, str, str | None]
    ends: Callable[[Day], object]


def heal(day: Day) -> None:
    day.workspace.run("apply", "--auto-approve", "--allow-trust-change", "one")


def edit(path: str, value: Any) -> Event:
    """Return the edit of one field by hand, which the next apply heals."""
    return Event(
        happens=lambda day: day.workspace.edit("One", **{path: value}),
        told=("registry", "one", path),
        ends=heal,
    )


def _move(day: Day) -> None:
    day.serve("two", jwks_uri=day.issuers.base("two") + "/v2/keys")
    day.issuers.behave("/two/v2/keys", answer(json.dumps(key_set()).encode()))


def _move_back(day: Day) -> None:
    day.serve("two", jwks_uri=None)
    day.members["two"].pop("jwks_uri")
    day.serve("two")


EVENTS = {
    3: edit("issuer", "https://evil.example.com"),
    6: edit("jwks_endpoint", "https://evil.example.com/keys"),
    9: Event(happens=_move, told=("upstream", "two", "jwks_endpoint"), ends=_move_back),
    12: Event(
        happens=lambda day: day.workspace.delete("Three"),
        told=("missing", "three", None),
        ends=lambda day: day.workspace.run("apply", "--auto-approve"),
    ),
    15: edit("enabled", 0),
    18: Event(
        happens=lambda day: day.workspace.insert("Shadow", issuer="https://pinned.example.com"),
        told=("unmanaged", "pinned", "issuer"),
        ends=lambda day: day.workspace.delete("Shadow"),
    ),
    21: edit("allowed_token_audience", "api://everyone"),
}


def test_a_day_of_hourly_runs_has_no_false_alarm_and_misses_nothing(day: Day) -> None:
    fingerprints = set()
    for hour in range(HOURS):
        noise(day, hour)
        event = EVENTS.get(hour)
        if event is not None:
            event.happens(day)
        report = day.look()
        assert drift(report) == (set() if event is None else {event.told}), hour
        assert report["exit_code"] == (0 if event is None else 2), hour
        if event is not None:
            again = day.look()  # as long as it lasts it is the same drift
            assert again["fingerprint"] == report["fingerprint"]
            fingerprints.add(report["fingerprint"])
            event.ends(day)
    assert len(fingerprints) == len(EVENTS)


def drift(report: Mapping[str, Any]) -> set[tuple[str, str, str | None]]:
    """Return class, key and path of what counts."""
    return {(one["class"], one["key"], one["path"]) for one in report["findings"] if one["drift"]}


def test_an_outage_is_no_alarm_and_hides_none(day: Day) -> None:
    assert day.look()["exit_code"] == 0
    day.issuers.behave(f"/one{WELL_KNOWN}", answer(b"", status=500))
    report = day.look()
    assert report["exit_code"] == 4
    assert [(one["class"], one["key"]) for one in report["findings"]] == [("unknown", "one")]
    day.workspace.edit("One", issuer="https://evil.example.com")
    report = day.look()
    assert report["exit_code"] == 4
    assert drift(report) == {("registry", "one", "issuer")}
