"""Snapshots that live in the folder of their case, beside its inputs: CASE/plan.txt, plan.md, plan.json."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from syrupy.data import SnapshotCollections
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

if TYPE_CHECKING:
    from syrupy.location import PyTestLocation
    from syrupy.types import SnapshotIndex

FOLDER = Path(__file__).parent


class CaseFile(SingleFileSnapshotExtension):
    """A file `plan.*` of a case. The id of the test's only parameter is the name of the case."""

    _write_mode = WriteMode.TEXT

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """Return the folder of the case."""
        return str(FOLDER / str(test_location.nodename).partition("[")[2].removesuffix("]"))

    @classmethod
    def get_file_basename(cls, *, test_location: PyTestLocation, index: SnapshotIndex) -> str:  # noqa: ARG003 - syrupy's signature
        """Return the name of the file without its suffix."""
        return "plan"

    @classmethod
    def matches_test_location(cls, *, test_location: PyTestLocation, snapshot_location: str) -> bool:
        """Say whether a file belongs to the case of a test."""
        return str(Path(snapshot_location).parent) == cls.dirname(test_location=test_location)

    def discover_snapshots(self, **_: object) -> SnapshotCollections:
        """Find no unused snapshots: syrupy would take the inputs of a case for some, and remove them."""
        return SnapshotCollections()


class PlanText(CaseFile):
    """`plan.txt`: what a person sees."""

    file_extension = "txt"


class PlanJson(CaseFile):
    """`plan.json`: the saved plan, laid out for people."""

    file_extension = "json"


class PlanMarkdown(CaseFile):
    """`plan.md`: the comment on a pull request."""

    file_extension = "md"
