"""The plan of a destroy: every record that this configuration owns is deleted, declared or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.asked import Inputs
from idpctl.ownership import follow, sort_out
from idpctl.planner import Draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.asked import Options
    from idpctl.model import Capabilities, Declared, Moved, Snapshot, Target
    from idpctl.plan import Plan


def plan_destroy(
    declared: Sequence[Declared],
    snapshot: Snapshot,
    capabilities: Capabilities,
    options: Options,
    *,
    target: Target,
    moved: Sequence[Moved] = (),
    inputs: Inputs | None = None,
) -> Plan:
    """Return the plan that deletes all owned records, with `options.only` those whose keys it selects.

    Nothing has to be discovered. Protection counts where the record remembers it and where the
    configuration asks for it, even if that was never applied.
    """
    renamed, problems = follow(moved, {one.key for one in declared})
    draft = Draft(
        target=target,
        capabilities=capabilities,
        options=options,
        declared=(),
        ownership=sort_out(snapshot.records, target.owner, renamed),
        problems=problems,
        protected={one.key for one in declared if one.lifecycle.protect},
    )
    draft.remove_undeclared()
    return draft.finish(len(snapshot.records), inputs or Inputs())
