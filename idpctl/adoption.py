"""The plan of an import: records without an owner get this one's mark, and nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.asked import Inputs
from idpctl.conflicts import ambiguous_name, nothing_to_adopt
from idpctl.model import Desired, IdentityProvider
from idpctl.ownership import follow, sort_out
from idpctl.plan import Action, Change, Reason, Step, Verb
from idpctl.planner import Draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.asked import Options
    from idpctl.model import Capabilities, Declared, Moved, Record, Snapshot, Target
    from idpctl.plan import Plan


def plan_import(
    declared: Sequence[Declared],
    snapshot: Snapshot,
    capabilities: Capabilities,
    options: Options,
    *,
    target: Target,
    moved: Sequence[Moved] = (),
    inputs: Inputs | None = None,
) -> Plan:
    """Return the plan that adopts the providers named in `options.adopt`, found by their names.

    Values stay as they are, so no discovery is needed; the next plan shows where they differ.
    """
    keys = {one.key for one in declared}
    renamed, problems = follow(moved, keys)
    draft = Draft(
        target=target,
        capabilities=capabilities,
        options=options,
        declared=keys,
        ownership=sort_out(snapshot.records, target.owner, renamed),
        problems=problems,
    )
    for one in sorted(declared, key=lambda item: item.key):
        if one.key in options.adopt:
            _adopt(draft, one)
    return draft.finish(len(snapshot.records), inputs or Inputs())


def _adopt(draft: Draft, declared: Declared) -> None:
    owned = draft.ownership.by_key.get(declared.key, ())
    record = draft.ownership.by_name.get(declared.name)
    if owned and (record is None or any(one.idp.name == declared.name for one in owned)):
        draft.unchanged.append(declared.key)
    elif record is None:
        draft.problems.append(nothing_to_adopt(declared))
    elif record.mark is not None or owned:
        draft.problems.append(draft.obstacle(declared, record))
    elif declared.name in draft.ownership.shared:
        draft.problems.append(ambiguous_name(declared))
    else:
        draft.changes.append(_adoption(declared, record))


def _adoption(declared: Declared, record: Record) -> Change:
    live: IdentityProvider = record.idp
    return Change(
        address=declared.key,
        action=Action.ADOPT,
        reason=Reason.IMPORTED,
        before=record,
        desired=Desired(declared=declared, idp=live),
        steps=(Step(verb=Verb.UPDATE, name=live.name, ref=record.ref),),
        source=declared.at(),
    )
