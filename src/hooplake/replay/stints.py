"""What is known of who is on court: fives by row, and stints by player."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import TypeVar

from hooplake.replay.inputs import Bool, Float, Int

_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class Stints:
    """Unbroken stays of players on court within a period, as arrays of equal length.

    Attributes:
        slot: the player.
        period: the period.
        start_row: first row of the stay (a row of the chunk's plays).
        end_row: first row after the stay.
        start: seconds since the tip-off.
        end: likewise.
        starts_period: on court when the period began.
    """

    slot: Int
    period: Int
    start_row: Int
    end_row: Int
    start: Float
    end: Float
    starts_period: Bool

    def __len__(self) -> int:
        return len(self.slot)

    def at(self, places: Int | Bool) -> Stints:
        """Some of the stays, in the order of these places."""
        return Stints(*(getattr(self, one.name)[places] for one in fields(self)))


@dataclass(slots=True)
class Lineups:
    """Lineups of a chunk.

    Attributes:
        five: id of the five on court after each row, NONE where not known; shape (plays, 2), home first.
        fives: slots of each five, sorted, by its id; shape (ids, 5). A five that comes back later has another id,
            but no two ids that follow one another on a side are the same five.
        stints: all stints of team-periods whose fives are known throughout.
        known: whether a game's source tells who is on court at all; shape (games,).
        looked_at: whether there is a game's period; shape (games, periods + 1, 2), home first, periods by number.
        complete: whether its fives are known; likewise.
        reasons: why not, per (game, period, side).
        repairs: (game, rule) of every repair that fired.
    """

    five: Int
    fives: Int
    stints: Stints
    known: Bool
    looked_at: Bool
    complete: Bool
    reasons: dict[tuple[int, int, int], str] = field(default_factory=dict)
    repairs: list[tuple[int, str]] = field(default_factory=list)

    def reasons_of_games(self) -> dict[int, list[tuple[tuple[int, int, int], str]]]:
        """Reasons by game, each with its (game, period, side), sorted."""
        return _by_game(((key[0], (key, reason)) for key, reason in sorted(self.reasons.items())))

    def repairs_of_games(self) -> dict[int, list[str]]:
        """Rules that fired, by game."""
        return _by_game(self.repairs)


def _by_game(entries: Iterable[tuple[int, _Entry]]) -> dict[int, list[_Entry]]:
    grouped: dict[int, list[_Entry]] = {}
    for game, entry in entries:
        grouped.setdefault(game, []).append(entry)
    return grouped
