"""A strict reader of Prometheus' text format 0.0.4: what it reads, no scraper can read otherwise."""

from __future__ import annotations

import re
from decimal import Decimal

_NAME = "[a-z_]+"
_HELP = re.compile(rf"# HELP ({_NAME}) (.+)")
_TYPE = re.compile(rf"# TYPE ({_NAME}) (gauge)")
_LABELS = rf'{_NAME}="(?:[^"\\]|\\["\\n])*"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_LABELS}(?:,{_LABELS})*)\}})? ([0-9]+(?:\.[0-9]+)?)")
_LABEL = re.compile(rf'({_NAME})="((?:[^"\\]|\\["\\n])*)"(?:,|$)')
_ESCAPE = re.compile(r'\\(["\\n])')

Samples = dict[frozenset[tuple[str, str]], Decimal]


def read(text: str) -> dict[str, Samples]:
    """Return the samples of each metric, by their labels; raise AssertionError for anything doubtful.

    A metric is one block: its help, its type, its samples; no two samples have the same labels.
    """
    assert text.endswith("\n")
    found: dict[str, Samples] = {}
    lines = text[:-1].split("\n")
    while lines:
        told, typed = _HELP.fullmatch(lines.pop(0)), _TYPE.fullmatch(lines.pop(0))
        assert told
        assert typed
        assert told[1] == typed[1]
        assert told[1] not in found
        found[told[1]] = _samples(told[1], lines)
    return found


def _samples(name: str, lines: list[str]) -> Samples:
    found: Samples = {}
    while lines and not lines[0].startswith("#"):
        sample = _SAMPLE.fullmatch(lines[0])
        assert sample, lines[0]
        assert sample[1] == name
        pairs = [(one[1], _raw(one[2])) for one in _LABEL.finditer(sample[2] or "")]
        labels = frozenset(pairs)
        assert len({label for label, _ in pairs}) == len(pairs)
        assert labels not in found
        found[labels] = Decimal(sample[3])
        lines.pop(0)
    assert found, f"{name} has no samples"
    return found


def _raw(text: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], text)
