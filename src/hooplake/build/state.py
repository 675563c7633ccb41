"""What the ledger remembers, as plain values: units, objects and nodes (one step over one partition)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

DIGEST_BYTES = 16
EMPTY_DIGEST = bytes(DIGEST_BYTES)
"""The digest of a unit that has no rows in a table."""


PROJECTED = "#"
"""Between a table and the hash of the columns of one of its projections (see `hooplake.build.graph`)."""


class UnitState(IntEnum):
    """How a unit stands. `PENDING` is never stored: it marks a unit that a plan is going to run."""

    OK = 0
    FAILED = 1
    BLOCKED = 2
    PENDING = 3


class UnitRow(NamedTuple):
    """One unit of a node as the ledger has it.

    Attributes:
        date: ``2024-12-15``, or empty.
        state: `UnitState` as a number.
        fingerprint: of what the unit was made from, 16 bytes.
        digests: of its rows per output table and projection, 16 bytes each, in the order of its recipe's outputs.
        recipe: the key of the `Recipe` it was made by.
        quarantined: rows of it that broke the contract of their table.
    """

    date: str
    state: int
    fingerprint: bytes
    digests: bytes
    recipe: int
    quarantined: int


class Recipe(NamedTuple):
    """How a unit was made, apart from its hashes; many units share one.

    Attributes:
        version: the step's version.
        specs: hash of the specs of the output tables; rows of two such hashes never mix in one object.
        parameters: the step's parameters as canonical JSON.
        outputs: the output tables, then their projections, in the order of a unit's digests.
        parts: the names of what the unit was made of.
    """

    version: str
    specs: str
    parameters: str
    outputs: tuple[str, ...]
    parts: tuple[str, ...]


class ObjectRow(NamedTuple):
    """One partition of one table as it was published.

    Attributes:
        path: of its object; there is one only if `rows` is not 0.
        etag: as the store gave it.
        size: bytes.
        rows: rows.
        content: hash of the rows: of the digests of all its units.
        checksum: hash of the object's bytes, by which a copied lake is told from a damaged one.
    """

    path: str
    etag: str
    size: int
    rows: int
    content: str
    checksum: str


@dataclass(slots=True)
class Node:
    """One step over one partition.

    Attributes:
        id: key in the ledger; 0 if it has none yet.
        generation: grows with every publication.
        units: by name.
        objects: by output table.
        unit_seconds: seconds a unit took when it was last run, on average.
        reduce_seconds: seconds it took to write the partition's objects when that was last done.
        pending: whether a plan is going to change it; never stored.
        run_id: the run that published last.
        seal: see `hooplake.build.seal`; none if it was not found unchanged since it was published.
    """

    id: int = 0
    generation: int = 0
    units: dict[str, UnitRow] = field(default_factory=dict)
    objects: dict[str, ObjectRow] = field(default_factory=dict)
    unit_seconds: float | None = None
    reduce_seconds: float | None = None
    pending: bool = False
    run_id: str = ""
    seal: bytes = field(default=b"", compare=False)  # says nothing of what the node is

    @property
    def publication(self) -> tuple[int, int, str]:
        """Tells the last publication from every other, also from those of a node that is no more."""
        return (self.id, self.generation, self.run_id)


@dataclass(slots=True)
class State:
    """Everything the ledger remembers of some steps.

    Attributes:
        nodes: by step and by the partition's text.
        recipes: by key.
    """

    nodes: dict[str, dict[str, Node]] = field(default_factory=dict)
    recipes: dict[int, Recipe] = field(default_factory=dict)

    def node(self, step: str, partition: str) -> Node | None:
        """The node, or None if it was never taken up."""
        return self.nodes.get(step, {}).get(partition)

    def key(self, recipe: Recipe) -> int:
        """The key of a recipe; one that the ledger does not have gets a key of its own, below 0."""
        for key, known in self.recipes.items():
            if known == recipe:
                return key
        key = min(0, *self.recipes) - 1 if self.recipes else -1
        self.recipes[key] = recipe
        return key

    def digest(self, row: UnitRow, table: str) -> bytes:
        """The digest of a unit's rows in one output table, or in a projection of one.

        A unit that was made before the table was has no rows in it; one that was made before the projection was is
        told by all its columns.
        """
        start = self.place(row.recipe, table)
        return EMPTY_DIGEST if start is None else row.digests[start : start + DIGEST_BYTES]

    def digests(self, rows: Mapping[str, UnitRow], table: str) -> list[tuple[str, bytes]]:
        """As `digest`, of every unit that is built, with the unit."""
        built = UnitState.OK
        places: dict[int, int | None] = {}
        found = []
        for unit, row in rows.items():
            if row.state == built:
                recipe = row.recipe
                if recipe not in places:
                    places[recipe] = self.place(recipe, table)
                start = places[recipe]
                found.append((unit, EMPTY_DIGEST if start is None else row.digests[start : start + DIGEST_BYTES]))
        return found

    def place(self, recipe: int, table: str) -> int | None:
        """Where in the digests of a unit that of a table begins; None if it has none."""
        outputs = self.recipes[recipe].outputs
        if table not in outputs:
            table = table.partition(PROJECTED)[0]
        return outputs.index(table) * DIGEST_BYTES if table in outputs else None


class UnitRecord(NamedTuple):
    """What a publication says of one unit."""

    unit: str
    date: str
    state: UnitState
    fingerprint: bytes
    digests: bytes
    rows: int
    quarantined: int
    recipe: Recipe
    parts: bytes
    why: str
    reason: str
    error: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One publication: everything that changes of one node, at once.

    Attributes:
        step: the step.
        partition: the partition's text.
        run_id: the run that publishes.
        units: units that were run or blocked.
        removed: units that are no more.
        gone: whether the whole node is no more.
        reduce_seconds: how long the objects took to write, or None if none was.
    """

    step: str
    partition: str
    run_id: str
    units: tuple[UnitRecord, ...] = ()
    removed: tuple[str, ...] = ()
    gone: bool = False
    reduce_seconds: float | None = None


Objects = Mapping[str, ObjectRow | None]
"""Per table what a publication left behind: a row, or None where the partition is no more."""
