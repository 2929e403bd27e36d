"""JSON read strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

from idpctl.planfile.refusal import UNREADABLE, refuse
from idpctl.text import escape

if TYPE_CHECKING:
    from idpctl.model import Json
    from idpctl.rules.base import Rule

LIMIT = 64 * 1024 * 1024  # bytes; a plan of 10,000 replacements has 30 MiB
_LONGEST_NUMBER = 1000


def parse(text: str | bytes, rule: Rule = UNREADABLE, named: str = "plan file") -> Json:
    """Return the value that `text` holds; errors are of `rule`, and call it what it is `named`.

    Raises InvalidInputError for anything over `LIMIT`, other encodings than UTF-8, syntax errors,
    duplicate members, fractions, NaN, absurd integers and absurd nesting.
    """
    if len(text) > LIMIT:
        raise refuse(rule, f"the {named} is larger than {LIMIT // 1024 // 1024} MiB")
    try:
        return _decoder().decode(text if isinstance(text, str) else text.decode())
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise refuse(rule, f"the {named} is not JSON: {error.msg} at {place}") from None
    except UnicodeDecodeError as error:
        raise refuse(rule, f"the {named} is not UTF-8: bad byte at offset {error.start}") from None
    except RecursionError:
        raise refuse(rule, f"the {named} is nested too deeply") from None
    except _FoundError as error:
        raise refuse(rule, f"the {named} holds {error}") from None


class _FoundError(Exception):
    """The text holds what two readers could understand differently."""


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_object, parse_float=_fraction, parse_constant=_fraction, parse_int=_integer
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = Counter(name for name, _ in pairs)
        twice = escape(names.most_common(1)[0][0])
        raise _FoundError(f"the member {twice} twice in one object")
    return members


def _fraction(written: str) -> NoReturn:
    raise _FoundError(f"the number {written[:20]}, which none has that idpctl wrote")


def _integer(written: str) -> int:
    if len(written) > _LONGEST_NUMBER:
        _fraction(written)
    return int(written)
