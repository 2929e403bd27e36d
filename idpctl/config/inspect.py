"""Values looked through for what no parser and no schema refuses.

Done only for files in which something of the kind is possible at all (`Reading.suspect`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from idpctl.config.secrets import is_guarded, is_secret_name, secret_form
from idpctl.text import has_forbidden, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.model import Json

    Path = tuple[str | int, ...]

_SHOWN = 60
# Controls but TAB, LF and CR, which long descriptions may hold; surrogates, which are no text.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NAMES = ("name", "owner", "organization")


class Finding(NamedTuple):
    """One thing that is wrong at `path`; `at_key` where the key is what is wrong.

    A message of "" is left to `wording.type_words`, which needs to know how the value is written.
    """

    rule: str
    path: Path
    message: str
    hint: str | None = None
    at_key: bool = False


def inspect(value: Json, path: Path = ()) -> Iterator[Finding]:
    """Yield secrets, characters that cannot be shown, and fractions in `value`."""
    if isinstance(value, dict):
        for key, member in value.items():
            if is_secret_name(key) and is_guarded(member):
                yield Finding("CFG-27", (*path, key), f"{quote(key, _SHOWN)} looks like a secret")
            else:
                yield from inspect(member, (*path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from inspect(member, (*path, index))
    elif isinstance(value, str):
        yield from _text(value, path)
    elif isinstance(value, float):
        yield Finding("CFG-02", path, "")


def _text(value: str, path: Path) -> Iterator[Finding]:
    form = secret_form(value)
    if form is not None:
        yield Finding("CFG-27", path, f"the value holds {form}")
    elif _CONTROLS.search(value) or (path[-1:] and path[-1] in _NAMES and has_forbidden(value)):
        yield Finding("YML-05", path, "the value holds a control or invisible character")
