"""What a right reader makes of a document: the truth, less what the document does not tell."""

from __future__ import annotations

from dataclasses import dataclass

from hooplake.simulate.draft import PLUS_MINUS, TENTHS, Draft
from hooplake.simulate.truth import STATS

CELLS = (*STATS, "tenths", "plus_minus")
"""The cells of a replayed line: the 15 counting stats, tenths of a second on court, plus-minus."""
BOX_CELLS = (*STATS, "minutes", "plus_minus")
"""The cells of a line of the box: the 15 counting stats, whole minutes, plus-minus."""


@dataclass(frozen=True)
class Expected:
    """What a document should yield.

    Attributes:
        score: the score that the header shows, home and away; None where there is none, or none that counts.
        replayed: per player id the cells of :data:`CELLS` that replaying the rows gives; None for one that the rows
            do not tell. Empty without rows. Of two pages (box and plays) both are taken to be at hand.
        box: per player id the cells of :data:`BOX_CELLS` as the box has them; None for one that it does not have.
            Who did not play is not in it.
        destroyed: (player id, cell) of the truth that the rows do not tell, or tell wrong.
        causes: (player id, cell) and the cause of its difference between ``replayed`` and ``box``.
        sources: for each row the number of the event that it shows, or -1 for a row that shows none.
        team_turnovers: as the team box shows them, home and away.
        technicals: likewise.
        sprung: the traps that found a place in the document.
    """

    score: tuple[int, int] | None
    replayed: dict[str, tuple[int | None, ...]]
    box: dict[str, tuple[int | None, ...]]
    destroyed: frozenset[tuple[str, str]]
    causes: dict[tuple[str, str], str]
    sources: tuple[int, ...]
    team_turnovers: tuple[int, int]
    technicals: tuple[int, int]
    sprung: frozenset[str]

    @property
    def differences(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(player id, stat) of the counting stats in which replay and box differ: (replayed, box).

        Who is on one side only has zeros on the other. Cells that are not known are left out.
        """
        found = {}
        nothing: tuple[int | None, ...] = (0,) * len(STATS)
        if not self.replayed:
            return {}
        for player in self.replayed.keys() | self.box.keys():
            ours, theirs = self.replayed.get(player, nothing), self.box.get(player, nothing)
            for stat, mine, other in zip(STATS, ours, theirs, strict=False):
                if mine is not None and other is not None and mine != other:
                    found[player, stat] = (mine, other)
        return found


def expect(draft: Draft) -> Expected:
    """What a right reader makes of a draft."""
    truth = draft.truth
    replayed: dict[str, tuple[int | None, ...]] = {}
    destroyed: set[tuple[str, str]] = set()
    causes: dict[tuple[str, str], str] = {}
    ids = [player.id for player in truth.players]
    if draft.box is not None:
        stats, tenths, plus, seen = truth.at(draft.last_event)
        lines: list[list[int | None]] = [[*stats[p], tenths[p], plus[p]] for p in range(len(ids))]
        if draft.rules.college and draft.era < "2026":
            for player in range(len(ids)):
                draft.forget(player, TENTHS, "")
                draft.forget(player, PLUS_MINUS, "")
        for change in draft.changes:
            cell = (ids[change.player], CELLS[change.cell])
            value = lines[change.player][change.cell]
            if change.cause:
                causes[cell] = change.cause
            if change.amount is None:
                lines[change.player][change.cell] = None
            elif value is not None:
                lines[change.player][change.cell] = value + change.amount
            if change.loses:
                destroyed.add(cell)
        if draft.plays and draft.kind != "page":
            replayed = {ids[p]: tuple(lines[p]) for p in range(len(ids)) if seen[p]}
        else:
            destroyed = {(ids[p], cell) for p in range(len(ids)) if seen[p] for cell in CELLS}
    counts = draft.status in ("final", "in_progress")
    return Expected(
        score=draft.score if counts else None,
        replayed=replayed,
        box=_box(draft),
        destroyed=frozenset(cell for cell in destroyed if cell[0] in _seen(draft)),
        causes=causes,
        sources=tuple(draft.sources),
        team_turnovers=(draft.team_turnovers[0], draft.team_turnovers[1]),
        technicals=(draft.technicals[0], draft.technicals[1]),
        sprung=frozenset(draft.sprung),
    )


def _seen(draft: Draft) -> set[str]:
    """Ids of those who have been on court."""
    if draft.box is None:
        return set()
    return {draft.truth.players[row.player].id for side in draft.box for row in side if row.played}


def _box(draft: Draft) -> dict[str, tuple[int | None, ...]]:
    if draft.box is None or draft.kind == "page_plays":
        return {}
    shown: dict[str, tuple[int | None, ...]] = {}
    for side in draft.box:
        for row in side:
            if not row.played or row.hidden:
                continue
            cells: list[int | None] = [*row.stats, int(row.minutes) if row.minutes.isdigit() else None]
            cells.append(None if draft.rules.college else row.plus_minus)
            shown[draft.truth.players[row.player].id] = (None,) * len(BOX_CELLS) if draft.is_shell else tuple(cells)
    return shown
