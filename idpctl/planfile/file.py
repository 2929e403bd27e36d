"""The text of a saved plan: written canonically, and read with suspicion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.planfile.decode import decode
from idpctl.planfile.encode import FORMAT_VERSION, encode
from idpctl.planfile.layout import lay_out
from idpctl.planfile.refusal import CONTRADICTION, DAMAGED, OTHER_FORMAT, UNREADABLE, refuse
from idpctl.planfile.strict import LIMIT, parse
from idpctl.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.model import Json
    from idpctl.plan import Plan

__all__ = ["LIMIT", "dump", "load"]

_MISSING = object()


def dump(plan: Plan, *, exit_code: int | None = None) -> str:
    """Return the canonical JSON of `plan`: ASCII, one entry of a list per line, a final newline.

    `exit_code` is that of the run, where the text is its output and not a file for `apply`.
    `sha256` covers everything else, whatever the white space.
    """
    body = encode(plan)
    if exit_code is not None:
        body["exit_code"] = int(exit_code)
    body["sha256"] = digest.sha256(body)
    return lay_out(body)


def load(text: str | bytes) -> Plan:
    """Return the plan that `text` holds, the output of `dump` in any layout.

    Members that a later minor version of the format added are ignored. Raises InvalidInputError
    for text that is damaged, foreign, of another major version, or contradicts itself: what
    people and policies were shown is exactly what would be done.
    """
    body = parse(text)
    try:
        return _read(body)
    except RecursionError:
        raise refuse(UNREADABLE, "the plan file is nested too deeply") from None


def _read(body: Json) -> Plan:
    _check_format(body)
    written = body.pop("sha256", None)
    if written != digest.sha256(body):
        raise refuse(DAMAGED, "the plan file was changed or damaged after it was written")
    _check_shape(body)
    plan = decode(body)
    expected = {name: value for name, value in encode(plan).items() if name != "format_version"}
    if digest.canonical({name: body.get(name) for name in expected}) != digest.canonical(expected):
        _refuse_contradiction(body, expected)
    return plan


def _check_format(body: Json) -> None:
    version = body.get("format_version") if isinstance(body, dict) else None
    if not isinstance(version, str) or "fingerprint" not in body:
        raise refuse(UNREADABLE, "the file is not a plan of idpctl")
    if version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        raise refuse(
            OTHER_FORMAT, f"the plan file has format {escape(version, 20)}, known is {FORMAT_VERSION}"
        )


def _check_shape(body: Json) -> None:
    from idpctl.schema.check import accepts, explain

    if not accepts("plan", body):
        first = explain("plan", body)[0]
        place = ".".join(map(str, first.path))
        raise refuse(DAMAGED, f"the plan file is wrong at {escape(place)}: {escape(first.message)}")


def _refuse_contradiction(body: Json, expected: Json) -> None:
    place = _contradiction(body, expected, "")
    if place is not None:
        raise refuse(CONTRADICTION, f"the plan file contradicts itself at {escape(place)}")


def _contradiction(found: Json, expected: Json, path: str) -> str | None:
    """Return where `found` lacks or alters something of `expected`; more members are no fault."""
    pairs: Iterable[tuple[Json, Json, str]]
    if isinstance(expected, dict) and isinstance(found, dict):
        pairs = ((found.get(name, _MISSING), value, f"{path}.{name}") for name, value in expected.items())
    elif isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        numbered = enumerate(zip(found, expected, strict=True))
        pairs = ((one, value, f"{path}[{index}]") for index, (one, value) in numbered)
    else:
        same = type(found) is type(expected) and found == expected
        return None if same else path.lstrip(".")
    return next((place for pair in pairs if (place := _contradiction(*pair)) is not None), None)
