"""What must hold whatever was wanted, edited, lost or cut off before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from idpctl.asked import Options
from idpctl.model import Capabilities, Moved, Record, ReplaceOrder, Snapshot
from idpctl.plan import Action, Verb
from tests.support.build import HTTP, OWNER, SLOPPY, SQL, desired, make_plan, record, unmanaged
from tests.support.memory import Memory, applied

if TYPE_CHECKING:
    from random import Random

    from idpctl.model import Desired
    from idpctl.plan import Plan

pytestmark = pytest.mark.unmeasured

KEYS = ("a", "b", "c")
EVERYTHING = Options(
    allow_replace=frozenset(KEYS),
    allow_destroy=frozenset(KEYS),
    allow_trust_change=frozenset(KEYS),
    allow_gap=frozenset(KEYS),
    max_deletes=99,
)
OFTEN = settings(max_examples=50, deadline=None)
ALONE = Capabilities(transactional=False, coexist=False)
REGISTRIES = st.sampled_from([SQL, HTTP, SLOPPY, ALONE, Capabilities(immutable=frozenset())])
PROPERTIES = st.dictionaries(
    st.sampled_from(["p", "q.r", "__s"]), st.sampled_from([None, "", "x", 1, True, [1], [True], {"k": 0}])
)


@st.composite
def providers(draw: st.DrawFn, key: str, name: str) -> Desired:
    endpoint = st.sampled_from([f"https://{key}.example.com", "https://x.example.com", f"https://{key}/"])
    ignorable = ["description", "issuer", "enabled", "properties"]
    return desired(
        key,
        name=name,
        type=draw(st.sampled_from(["okta", "auth0"])),
        description=draw(st.sampled_from(["", "text"])),
        issuer=draw(endpoint),
        jwks_endpoint=draw(endpoint),
        enabled=draw(st.booleans()),
        properties=draw(PROPERTIES),
        protect=draw(st.booleans()),
        ignore=draw(st.sets(st.sampled_from(ignorable), max_size=1)),
        order=draw(st.sampled_from(ReplaceOrder)),
        discovered=draw(st.sets(st.sampled_from(["issuer", "jwks_endpoint"]))),
    )


def names(key: str) -> list[str]:
    """Return the names that the provider `key` goes through; now and then it wants that of another one."""
    return [f"{key.upper()}{number}" for number in range(3)]


@st.composite
def configurations(draw: st.DrawFn) -> list[Desired]:
    wanted: dict[str, Desired] = {}
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True)):
        name = draw(st.sampled_from(names(key) * 4 + ["A0", "Stranger"]))
        wanted.setdefault(name, draw(providers(key, name)))
    return list(wanted.values())


@dataclass(frozen=True)
class World:
    registry: Capabilities
    live: Snapshot
    wanted: list[Desired]

    def plan(self, live: Snapshot | None = None, **given: Any) -> Plan:
        seen = self.live if live is None else live
        return make_plan(self.wanted, seen, capabilities=self.registry, **given)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    registry = draw(REGISTRIES)
    live = draw(registries(unique="name" in registry.unique))
    return World(registry=registry, live=live, wanted=draw(configurations()))


@st.composite
def registries(draw: st.DrawFn, *, unique: bool = True) -> Snapshot:
    """Return records as any history may have left them: replacements cut off twice, copies, strangers."""
    records: list[Record] = []
    for key in KEYS:
        refs: list[str | None] = [None, "gone"]
        for name in draw(st.lists(st.sampled_from(names(key)), unique=unique, max_size=3)):
            ref = f"{draw(st.integers(0, 9))}{len(records)}"
            was = draw(providers(key, name))
            seen = record(was, ref=ref, **draw(edits()))
            assert seen.mark is not None
            older = draw(st.sampled_from(refs[-1:] * 3 + refs))
            records.append(replace(seen, mark=replace(seen.mark, replaces=older)))
            refs.append(ref)
    for name, owner in draw(
        st.dictionaries(st.sampled_from(["Stranger", "S2", "S3"]), st.booleans())
    ).items():
        records.append(
            record(desired("a", name=name), ref=name, owner="other/team") if owner else unmanaged(name)
        )
    return Snapshot(records=tuple(draw(st.permutations(records))))


def edits() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "description": st.just("by hand"),
            "issuer": st.just("https://evil.example.com"),
            "enabled": st.booleans(),
            "properties": PROPERTIES,
        },
    )


VERBS = {
    Action.CREATE: ["create"],
    Action.UPDATE: ["update"],
    Action.REPLACE: ["create", "delete"],
    Action.DELETE: ["delete"],
}


def is_ours(one: Record) -> bool:
    return one.mark is not None and one.mark.owner == OWNER


def strangers(snapshot: Snapshot) -> list[Record]:
    return [one for one in snapshot.records if not is_ours(one)]


def named_gates(plan: Plan) -> set[tuple[str, str | None]]:
    """Leave mass deletes out: a share of what is owned, which an apply changes as it goes."""
    return {(str(gate.kind), gate.address) for gate in plan.gates if gate.address is not None}


@OFTEN
@given(world=worlds(), random=st.randoms())
def test_the_order_of_the_input_never_matters(world: World, random: Random) -> None:
    plan = world.plan()
    shuffled = random.sample(world.live.records, len(world.live.records))
    turned = replace(world, wanted=random.sample(world.wanted, len(world.wanted)))
    other = turned.plan(Snapshot(records=tuple(shuffled)))
    assert other == plan
    assert other.fingerprint == plan.fingerprint


@OFTEN
@given(world=worlds())
def test_what_is_planned_touches_only_what_is_ours_and_has_a_shape(world: World) -> None:
    plan = world.plan()
    theirs = {one.ref for one in strangers(world.live)}
    declared = {one.key for one in world.wanted}
    for change in plan.changes:
        assert change.before is None or change.before.ref not in theirs
        assert not theirs.intersection(step.ref for step in change.steps)
        assert (
            change.address not in declared or change.action is not Action.DELETE or change.reason == "deposed"
        )
        assert sorted(str(step.verb) for step in change.steps) == VERBS[change.action]
        if change.action is Action.REPLACE:
            assert any(field.immutable for field in change.fields)
            assert change.gap <= (change.steps[0].verb is Verb.DELETE)
    touched = [step.ref for change in plan.changes for step in change.steps if step.ref is not None]
    assert len(touched) == len(set(touched))
    told = {*plan.unchanged, *(one.address for one in plan.problems), *(one.address for one in plan.changes)}
    assert told >= declared


@OFTEN
@given(world=worlds())
def test_a_plan_that_was_applied_leaves_nothing_to_plan(world: World) -> None:
    plan = world.plan()
    if plan.problems:
        return
    after = applied(plan, world.live)
    again = world.plan(after)
    assert (again.changes, again.problems) == ((), ())
    assert len(again.unchanged) == len(world.wanted) == sum(map(is_ours, after.records))
    assert strangers(after) == strangers(world.live)


@OFTEN
@given(world=worlds(), done=st.integers(0, 9))
def test_an_apply_that_was_cut_off_is_finished_by_the_next_one_without_more_being_allowed(
    world: World, done: int
) -> None:
    plan = world.plan()
    if plan.problems:
        return
    memory = Memory.of(world.live, world.registry)
    memory.execute(plan, until=done)
    rest = world.plan(memory.read())
    assert rest.problems == ()
    assert named_gates(rest) <= named_gates(plan)
    memory.execute(rest)
    assert world.plan(memory.read()).changes == ()
    assert strangers(memory.read()) == strangers(world.live)


@OFTEN
@given(world=worlds(), unknown=st.sets(st.sampled_from(KEYS)))
def test_what_is_not_known_is_never_changed_or_deleted(world: World, unknown: set[str]) -> None:
    known = [one for one in world.wanted if one.key not in unknown]
    plan = replace(world, wanted=known).plan(unresolved=frozenset(unknown))
    touched = {change.before.ref for change in plan.changes if change.before is not None}
    for one in world.live.records:
        if one.mark is not None and one.mark.key in unknown:
            assert one.ref not in touched


@OFTEN
@given(world=worlds(), only=st.sets(st.sampled_from(KEYS), min_size=1))
def test_a_partial_plan_is_a_part_of_the_whole_one(world: World, only: set[str]) -> None:
    whole, part = world.plan(), world.plan(only=tuple(sorted(only)))
    if not whole.problems:
        assert list(part.changes) == [change for change in whole.changes if change.address in only]


@OFTEN
@given(world=worlds(), random=st.randoms())
def test_moved_keys_are_followed_in_any_order(world: World, random: Random) -> None:
    declared = [one.key for one in world.wanted]
    gone = [key for key in KEYS if declared and key not in declared]
    moved = [Moved(from_key=key, to_key=random.choice([*declared, *gone])) for key in gone]
    plan = world.plan(moved=moved)
    assert world.plan(moved=moved[::-1]) == plan
    if not plan.problems:
        assert {change.address for change in plan.changes} <= {*declared} or not moved
        assert world.plan(applied(plan, world.live), moved=moved).changes == ()


CHAIN_NAMES = ("First", "Second", "Third", "Fourth")


def chain(length: int) -> list[Record]:
    """Return what is left when `length` - 1 replacements of one key were cut off one after the other."""
    records: list[Record] = []
    for number, name in enumerate(CHAIN_NAMES[:length]):
        made = record(desired("okta", name=name), ref=f"{9 - number}")
        assert made.mark is not None
        older = records[-1].ref if records else None
        records.append(replace(made, mark=replace(made.mark, replaces=older)))
    return records


@pytest.mark.parametrize("registry", [SQL, HTTP, SLOPPY, ALONE], ids=["sql", "http", "sloppy", "alone"])
@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_chain_of_replacements_may_be_cut_off_anywhere_and_wanted_otherwise(
    registry: Capabilities, length: int
) -> None:
    for first, second in product((*CHAIN_NAMES, "type"), repeat=2):
        for done, more in product(range(5), repeat=2):
            memory = Memory.of(Snapshot(records=tuple(chain(length))), registry)
            for name, until in ((first, done), (second, more), (second, None)):
                wanted = desired("okta", type="auth0") if name == "type" else desired("okta", name=name)
                plan = make_plan([wanted], memory.read(), capabilities=registry)
                assert named_gates(plan) <= {("replace", "okta"), ("gap", "okta")}
                memory.execute(plan, until=until)
            (last,) = memory.read().records
            assert (last.idp.name, last.idp.type) == (wanted.idp.name, wanted.idp.type)


class Life(RuleBasedStateMachine):
    """A registry over time: configurations come and go, people edit, applies are cut off."""

    memory: Memory
    wanted: list[Desired]
    seen: dict[str, Record]

    @initialize(registry=REGISTRIES, live=registries())
    def begin(self, registry: Capabilities, live: Snapshot) -> None:
        self.memory = Memory.of(live, registry)
        self.wanted = []
        self._look()

    def _look(self) -> None:
        self.seen = {one.ref: one for one in strangers(self.memory.read())}

    def _plan(self) -> Plan:
        return make_plan(
            self.wanted, self.memory.read(), capabilities=self.memory.capabilities, options=EVERYTHING
        )

    @rule(wanted=configurations())
    def want(self, wanted: list[Desired]) -> None:
        self.wanted = wanted

    @precondition(lambda self: self.memory.records)
    @rule(data=st.data(), changed=edits())
    def edit_by_hand(self, data: st.DataObject, changed: dict[str, Any]) -> None:
        ref = data.draw(st.sampled_from(sorted(self.memory.records)))
        one = self.memory.records[ref]
        self.memory.records[ref] = replace(one, idp=replace(one.idp, **changed))
        self._look()

    @precondition(lambda self: self.memory.records)
    @rule(data=st.data())
    def delete_or_strip_by_hand(self, data: st.DataObject) -> None:
        ref = data.draw(st.sampled_from(sorted(self.memory.records)))
        if data.draw(st.booleans()):
            del self.memory.records[ref]
        else:
            self.memory.records[ref] = replace(self.memory.records[ref], mark=None)
        self._look()

    @rule(name=st.sampled_from(["A0", "B1", "Stranger"]))
    def others_create(self, name: str) -> None:
        if name not in {one.idp.name for one in self.memory.records.values()}:
            self.memory.records[f"by hand {name}"] = unmanaged("x", ref=f"by hand {name}", name=name)
            self._look()

    @rule(done=st.integers(0, 4))
    def apply_and_be_cut_off(self, done: int) -> None:
        plan = self._plan()
        if plan.applyable:
            self.memory.execute(plan, until=done)

    @rule()
    def apply_twice(self) -> None:
        plan = self._plan()
        assert plan.blocked == ()
        if plan.errored:
            return
        self.memory.execute(plan)
        after = self._plan()
        assert (after.changes, after.problems) == ((), ())
        for one in self.wanted:
            (live,) = [seen for seen in self.memory.records.values() if is_ours_by(seen, one.key)]
            assert live.idp.name == one.idp.name

    @invariant()
    def nobody_touches_what_is_not_ours(self) -> None:
        if hasattr(self, "memory"):
            assert {one.ref: one for one in strangers(self.memory.read())} == self.seen


def is_ours_by(one: Record, key: str) -> bool:
    return is_ours(one) and one.mark is not None and one.mark.key == key


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
