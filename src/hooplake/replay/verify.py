"""The replay beside the official box: every cell, and a cause for every difference."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.games.model import STATS
from hooplake.replay.causes import Cell, GameFacts, find_causes
from hooplake.replay.comparisons import (
    Compared,
    PlayerCell,
    TeamCell,
    compare_figure,
    compare_lines,
    compare_periods_of_teams,
    compare_teams,
)
from hooplake.replay.events import Score
from hooplake.replay.game_sums import GameSums, game_sums
from hooplake.replay.inputs import Float, Inputs, Names
from hooplake.replay.stints import Lineups
from hooplake.replay.team_counts import team_totals

_MAE = {
    "points": "mae_points", "reb": "mae_rebounds", "ast": "mae_assists", "stl": "mae_steals", "blk": "mae_blocks",
    "tov": "mae_turnovers",
}  # fmt: skip
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
    names: Names,
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
        names: what reads ids and sequence numbers of plays of the games that differ.
    """
    players = inputs.players
    actual = np.where(players.played[:, None], players.line, 0.0)
    known = ~np.isnan(actual)
    compared = _Compared(
        compare_lines(inputs, final, actual, known),
        # whole minutes: seconds / 60, rounded half up as the source rounds
        compare_figure(inputs, np.floor(seconds / 60 + 0.5), players.minutes, "minutes"),
        compare_figure(inputs, plus_minus, players.plus_minus, "plus_minus"),
        compare_teams(inputs, team_totals(inputs, final), tables["silver.fct_game_teams"]),
        compare_periods_of_teams(inputs, score, tables["silver.fct_game_periods"]),
    )
    facts, sums = inputs.games.select(_FACTS).to_pylist(), game_sums(inputs, known, score, lineups)
    found = Verified({}, [])
    rows: list[dict[str, object]] = []
    games = [
        _Game(inputs, game, game_id, lineups, facts[game], sums[game]) for game, game_id in enumerate(inputs.game_ids)
    ]
    counts = [one.compare(compared) for one in games]
    differing = [one for one in games if one.cells]
    if differing:
        named = names([one.game_id for one in differing])
        cuts = np.cumsum([0, *(one.rows.stop - one.rows.start for one in differing)]).tolist()
        for one, start, stop in zip(differing, cuts, cuts[1:], strict=False):
            find_causes(one.facts_of_causes(named.slice(start, stop - start)), one.cells)
    for one, counted in zip(games, counts, strict=True):
        rows.append(counted | one.summary(counted))
        found.cells.extend(sorted(one.cells, key=lambda cell: (cell.scope, cell.entity_id, cell.stat)))
        verdict = rows[-1]["quality_grade"]
        found.passed.append(None if verdict is None else verdict in ("A", "B", "C"))
    found.games = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    return found


def _json(values: Mapping[str, object]) -> str:
    return json.dumps(values, sort_keys=True) if values else "{}"  # as it is for nearly every game


class _Compared(NamedTuple):
    """Every kind of cells, of all games."""

    lines: Compared[PlayerCell]
    minutes: Compared[PlayerCell]
    plus_minus: Compared[PlayerCell]
    teams: Compared[TeamCell]
    periods: Compared[TeamCell]


class _Game:
    """Verification of one game."""

    def __init__(
        self, inputs: Inputs, game: int, game_id: str, lineups: Lineups, facts: dict[str, Any], sums: GameSums
    ) -> None:
        self.inputs, self.game, self.game_id, self.facts, self.sums = inputs, game, game_id, facts, sums
        self.lineups = lineups
        self.verifiable = bool(facts["played"]) and facts["box_status"] == "full"
        self.rows = slice(int(inputs.bounds[game]), int(inputs.bounds[game + 1]))
        self.cells: list[Cell] = []

    def compare(self, compared: _Compared) -> dict[str, object]:
        """Collect the cells that differ; what is compared and what is equal."""
        facts, home, away = self.facts, self.sums.home, self.sums.away
        played, verifiable = bool(facts["played"]), self.verifiable
        told = played and facts["home_score"] is not None and facts["away_score"] is not None
        match = (home, away) == (facts["home_score"], facts["away_score"]) if told else None
        row: dict[str, object] = {
            "game_id": self.game_id, "game_date": facts["game_date"], "status": facts["status"],
            "box_status": facts["box_status"], "home_score_generated": home, "away_score_generated": away,
            "home_score_actual": facts["home_score"] if played else None,
            "away_score_actual": facts["away_score"] if played else None,
            "final_score_match": match,
        }  # fmt: skip
        lines = self._of_players(compared.lines, verifiable)
        # totals may be known without a player's box: of a log, say
        teams = self._of_teams(compared.teams, "team", verifiable or (played and facts["box_status"] == "absent"))
        line_score, _ = self._of_teams(compared.periods, "period_score", played)
        row["period_scores_match"] = self.game not in compared.periods.cells if line_score else None
        if match is False:
            self._final_cells(home, away)
        minutes = self._of_players(compared.minutes, verifiable)
        net = self._of_players(compared.plus_minus, verifiable)
        return row | {
            "cells_compared": lines[0], "cells_equal": lines[1],
            "team_cells_compared": teams[0], "team_cells_equal": teams[1],
            "minutes_compared": minutes[0], "minutes_equal": minutes[1],
            "plus_minus_compared": net[0], "plus_minus_equal": net[1],
        }  # fmt: skip

    def _cell(
        self, scope: str, entity: str, team: str | None, player: str | None, stat: str, generated: int, actual: int
    ) -> None:
        self.cells.append(
            Cell(self.game_id, self.facts["game_date"], scope, entity, team, player, stat, generated, actual)
        )

    def _of_players(self, kind: Compared[PlayerCell], wanted: bool) -> tuple[int, int]:
        """Cells of players of this game, if they can be judged: compared and equal ones."""
        if not wanted:
            return 0, 0
        inputs = self.inputs
        for slot, stat, generated, actual in kind.cells.get(self.game, ()):
            self._cell(
                "player", inputs.player_ids[slot].as_py(), inputs.team_ids[slot].as_py(),
                inputs.player_names[slot].as_py(), stat, generated, actual,
            )  # fmt: skip
        return kind.compared[self.game], kind.equal[self.game]

    def _of_teams(self, kind: Compared[TeamCell], scope: str, wanted: bool) -> tuple[int, int]:
        """Likewise, of teams."""
        if not wanted:
            return 0, 0
        for team, stat, generated, actual in kind.cells.get(self.game, ()):
            self._cell(scope, team, team, None, stat, generated, actual)
        return kind.compared[self.game], kind.equal[self.game]

    def _final_cells(self, home: int, away: int) -> None:
        for side, generated in (("home", home), ("away", away)):
            actual, team = self.facts[f"{side}_score"], self.facts[f"{side}_team_id"]
            if generated != actual:
                self._cell("final_score", str(team), str(team), None, "points", generated, int(actual))

    def facts_of_causes(self, named: pa.Table) -> GameFacts:
        """What the causes look at, with the ids and sequence numbers of the plays."""
        inputs, rows = self.inputs, self.rows
        ids = inputs.player_ids
        return GameFacts(
            box_status=self.facts["box_status"],
            events=inputs.event[rows].tolist(),
            players=[
                tuple(ids[int(s)].as_py() if s >= 0 else None for s in row)
                for row in zip(inputs.player1[rows], inputs.player2[rows], strict=True)
            ],
            sequences=named["sequence"].to_pylist(),
            play_ids=named["play_id"].to_pylist(),
            unattributed={
                str(self.facts["home_team_id"]): self.sums.unattributed[0],
                str(self.facts["away_team_id"]): self.sums.unattributed[1],
            },
            college=inputs.league in ("mbb", "wbb"),
        )

    def summary(self, counted: Mapping[str, object]) -> dict[str, object]:
        """What the cells, with their causes, come to.

        Args:
            counted: what `compare` returned.
        """
        cells = [cell for cell in self.cells if cell.scope == "player" and cell.stat in STATS]
        errors: Counter[str] = Counter()
        for cell in cells:
            errors[cell.stat] += abs(cell.difference)
        total = errors.total()
        details: dict[str, dict[str, object]] = {}
        for cell in self.cells:
            if cell.scope == "player":
                details.setdefault(cell.entity_id, {})[cell.stat] = {
                    "generated": cell.generated, "actual": cell.actual, "diff": cell.difference, "cause": cell.cause,
                }  # fmt: skip
        causes = Counter(cell.cause for cell in self.cells) if self.cells else {}
        players = self.sums.lines
        row: dict[str, object] = {
            "stats_compared": [*STATS, *(name for name in ("minutes", "plus_minus") if counted[f"{name}_compared"])]
            if self.verifiable
            else [],
            "total_discrepancies": total if self.verifiable else None,
            "discrepancy_details": _json(details) if self.verifiable else None,
            "causes": _json(causes),
            "quality_grade": grade(total, counted["final_score_match"] is not False) if self.verifiable else None,
        }
        for stat, name in _MAE.items():
            row[name] = errors[stat] / players if self.verifiable and players else None
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
