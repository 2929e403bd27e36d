"""`policies`: JSON Schemas of the organization, read as strictly as all that is under review."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from idpctl.config import files
from idpctl.config.include import expand
from idpctl.config.inspect import Finding
from idpctl.config.json_places import locate
from idpctl.config.judge import place
from idpctl.config.merge import blocks
from idpctl.config.report import MOST
from idpctl.errors import Source
from idpctl.policies.model import make_policy
from idpctl.policies.vet import faults
from idpctl.rules.strict_json import StrictJsonError, parse
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from idpctl.config.builder import Document
    from idpctl.config.layers import Layer
    from idpctl.config.report import Report
    from idpctl.policies.model import Policy
    from idpctl.policies.vet import Fault

MOST_BYTES = 64 * 1024
_NAME = re.compile(r"(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.schema\.json")
_LONGEST = 60


class Named(NamedTuple):
    """One file that an entry of `policies` names; `shown` is its path as people gave it."""

    document: Document
    entry: int
    path: Path
    shown: str


def named(layers: Sequence[Layer], report: Report) -> Iterator[Named]:
    """Yield the files that the patterns of all layers match; what is wrong with a pattern is reported."""
    folders = {id(layer.main): layer.folder for layer in layers}
    for document, patterns in blocks(layers, "policies", list):
        folder, main = folders[id(document)], document.file.shown
        prefix = main[: main.rfind("/") + 1]
        for index, pattern in enumerate(patterns[:MOST]):
            matches, fault = expand(folder, pattern) if isinstance(pattern, str) else ([], None)
            yield from (Named(document, index, folder / match, prefix + match) for match in matches)
            if fault is not None:
                place(document, [Finding("CFG-33", ("policies", index), fault)], report)


class PolicyReader:
    """Reads the files that `policies` names; problems go to the report, digests to `digests`."""

    __slots__ = ("_digests", "_report", "_taken")

    def __init__(self, report: Report, digests: dict[str, str]) -> None:
        self._report = report
        self._digests = digests
        self._taken: dict[str, str] = {}

    def policies(self, layers: Sequence[Layer]) -> tuple[Policy, ...]:
        """Return the policies of all layers, in the order of the files; each file counts once."""
        seen: set[str] = set()
        found = []
        for one in named(layers, self._report):
            real = os.path.realpath(one.path)  # noqa: PTH - as in `layers`
            if real in seen:
                continue
            seen.add(real)
            slug = self._slug(one.path.name, one.shown)
            policy = None if slug is None else self._policy(one.path, slug, one.shown)
            if policy is not None:
                found.append(policy)
        return tuple(found)

    def _slug(self, name: str, shown: str) -> str | None:
        """Return what the id is made of; None, and a problem, where it could not be told from another."""
        start = Source(file=shown, line=1)
        match = _NAME.fullmatch(name)
        if match is None or len(match["slug"]) > _LONGEST:
            message = f"{quote(name)} is not of the form SLUG.schema.json, with a slug of a-z, 0-9 and -"
            self._report.add("CFG-33", message, start)
            return None
        slug = match["slug"]
        first = self._taken.setdefault(slug, shown)
        if first != shown:
            message = f"POL-{slug} is the id of {quote(shown)} and of {quote(first)}"
            self._report.add("CFG-35", message, start)
            return None
        return slug

    def _policy(self, path: Path, slug: str, shown: str) -> Policy | None:
        raw = files.read_bytes(path, shown, self._report, MOST_BYTES)
        if raw is None:
            return None
        try:
            schema = parse(raw, limit=MOST_BYTES)
        except StrictJsonError as error:
            self._report.add("CFG-33", f"the policy cannot be read: {error}", Source(file=shown, line=1))
            return None
        text, digest = raw.decode("utf-8"), hashlib.sha256(raw).hexdigest()
        self._digests[shown] = digest
        hidden = files.invisible(text)
        if hidden is not None:
            message = f"the character U+{ord(text[hidden]):04X} must not stand in the file"
            self._report.add("YML-05", message, files.place(shown, text, hidden))
            return None
        found = faults(schema)
        self._tell(found[:MOST], shown, text)
        return None if found else make_policy(slug, schema, file=shown, sha256=digest)

    def _tell(self, found: Sequence[Fault], shown: str, text: str) -> None:
        spots = locate(text, {fault.path for fault in found}) if found else {}
        for fault in found:
            where = files.place(shown, text, spots[fault.path])
            pointer = "/".join(("#", *fault.path))
            self._report.add("CFG-34", f"{quote(pointer)}: {fault.message}", where, hint=fault.hint)
