"""Boxes: lines of all players and teams at a moment, between two, and in parts of a game."""

from __future__ import annotations

from typing import Any

import numpy as np

from hooplake.games.model import STATS
from hooplake.replay.moments import splits
from hooplake.replay.moments.answers import Box, BoxLine, IntervalLine, Span, Split, StatLine, TeamLine
from hooplake.replay.moments.data import GameData
from hooplake.replay.moments.lines import Figures
from hooplake.replay.moments.on_court import AWAY, HOME
from hooplake.replay.moments.rows import Rows
from hooplake.replay.moments.text import clock_text
from hooplake.replay.moments.timeline import Point


def score_fields(game: GameData, point: Point) -> dict[str, Any]:
    """The fields of `Score` at a moment."""
    home, away = game.timeline.score(point)
    return {
        **game.timeline.fields(point), "game_id": game.game_id, "home": str(game.home), "away": str(game.away),
        "home_score": home, "away_score": away,
    }  # fmt: skip


def box(game: GameData, point: Point) -> Box:
    """The box of both teams at a moment."""
    fives = {side: game.court.five_at(point, side) for side in (HOME, AWAY)}

    def on_court(player_id: str, home: bool | None) -> bool | None:
        five = None if home is None else fives[HOME if home else AWAY]
        return None if five is None else player_id in five

    rows = (
        BoxLine(**fields, on_court=on_court(player.player_id, player.home))
        for fields, player in zip(game.lines.fields(game.lines.until(point)), game.roster, strict=True)
    )
    return Box(**score_fields(game, point), lines=Rows(BoxLine, rows))


def between(game: GameData, start: Point, end: Point) -> Span:
    """What happened between two moments."""
    line = game.timeline
    home, away = (after - before for before, after in zip(line.score(start), line.score(end), strict=True))
    return Span(
        game_id=game.game_id,
        start=line.moment(start),
        end=line.moment(end),
        home_points=home,
        away_points=away,
        lines=Rows(StatLine, game.lines.answers(game.lines.between(start, end))),
    )


def periods(game: GameData, first: int, last: int) -> Span:
    """What happened from the first row of a period to the last row of another."""
    line = game.timeline
    row = int(np.searchsorted(line.period, first)) - 1
    return between(game, Point(row, first, float(game.rules.start(first))), line.end_of(last))


def intervals(game: GameData, seconds: float) -> Rows[IntervalLine]:
    """Lines of the players who did something or were on court, in every stretch of so many seconds."""
    line = game.timeline
    found: list[IntervalLine] = []
    for start, end in splits.stretches(line, seconds):
        figures = game.lines.between(start, end)
        clocks = (clock_text(line.clock_at(start)), clock_text(line.clock_at(end)))
        shown = _active(figures)
        found += [
            IntervalLine(**fields, period=end.period, start_clock=clocks[0], end_clock=clocks[1])
            for fields, show in zip(game.lines.fields(figures), shown, strict=True)
            if show
        ]
    return Rows(IntervalLine, found)


def split(game: GameData, name: str, situation: splits.Situation) -> Split:
    """What happened in a situation."""
    figures = splits.in_situation(game.lines, situation)
    lines = zip(game.lines.answers(figures), _active(figures), strict=True)
    home, away = game.court.points[:, situation.events].sum(axis=1).tolist()
    return Split(
        game_id=game.game_id,
        name=name,
        events=int(situation.events.sum()),
        seconds=situation.seconds,
        home_points=home,
        away_points=away,
        lines=Rows(StatLine, (line for line, show in lines if show)),
    )


def teams(game: GameData, point: Point) -> Rows[TeamLine]:
    """Totals of both teams at a moment, home first."""
    stats = game.lines.until(point).stats
    plays = game.plays.slice(0, point.row + 1)
    rows = []
    events, homes, actors = (plays[name].to_pylist() for name in ("event", "home", "player1_id"))
    for team, score in zip((game.home, game.away), game.timeline.score(point), strict=True):
        mine = [place for place, player in enumerate(game.roster) if player.home is team.home]
        totals = dict(zip(STATS, stats[mine].sum(axis=0).tolist(), strict=True))
        nobody = [
            event
            for event, home, actor in zip(events, homes, actors, strict=True)
            if home is team.home and actor is None
        ]
        extras = {
            "team_oreb": nobody.count("offensive_rebound"),
            "team_dreb": nobody.count("defensive_rebound"),
            "team_tov": nobody.count("turnover"),
            "possessions_counted": sum(
                own["home"] is team.home and own["end_event"] <= point.row for own in game.possessions
            ),
        }
        possessions = totals["fga"] - totals["oreb"] + totals["tov"] + extras["team_tov"] + 0.44 * totals["fta"]
        rows.append((team, score, totals, extras, round(possessions, 2)))
    minutes = point.elapsed / 60
    regulation = game.rules.regulation_periods * game.rules.regulation_seconds / 60
    pace = round(regulation * sum(row[4] for row in rows) / 2 / minutes, 1) if minutes else None
    return Rows(
        TeamLine,
        (
            TeamLine(
                team_id=team.team_id or "", team=team.team, abbr=team.abbr, home=team.home, score=score, **totals,
                **extras, unattributed_points=score - totals["points"], possessions=possessions, pace=pace,
            )
            for team, score, totals, extras, possessions in rows
        ),
    )  # fmt: skip


def _active(figures: Figures) -> list[bool]:
    """Who did something or was on court."""
    active: list[bool] = (figures.stats.any(axis=1) | (np.nan_to_num(figures.seconds) > 0)).tolist()
    return active
