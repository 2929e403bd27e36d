"""Whatever was there, whatever is wanted, and wherever an apply fails: the next one converges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from idpctl.errors import RegistryError
from idpctl.model import ReplaceOrder
from idpctl.registry.base import InDoubtError
from tests.support import build
from tests.support.applying import apply, content, wanted_content
from tests.support.registries import Fault, FaultRegistry, MemoryHands, MemoryRegistry

if TYPE_CHECKING:
    from idpctl.model import Desired

KEYS = ("a", "b", "c", "d")


def provider(key: str, variant: dict[str, Any]) -> Desired:
    return build.desired(key, **{**variant, "name": f"{key}{variant['name']}"})


VARIANTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["-1", "-2"]),
        "type": st.sampled_from(["okta", "custom"]),
        "description": st.sampled_from(["", "x"]),
        "protect": st.booleans(),
        "order": st.sampled_from(ReplaceOrder),
    }
)
SETS = st.dictionaries(st.sampled_from(KEYS), VARIANTS).map(
    lambda chosen: [provider(key, variant) for key, variant in chosen.items()]
)


def break_at(registry: MemoryRegistry, at: int, moment: str) -> FaultRegistry:
    def fail() -> None:
        # Before a call nothing happened, after it nobody got the answer.
        raise RegistryError("no") if moment == "before" else InDoubtError("no answer")

    return FaultRegistry(registry, Fault(at=at, moment=moment, action=fail))


@given(
    first=SETS,
    second=SETS,
    third=SETS,
    at=st.integers(2, 14),
    moment=st.sampled_from(["before", "after"]),
    transactional=st.booleans(),
)
def test_the_apply_after_a_failed_one_converges(
    first: list[Desired],
    second: list[Desired],
    third: list[Desired],
    at: int,
    moment: str,
    transactional: bool,
) -> None:
    registry = MemoryRegistry(transactional=transactional)
    MemoryHands(registry).insert(build.idp("legacy"))
    stranger = content(registry)
    assert apply(registry, first, op="first").complete
    start = registry.read()
    try:
        report = apply(break_at(registry, at, moment), second, op="second")
    except (RegistryError, InDoubtError):
        assert registry.read() == start  # it never came to a write
    else:
        fates = {str(one.status) for one in report.operations}
        assert report.complete == (report.exit_code == 0)
        assert not report.complete or fates <= {"done"}
        if transactional and str(report.outcome) == "failed":
            assert registry.read() == start
    assert apply(registry, third, op="third").complete
    assert content(registry) == {**stranger, **wanted_content(third)}
    assert apply(registry, third, op="fourth").operations == ()
