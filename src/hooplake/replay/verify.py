"""The replay beside the official box: every cell, and a cause for every difference."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.model import STATS
from hooplake.replay.causes import Cell, GameFacts, find_causes
from hooplake.replay.events import Score
from hooplake.replay.game_sums import GameSums, game_sums
from hooplake.replay.inputs import Float, Inputs
from hooplake.replay.stints import Lineups
from hooplake.replay.team_counts import team_totals

_MAE = {"points": "points", "reb": "rebounds", "ast": "assists", "stl": "steals", "blk": "blocks", "tov": "turnovers"}
_FACTS = (
    "game_date", "status", "box_status", "played", "home_score", "away_score", "home_team_id", "away_team_id", "repairs",
)  # fmt: skip
GRADES = ((0, "A"), (5, "B"), (15, "C"), (30, "D"))
"""Largest sum of absolute differences of each grade; beyond the last, or with a wrong final score, it is F."""


@dataclass(slots=True)
class Verified:
    """What verification found, ready as columns.

    Attributes:
        games: columns of ``gold.box_score_verification``.
        cells: every differing cell.
        passed: per game, grade A, B or C; None where not verifiable.
    """

    games: dict[str, list[object]]
    cells: list[Cell]
    passed: list[bool | None] = field(default_factory=list)


def grade(discrepancies: int, final_score_match: bool) -> str:
    """A: 0 differences; B: up to 5; C: up to 15; D: up to 30; F: more, or a wrong final score."""
    if not final_score_match:
        return "F"
    return next((name for limit, name in GRADES if discrepancies <= limit), "F")


def verify(
    inputs: Inputs,
    final: npt.NDArray[np.int16],
    score: Score,
    lineups: Lineups,
    seconds: Float,
    plus_minus: Float,
    tables: Mapping[str, pa.Table],
) -> Verified:
    """Compare each game's replay with its official player and team box and line score.

    Args:
        inputs: the chunk.
        final: replayed final line of each slot; shape (slots, 15).
        score: score after each play.
        lineups: who was on court.
        seconds: replayed seconds of each slot, NaN where not known.
        plus_minus: likewise.
        tables: ``silver.fct_game_teams`` and ``silver.fct_game_periods``.
    """
    teams = _by_game(tables["silver.fct_game_teams"])
    periods = _by_game(tables["silver.fct_game_periods"])
    players = inputs.players
    actual = np.where(players.played[:, None], players.line, 0.0)
    known = ~np.isnan(actual)
    differ = known & (final != np.nan_to_num(actual))
    totals = {name: values.tolist() for name, values in team_totals(inputs, final).items()}
    facts, sums = inputs.games.select(_FACTS).to_pylist(), game_sums(inputs, known, score, lineups)
    found = Verified({}, [])
    rows: list[dict[str, object]] = []
    for game, game_id in enumerate(inputs.game_ids):
        one = _Game(inputs, game, game_id, final, score, lineups, seconds, plus_minus, totals, facts[game], sums[game])
        rows.append(one.verify(differ, actual, teams.get(game_id, []), periods.get(game_id, [])))
        found.cells.extend(sorted(one.cells, key=lambda cell: (cell.scope, cell.entity_id, cell.stat)))
        verdict = rows[-1]["quality_grade"]
        found.passed.append(None if verdict is None else verdict in ("A", "B", "C"))
    found.games = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    return found


def _by_game(table: pa.Table) -> dict[str, list[dict[str, object]]]:
    grouped: dict[str, list[dict[str, object]]] = {}
    for row in table.to_pylist():
        grouped.setdefault(row["game_id"], []).append(row)
    return grouped


class _Game:
    """Verification of one game."""

    def __init__(
        self,
        inputs: Inputs,
        game: int,
        game_id: str,
        final: npt.NDArray[np.int16],
        score: Score,
        lineups: Lineups,
        seconds: Float,
        plus_minus: Float,
        totals: Mapping[str, list[list[int]]],
        facts: dict[str, Any],
        sums: GameSums,
    ) -> None:
        self.totals, self.facts, self.sums = totals, facts, sums
        self.inputs, self.game, self.game_id, self.final, self.score = inputs, game, game_id, final, score
        self.lineups, self.seconds, self.plus_minus = lineups, seconds, plus_minus
        self.rows = slice(int(inputs.bounds[game]), int(inputs.bounds[game + 1]))
        self.slots = slice(int(inputs.slot_bounds[game]), int(inputs.slot_bounds[game + 1]))
        self.cells: list[Cell] = []

    def verify(
        self,
        differ: npt.NDArray[np.bool_],
        actual: Float,
        teams: list[dict[str, object]],
        periods: list[dict[str, object]],
    ) -> dict[str, object]:
        facts, home, away = self.facts, self.sums.home, self.sums.away
        box_full = facts["box_status"] == "full"
        verifiable = bool(facts["played"]) and box_full
        played = bool(facts["played"])
        told = played and facts["home_score"] is not None and facts["away_score"] is not None
        match = (home, away) == (facts["home_score"], facts["away_score"]) if told else None
        row: dict[str, object] = {
            "game_id": self.game_id, "game_date": facts["game_date"], "status": facts["status"],
            "box_status": facts["box_status"], "home_score_generated": home, "away_score_generated": away,
            "home_score_actual": facts["home_score"] if played else None,
            "away_score_actual": facts["away_score"] if played else None,
            "final_score_match": match,
        }  # fmt: skip
        compared = self.sums.cells if verifiable else 0
        if verifiable:
            self._player_cells(differ, actual)
        # totals may be known without a player's box: of a log, say
        with_totals = verifiable or (played and facts["box_status"] == "absent")
        team_compared, team_equal = self._team_cells(teams) if with_totals else (0, 0)
        row["period_scores_match"] = self._period_cells(periods) if played else None
        if match is False:
            self._final_cells(home, away)
        minutes = self._minutes() if verifiable else (0, 0)
        net = self._plus_minus() if verifiable else (0, 0)
        differing = sum(cell.scope == "player" and cell.stat in STATS for cell in self.cells)
        row |= {
            "cells_compared": compared, "cells_equal": compared - differing,
            "team_cells_compared": team_compared, "team_cells_equal": team_equal,
            "minutes_compared": minutes[0], "minutes_equal": minutes[1],
            "plus_minus_compared": net[0], "plus_minus_equal": net[1],
        }  # fmt: skip
        if self.cells:
            find_causes(self._game_facts(), self.cells)
        row |= self._summary(verifiable, match, minutes[0] > 0, net[0] > 0)
        return row

    def _cell(
        self, scope: str, entity: str, team: str | None, player: str | None, stat: str, generated: int, actual: int
    ) -> None:
        self.cells.append(
            Cell(self.game_id, self.facts["game_date"], scope, entity, team, player, stat, generated, actual)
        )

    def _player_cell(self, slot: int, stat: str, generated: int, actual: int) -> None:
        inputs = self.inputs
        self._cell(
            "player", inputs.player_ids[slot].as_py(), inputs.team_ids[slot].as_py(),
            inputs.player_names[slot].as_py(), stat, generated, actual,
        )  # fmt: skip

    def _player_cells(self, differ: npt.NDArray[np.bool_], actual: Float) -> None:
        for offset, stat in np.argwhere(differ[self.slots]).tolist():
            slot = offset + self.slots.start
            self._player_cell(slot, STATS[stat], int(self.final[slot, stat]), int(actual[slot, stat]))

    def _whole(self, values: Float, official: Float, stat: str) -> tuple[int, int]:
        """Compare a figure of the whole game for the players of whom both sides know it: (compared, equal)."""
        slots = np.arange(self.slots.start, self.slots.stop)
        both = slots[~np.isnan(values[self.slots]) & ~np.isnan(official[self.slots])].tolist()
        for slot in both:
            if int(values[slot]) != int(official[slot]):
                self._player_cell(slot, stat, int(values[slot]), int(official[slot]))
        return len(both), sum(int(values[slot]) == int(official[slot]) for slot in both)

    def _minutes(self) -> tuple[int, int]:
        """Whole minutes: seconds / 60, rounded half up as the source rounds."""
        whole = np.floor(self.seconds / 60 + 0.5)
        return self._whole(whole, self.inputs.players.minutes, "minutes")

    def _plus_minus(self) -> tuple[int, int]:
        return self._whole(self.plus_minus, self.inputs.players.plus_minus, "plus_minus")

    def _team_cells(self, teams: list[dict[str, object]]) -> tuple[int, int]:
        """Team totals.

        College boxes mix team and dead-ball rebounds into rebounds and vary in turnovers; college rows do not tell a
        flagrant foul from another.
        """
        college = self.inputs.league in ("mbb", "wbb")
        left_out = {"oreb", "dreb", "reb", "tov", "flagrant_fouls"} if college else set[str]()
        compared = equal = 0
        for team in teams:
            side = 0 if team["home"] else 1
            for stat, values in self.totals.items():
                official = team.get(stat)
                if official is None or stat in left_out:
                    continue
                value = values[self.game][side]
                compared += 1
                if value == official:
                    equal += 1
                else:
                    self._cell(
                        "team", str(team["team_id"]), str(team["team_id"]), None, stat, value, int(str(official))
                    )
        return compared, equal

    def _period_cells(self, periods: list[dict[str, object]]) -> bool | None:
        if not periods:
            return None
        inputs, rows = self.inputs, self.rows
        played = inputs.period[rows]
        match = True
        for period in sorted({int(str(p["period"])) for p in periods} | set(played.tolist())):
            at = played == period
            for side, points in ((1, self.score.home_points), (0, self.score.away_points)):
                official = [p for p in periods if p["period"] == period and bool(p["home"]) == bool(side)]
                generated = int(points[rows][at].sum())
                actual = int(str(official[0]["points"])) if official else 0
                if generated != actual:
                    match = False
                    team = str(self.facts["home_team_id" if side else "away_team_id"])
                    self._cell("period_score", team, team, None, str(period), generated, actual)
        return match

    def _final_cells(self, home: int, away: int) -> None:
        for side, generated in (("home", home), ("away", away)):
            actual, team = self.facts[f"{side}_score"], self.facts[f"{side}_team_id"]
            if generated != actual:
                self._cell("final_score", str(team), str(team), None, "points", generated, int(actual))

    def _game_facts(self) -> GameFacts:
        inputs, rows = self.inputs, self.rows
        count = rows.stop - rows.start
        ids = inputs.player_ids
        sequences = inputs.plays["sequence"].slice(rows.start, count).to_pylist()
        return GameFacts(
            box_status=self.facts["box_status"],
            events=inputs.event[rows].tolist(),
            players=[
                tuple(ids[int(s)].as_py() if s >= 0 else None for s in row)
                for row in zip(inputs.player1[rows], inputs.player2[rows], strict=True)
            ],
            sequences=sequences,
            play_ids=inputs.plays["play_id"].slice(rows.start, count).to_pylist(),
            unattributed={
                str(self.facts["home_team_id"]): self.sums.unattributed[0],
                str(self.facts["away_team_id"]): self.sums.unattributed[1],
            },
            college=inputs.league in ("mbb", "wbb"),
        )

    def _summary(self, verifiable: bool, match: bool | None, minutes: bool, net: bool) -> dict[str, object]:
        cells = [cell for cell in self.cells if cell.scope == "player" and cell.stat in STATS]
        total = sum(abs(cell.difference) for cell in cells)
        details: dict[str, dict[str, object]] = {}
        for cell in self.cells:
            if cell.scope == "player":
                details.setdefault(cell.entity_id, {})[cell.stat] = {
                    "generated": cell.generated, "actual": cell.actual, "diff": cell.difference, "cause": cell.cause,
                }  # fmt: skip
        players = self.sums.lines
        row: dict[str, object] = {
            "stats_compared": [*STATS, *(["minutes"] if minutes else []), *(["plus_minus"] if net else [])]
            if verifiable
            else [],
            "total_discrepancies": total if verifiable else None,
            "discrepancy_details": json.dumps(details, sort_keys=True) if verifiable else None,
            "causes": json.dumps(dict(sorted(Counter(cell.cause for cell in self.cells).items()))),
            "quality_grade": grade(total, match is not False) if verifiable else None,
        }
        for stat, name in _MAE.items():
            error = sum(abs(cell.difference) for cell in cells if cell.stat == stat)
            row[f"mae_{name}"] = error / players if verifiable and players else None
        return row | self._doubts()

    def _doubts(self) -> dict[str, object]:
        sums, count = self.sums, self.rows.stop - self.rows.start
        known = bool(self.lineups.known[self.game])
        status = "absent" if not known else "complete" if sums.both == count else "incomplete"
        fired = Counter(sums.repairs)
        if sums.corrected:
            fired["score_fell_back"] = sums.corrected
        notes = []
        if not self.facts["played"]:
            notes.append(f"status {self.facts['status']}: not final")
        elif self.facts["box_status"] != "full":
            notes.append(f"official box {self.facts['box_status']}")
        for (_, period, side), reason in sums.reasons:
            notes.append(f"period {period} {'away' if side else 'home'}: {reason}")
        if sums.unmapped:
            notes.append(f"{sums.unmapped} plays of unmapped types")
        return {
            "unattributed_points": sum(sums.unattributed),
            "lineup_status": status,
            "lineup_events": sums.both,
            "events": count,
            "repairs": [*(self.facts.get("repairs") or []), *(f"{rule}:{n}" for rule, n in sorted(fired.items()))],
            "notes": "; ".join(notes) or None,
        }
