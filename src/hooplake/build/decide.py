"""Which units of a node run, and why: the one place where fingerprints are compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hooplake.build.graph import Graph
from hooplake.build.inputs import NodeInputs
from hooplake.build.state import Node, Recipe, State, UnitRow, UnitState
from hooplake.build.step import Step, UnitInput
from hooplake.build.verdict import Damage, Due, Reason, Verdict
from hooplake.build.view import ABSENT

PART_BYTES = 4


@dataclass(frozen=True, slots=True)
class Dates:
    """A range of dates, both ends included, or some dates of it; empty ends are open. Units without a date are inside."""

    first: str = ""
    last: str = ""
    days: frozenset[str] = frozenset()

    def __contains__(self, date: str) -> bool:
        inside = self.first <= date and (not self.last or date <= self.last)
        return not date or (inside and (not self.days or date in self.days))

    @property
    def all(self) -> bool:
        """Whether every date is inside."""
        return not (self.first or self.last or self.days)


class Fingerprints:
    """Makes the fingerprints of the units of one node.

    A fingerprint is a hash of the step, the partition, the unit and its date, the code, the declared outputs, the
    parameters and the parts. No clocks, hosts, paths of the machine or numbers of workers.
    """

    def __init__(self, step: Step, partition: str, graph: Graph) -> None:
        self.parameters = json.dumps(dict(step.parameters), sort_keys=True, separators=(",", ":"))
        self.specs = graph.specs_version[step.name]
        self.outputs = (*step.outputs, *graph.projections(step))
        seed = [step.name, partition, step.version, self.specs, self.parameters]
        self.seed = hashlib.blake2b(json.dumps(seed).encode(), digest_size=16).hexdigest()
        self._seed = hashlib.blake2b(json.dumps(seed).encode(), digest_size=16)
        self.step = step

    def of(self, unit: str, made_of: UnitInput) -> bytes:
        """The fingerprint of a unit; the order of its parts makes no difference."""
        found = self._seed.copy()
        parts = ["\x1f".join(part) for part in sorted(made_of.parts)]
        found.update("\x1e".join([unit, made_of.date, *parts]).encode())
        return found.digest()

    def recipe(self, parts: tuple[tuple[str, str], ...]) -> Recipe:
        """How a unit made of these parts is made, apart from its hashes."""
        names = tuple(name for name, _ in sorted(parts))
        return Recipe(self.step.version, self.specs, self.parameters, self.outputs, names)


def short_hashes(parts: tuple[tuple[str, str], ...]) -> bytes:
    """The first bytes of a hash of each part, by which a later plan tells which of them changed."""
    return b"".join(_short(value) for _, value in sorted(parts))


def decide(
    inputs: NodeInputs,
    stored: Node | None,
    state: State,
    fingerprints: Fingerprints,
    *,
    dates: Dates,
    damage: Damage | None = None,
    force: bool = False,
) -> Verdict:
    """Compare what the units of a node are made of now with what they were made of.

    Args:
        inputs: what they are made of now.
        stored: what the ledger has, or None.
        state: for the recipes.
        fingerprints: of this node.
        dates: only units of these dates are looked at, unless the rows of the partition are lost.
        damage: what is wrong with the published objects, if anything.
        force: run every unit.
    """
    verdict = Verdict()
    rows: Mapping[str, UnitRow] = stored.units if stored is not None else {}
    used = {row.recipe for row in rows.values() if row.state == UnitState.OK}
    if any(state.recipes[key].specs != fingerprints.specs for key in used):
        # rows under two declarations do not fit into one file
        damage = Damage(Reason.CODE_CHANGED, fingerprints.step.outputs, "a declared output changed")
    verdict.damage = damage
    everything = verdict.lost or dates.all
    unchanged = 0
    for unit, made_of in inputs.units.items():
        if not everything and made_of.date not in dates:
            verdict.skip(Reason.OUT_OF_RANGE)
            continue
        row = rows.get(unit)
        if unit in inputs.pending:
            verdict.run[unit] = _pending(row, damage, force)
            continue
        fingerprint = fingerprints.of(unit, made_of)
        blocker = inputs.blocked.get(unit)
        same = row is not None and row.fingerprint == fingerprint
        if blocker is not None:
            if row is not None and same and row.state == UnitState.BLOCKED:
                verdict.skip(Reason.BLOCKED)
            else:
                verdict.blocked[unit] = Due(Reason.BLOCKED, blocker, fingerprint)
        elif row is None:
            verdict.run[unit] = Due(Reason.NEVER_BUILT, "", fingerprint)
        elif force:
            verdict.run[unit] = Due(Reason.FORCED, "", fingerprint)
        elif damage is not None and row.state == UnitState.OK:
            verdict.run[unit] = Due(damage.reason, damage.detail, fingerprint)
        elif not same:
            verdict.run[unit] = Due(Reason.INPUT_CHANGED, "", fingerprint)
        elif row.state != UnitState.OK:
            verdict.run[unit] = Due(Reason.PREVIOUS_FAILED, "", fingerprint)
        else:
            unchanged += 1
    verdict.skip(Reason.UNCHANGED, unchanged)
    verdict.removed = [
        unit for unit, row in rows.items() if unit not in inputs.units and (everything or row.date in dates)
    ]
    return verdict


def _pending(row: UnitRow | None, damage: Damage | None, force: bool) -> Due:
    if row is None:
        return Due(Reason.NEVER_BUILT, "", b"")
    if force:
        return Due(Reason.FORCED, "", b"")
    if damage is not None:
        return Due(damage.reason, damage.detail, b"")
    return Due(Reason.UPSTREAM, "", b"")


def explain_changes(
    verdict: Verdict,
    reason: Reason,
    inputs: NodeInputs,
    node: Node,
    state: State,
    fingerprints: Fingerprints,
    parts: Callable[[int], Mapping[str, bytes]],
) -> None:
    """Replace the reason of units that run by the one of `explain_change`.

    Args:
        verdict: of the node.
        reason: the reason to be replaced, where the fingerprint of a unit is known.
        inputs: what the units are made of.
        node: what the ledger has.
        state: for the recipes.
        fingerprints: of the node.
        parts: the short hashes of the units of a node, by its key in the ledger.
    """
    units = [unit for unit, due in verdict.run.items() if due.reason == reason and due.fingerprint]
    known = parts(node.id) if units and node.units else {}
    for unit in units:
        if unit in known and unit in node.units:
            old = node.units[unit]
            recipe = state.recipes[old.recipe]
            found, detail = explain_change(inputs.units[unit], old, recipe, known[unit], fingerprints)
            verdict.run[unit] = verdict.run[unit]._replace(reason=found, detail=detail)


def explain_change(
    made_of: UnitInput, old: UnitRow, recipe: Recipe, old_parts: bytes, fingerprints: Fingerprints
) -> tuple[Reason, str]:
    """Why the fingerprint of a unit differs from the recorded one.

    Args:
        made_of: what the unit is made of now.
        old: the unit as the ledger has it.
        recipe: the recipe it was made by.
        old_parts: the short hashes of what it was made of.
        fingerprints: of its node.
    """
    version = fingerprints.step.version
    if recipe.version != version:
        return Reason.CODE_CHANGED, f"version {recipe.version} -> {version}"
    if recipe.specs != fingerprints.specs:
        return Reason.CODE_CHANGED, "a declared output changed"
    if recipe.parameters != fingerprints.parameters:
        return Reason.PARAMS_CHANGED, f"{recipe.parameters} -> {fingerprints.parameters}"
    if old.date != made_of.date:
        return Reason.INPUT_CHANGED, f"date {old.date} -> {made_of.date}"
    before = {name: old_parts[at * PART_BYTES : (at + 1) * PART_BYTES] for at, name in enumerate(recipe.parts)}
    now = {name: _short(value) for name, value in made_of.parts}
    absent = _short(ABSENT)
    arrived = [name for name in now if name not in before or (before[name] == absent and now[name] != absent)]
    changed = [name for name in now if name in before and before[name] != now[name] and name not in arrived]
    gone = [name for name in before if name not in now]
    if changed:
        return Reason.INPUT_CHANGED, ", ".join(changed)
    if arrived:
        return Reason.INPUT_ARRIVED, ", ".join(arrived)
    return Reason.INPUT_CHANGED, f"{', '.join(gone)} is no more" if gone else ""


def _short(value: str) -> bytes:
    return hashlib.blake2b(value.encode(), digest_size=PART_BYTES).digest()
