"""Keys of mappings: text, and nothing that could be mistaken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.events import SCALAR
from idpctl.config.scalars import OversizedError, resolve
from idpctl.config.secrets import is_secret_name
from idpctl.text import has_forbidden, quote

if TYPE_CHECKING:
    from idpctl.config.events import Event
    from idpctl.config.reading import Reading

_SHOWN = 60


class Keys:
    """Judges each distinct key of a file once; `known` holds those that are good when unquoted."""

    __slots__ = ("_reading", "known")

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.known: dict[str, str] = {}

    def judge(self, event: Event) -> str | None:
        """Return the key that `event` writes, also where it was reported; None where it is no scalar."""
        note = self._reading.note
        if event.__class__ is not SCALAR:
            note("YML-12", "a key must be plain text, not a list, a mapping or an alias", event.start_mark)
            return None
        text = event.value
        fault = _fault(event)
        if fault is not None:
            note(fault[0], fault[1], event.start_mark)
            return text
        if is_secret_name(text):
            self._reading.suspect = True
        if not event.style:
            self.known[text] = text
        return text


def _fault(event: Event) -> tuple[str, str] | None:
    text = event.value
    shown = quote(text, _SHOWN)
    if event.tag is not None:
        return "YML-10", f"the key {shown} has a tag"
    if event.anchor is not None:
        return "YML-13", f"the key {shown} has an anchor"
    if has_forbidden(text):
        return "YML-05", f"the key {shown} holds a control or invisible character"
    if event.style:
        return None
    if text == "<<":
        return "YML-11", "<< does not merge here"
    return None if _is_text(text) else ("YML-12", f"the key {text or 'that is empty'} is not text")


def _is_text(text: str) -> bool:
    try:
        return isinstance(resolve(text), str)
    except OversizedError:
        return False
