"""Values of scalars: typed where they are plain, with variables replaced, without tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idpctl.config.files import place
from idpctl.config.scalars import TYPED_STARTS, OversizedError, resolve

if TYPE_CHECKING:
    from idpctl.config.aliases import Anchors
    from idpctl.config.events import Event
    from idpctl.config.reading import Reading
    from idpctl.config.variables import Variables
    from idpctl.model import Json


class Values:
    """Turns the scalars of one file into values."""

    __slots__ = ("_anchors", "_reading", "_variables")

    def __init__(self, reading: Reading, anchors: Anchors, variables: Variables) -> None:
        self._reading = reading
        self._anchors = anchors
        self._variables = variables

    def value(self, event: Event) -> Json:
        """Return the value of `event`; what is wrong with it is reported, and its text returned."""
        value: Json = event.value
        if "$" in value:
            value = self._expand(event)
        elif not event.style and value[:1] in TYPED_STARTS:
            value = self._plain(event)
        if event.style and event.style in "|>":
            self._check_header(event)
        if event.tag is not None:
            self._reading.note("YML-10", "the value has a tag", event.start_mark)
        if event.anchor is not None:
            self._anchors.close(event.anchor, value)
        return value

    def _check_header(self, event: Event) -> None:
        """Refuse a comment right behind the `|` of a block: libyaml alone lets it pass."""
        file, begin = self._reading.file, event.start_mark.index
        header = re.match(r"[^\r\n|>]*[|>][0-9+-]*(?=#)", file.text[begin : event.end_mark.index])
        if header is not None:
            where = place(file.shown, file.text, begin + header.end())
            self._reading.report.add("YML-01", "a comment needs a space before #", where)

    def _plain(self, event: Event) -> Json:
        try:
            value = resolve(event.value)
        except OversizedError:
            digits = len(event.value)
            self._reading.note("YML-14", f"a number of {digits} digits is too large", event.start_mark)
            return event.value
        if isinstance(value, float):
            self._reading.suspect = True
        return value

    def _expand(self, event: Event) -> str:
        text = event.value
        if "${" not in text:
            return text
        self._reading.suspect = True
        text, faults = self._variables.expand(text)
        if faults:
            self._reading.note("CFG-28", "; ".join(faults), event.start_mark)
        return text
