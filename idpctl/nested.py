"""Where two objects or arrays differ, leaf by leaf; the only module that knows deepdiff.

It takes 80 ms to import, so it is imported only for what does differ.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from deepdiff import DeepDiff
from deepdiff.helper import notpresent

from idpctl import digest

if TYPE_CHECKING:
    from idpctl.model import Json

# deepdiff compares lists in quadratic time and recurses: what is larger is shown as a whole.
_MOST_NODES = 2000
_DEEPEST = 64
_PLAIN_KEY = re.compile(r"[\w-]+")


def differences(path: str, before: Json, after: Json) -> list[tuple[str, Json, Json]]:
    """Return (path, before, after) for each leaf that differs; an absent side is None.

    Both are objects or both arrays, and they differ; very large ones come back whole.
    """
    if not (_is_small(before) and _is_small(after)):
        return [(path, before, after)]
    tree = DeepDiff(
        _armoured(before),
        _armoured(after),
        view="tree",
        threshold_to_diff_deeper=0,
        verbose_level=1,
        ignore_private_variables=False,
    )
    leaves = []
    for level in (node for nodes in tree.values() for node in nodes):
        old, new = (None if side is notpresent else _bare(side) for side in (level.t1, level.t2))
        leaves.append((_join(path, level.path(output_format="list")), old, new))
    return sorted(leaves, key=lambda leaf: (leaf[0], digest.canonical(leaf[1:])))


def _is_small(value: Json) -> bool:
    todo = [(value, 0)]
    for node, depth in todo:
        if len(todo) > _MOST_NODES or depth > _DEEPEST:
            return False
        if isinstance(node, (dict, list)):
            children = node.values() if isinstance(node, dict) else node
            todo.extend((child, depth + 1) for child in children)
    return True


def _armoured(value: Json) -> Any:
    """Return `value` with all but text as bytes of JSON, since to Python, and so in lists, true equals 1."""
    if isinstance(value, dict):
        return {key: _armoured(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_armoured(child) for child in value]
    return value if isinstance(value, str) else digest.canonical(value)


def _bare(value: Any) -> Json:
    """Undo `_armoured`."""
    if isinstance(value, dict):
        return {key: _bare(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_bare(child) for child in value]
    return json.loads(value) if isinstance(value, bytes) else value


def _join(path: str, steps: list[str | int]) -> str:
    return path + "".join(map(_step, steps))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN_KEY.fullmatch(step) else f"[{json.dumps(step)}]"
