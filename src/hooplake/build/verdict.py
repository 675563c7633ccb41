"""What is to be done with the units of a node, and the reason of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why a unit runs, is removed or is left alone."""

    NEVER_BUILT = "NEVER_BUILT"
    INPUT_CHANGED = "INPUT_CHANGED"
    INPUT_ARRIVED = "INPUT_ARRIVED"
    CODE_CHANGED = "CODE_CHANGED"
    PARAMS_CHANGED = "PARAMS_CHANGED"
    MISSING_OUTPUT = "MISSING_OUTPUT"
    OUTPUT_CORRUPT = "OUTPUT_CORRUPT"
    PREVIOUS_FAILED = "PREVIOUS_FAILED"
    REMOVED = "REMOVED"
    FORCED = "FORCED"
    UPSTREAM = "UPSTREAM"
    UNCHANGED = "UNCHANGED"
    EARLY_CUTOFF = "EARLY_CUTOFF"
    BLOCKED = "BLOCKED"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    LIMIT = "LIMIT"
    LOCKED = "LOCKED"
    STOPPED = "STOPPED"


class Due(NamedTuple):
    """Why one unit is due.

    Attributes:
        reason: why.
        detail: such as the input that changed.
        fingerprint: of its inputs; empty while one of them is pending.
    """

    reason: Reason
    detail: str
    fingerprint: bytes


class Damage(NamedTuple):
    """What is wrong with the published objects of a node.

    Attributes:
        reason: `MISSING_OUTPUT`, `OUTPUT_CORRUPT` or, for rows of another declaration, `CODE_CHANGED`.
        tables: the tables it is wrong with.
        detail: one line.
    """

    reason: Reason
    tables: tuple[str, ...]
    detail: str


@dataclass(slots=True)
class Verdict:
    """What is to be done with the units of one node.

    Attributes:
        run: units to compute.
        blocked: units that cannot be computed because a part of them failed; recorded, not run.
        removed: units that the ledger has and the inputs have no more.
        skipped: how many units are left as they are, by reason.
        damage: what is wrong with the published objects. If anything is, every unit runs, whatever was selected: a
            lost object can only be built as a whole.
    """

    run: dict[str, Due] = field(default_factory=dict)
    blocked: dict[str, Due] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    skipped: dict[Reason, int] = field(default_factory=dict)
    damage: Damage | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.run or self.blocked or self.removed)

    @property
    def lost(self) -> bool:
        """Whether no published row of the node may be kept."""
        return self.damage is not None

    def skip(self, reason: Reason, units: int = 1) -> None:
        """Count units that are left as they are."""
        if units:
            self.skipped[reason] = self.skipped.get(reason, 0) + units
