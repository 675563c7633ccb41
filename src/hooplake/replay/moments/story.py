"""How a game went, event by event: scoring, runs, plays, who was on court, the verdict on the replay."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from hooplake.games.model import STATS
from hooplake.replay.moments.accounts import (
    Difference,
    Lineup,
    LineupStint,
    PeriodScore,
    Play,
    PlayerPoint,
    PlayerStint,
    Run,
    ScoreChange,
    Summary,
    Verification,
)
from hooplake.replay.moments.answers import GameState, OnCourt, Side
from hooplake.replay.moments.boxes import score_fields
from hooplake.replay.moments.data import STINTS, GameData
from hooplake.replay.moments.lookup import one_row
from hooplake.replay.moments.names import Player, Team
from hooplake.replay.moments.on_court import AWAY, HOME, Stay
from hooplake.replay.moments.possession import possession
from hooplake.replay.moments.rows import Rows
from hooplake.replay.moments.scoring import Streak
from hooplake.replay.moments.text import clock_text, period_name
from hooplake.replay.moments.timeline import Point

_LOOK_BACK = 60
"""Plays that are looked at to tell who has the ball."""


def state(game: GameData, point: Point) -> GameState:
    """Everything that is the case at a moment."""
    recent = game.plays.slice(max(point.row - _LOOK_BACK, 0), min(point.row, _LOOK_BACK) + 1).to_pylist()
    if point.row < 0:
        recent = []
    sides = {player.player_id: player.home for player in game.roster if player.home is not None}
    return GameState(
        **score_fields(game, point),
        event=recent[-1]["event"] if recent else None,
        description=recent[-1]["description"] if recent else None,
        wallclock=game.timeline.wall(point),
        possession=possession(recent, sides),
        home_on_court=five(game, point, HOME),
        away_on_court=five(game, point, AWAY),
    )


def on_court(game: GameData, point: Point) -> OnCourt:
    """Who is on court at a moment."""
    fields = game.timeline.fields(point)
    return OnCourt(**fields, home=five(game, point, HOME), away=five(game, point, AWAY))


def five(game: GameData, point: Point, side: int) -> tuple[Player, ...] | None:
    """The five of a side, in the order of the official box."""
    ids = game.court.five_at(point, side)
    return None if ids is None else tuple(player for player in game.roster if player.player_id in ids)


def score_changes(game: GameData, rows: Iterable[int]) -> Rows[ScoreChange]:
    """Events that changed the score."""
    return Rows(ScoreChange, (ScoreChange(**_change(game, row)) for row in rows))


def _change(game: GameData, row: int) -> dict[str, Any]:
    line, play = game.timeline, game.plays.slice(row, 1).to_pylist()[0]
    home, away = int(line.home[row]), int(line.away[row])
    return {
        **line.event_clock(row), "home_score": home, "away_score": away,
        "home_points": home - (int(line.home[row - 1]) if row else 0),
        "away_points": away - (int(line.away[row - 1]) if row else 0), "margin": home - away,
        "player_id": play["player1_id"] if play["points"] else None, "description": play["description"],
    }  # fmt: skip


def nth_point(game: GameData, player: Player, number: int) -> PlayerPoint | None:
    """The event with which a player had so many points."""
    rows = game.scoring.rows
    points = game.lines.stats(rows)[:, game.roster.index(player), STATS.index("points")]
    reached = np.flatnonzero(points >= number)
    if not len(reached):
        return None
    place = int(reached[0])
    before = int(points[place - 1]) if place else 0
    return PlayerPoint(**_change(game, int(rows[place])), points_before=before, points_after=int(points[place]))


def run(game: GameData, streak: Streak) -> Run:
    """A run as an answer."""
    line, side = game.timeline, "home" if streak.home else "away"
    first, last = streak.first, streak.last
    return Run(
        side="home" if side == "home" else "away",
        team=str(game.team(home=streak.home)),
        points=streak.points,
        start_event=first,
        end_event=last,
        start_period=int(line.period[first]),
        start_clock=clock_text(float(line.clock[first])),
        end_period=int(line.period[last]),
        end_clock=clock_text(float(line.clock[last])),
        seconds=round(float(line.elapsed[last] - line.elapsed[first]), 1),
        home_score=int(line.home[last]),
        away_score=int(line.away[last]),
    )


def plays(game: GameData, rows: Iterable[int], wanted: Callable[[Mapping[str, Any]], bool]) -> Rows[Play]:
    """Plays of some events, those that are wanted."""
    line = game.timeline
    places = list(rows)
    listed = game.plays.take(places).to_pylist() if places else []
    sides: dict[bool | None, Side | None] = {True: "home", False: "away", None: None}
    return Rows(
        Play,
        (
            Play(
                **line.event_clock(row), event=play["event"], kind=play["kind"], side=sides[play["home"]],
                player1_id=play["player1_id"], player2_id=play["player2_id"], player3_id=play["player3_id"],
                points=play["points"], home_score=int(line.home[row]), away_score=int(line.away[row]),
                description=play["description"],
            )
            for row, play in zip(places, listed, strict=True)
            if wanted(play)
        ),
    )  # fmt: skip


def stints(game: GameData, player: Player | None) -> Rows[PlayerStint]:
    """Stays on court of all players or of one, by player."""
    names = [name for name in PlayerStint.__struct_fields__ if name != "player"]
    order = {player.player_id: place for place, player in enumerate(game.roster)}
    found = [
        row for row in game.rows(STINTS, names).to_pylist() if player is None or row["player_id"] == player.player_id
    ]
    found.sort(key=lambda row: (order[row["player_id"]], row["stint_num"]))
    return Rows(PlayerStint, (PlayerStint(**row, player=game.players[row["player_id"]].player) for row in found))


def lineup_stints(game: GameData, team: Team | None) -> Rows[LineupStint]:
    """Stays of fives of both teams or of one, in order of time."""
    stays = [stay for stay in game.court.stays() if team is None or (stay.side == HOME) == team.home]
    return Rows(LineupStint, (_lineup_stint(game, stay) for stay in stays))


def _lineup_stint(game: GameData, stay: Stay) -> LineupStint:
    return LineupStint(
        **_five(game, stay.side, stay.five),
        period=stay.period,
        start_event=stay.first,
        end_event=stay.after,
        start_elapsed_seconds=stay.start,
        end_elapsed_seconds=stay.end,
        seconds=round(stay.end - stay.start, 1),
        points_for=stay.scored,
        points_against=stay.allowed,
        net_points=stay.scored - stay.allowed,
    )


def lineups(game: GameData, team: Team | None) -> Rows[Lineup]:
    """Fives of both teams or of one with all their stays, those that were on court longest first."""
    totals: dict[tuple[int, int], list[float]] = {}
    for stay in game.court.stays():
        if team is None or (stay.side == HOME) == team.home:
            sums = totals.setdefault((stay.side, stay.five), [0, 0.0, 0, 0])
            for place, value in enumerate((1, stay.end - stay.start, stay.scored, stay.allowed)):
                sums[place] += value
    ordered = sorted(totals.items(), key=lambda item: (item[0][0], -item[1][1], item[0][1]))
    return Rows(
        Lineup,
        (
            Lineup(
                **_five(game, side, number), stints=int(count), seconds=round(seconds, 1), points_for=int(scored),
                points_against=int(allowed), net_points=int(scored - allowed),
            )
            for (side, number), (count, seconds, scored, allowed) in ordered
        ),
    )  # fmt: skip


def _five(game: GameData, side: int, number: int) -> dict[str, Any]:
    ids = game.court.fives[number]
    return {
        "side": "home" if side == HOME else "away", "team": str(game.team(home=side == HOME)), "player_ids": ids,
        "players": tuple(str(game.players.get(player, player)) for player in ids),
    }  # fmt: skip


def line_score(game: GameData) -> Rows[PeriodScore]:
    """Points of both teams per period, by the plays."""
    line = game.timeline
    scores = [(0, 0), *(line.score(line.end_of(period)) for period in range(1, line.last_period + 1))]
    return Rows(
        PeriodScore,
        (
            PeriodScore(
                period=period,
                period_name=period_name(period, game.rules),
                home_points=scores[period][0] - scores[period - 1][0],
                away_points=scores[period][1] - scores[period - 1][1],
            )
            for period in range(1, line.last_period + 1)
        ),
    )


def verification(game: GameData) -> Verification | None:
    """How the replay compares with the official box; None where it was not compared."""
    facts = one_row(game.rows("gold.box_score_verification"))
    if facts is None:
        return None
    for name in ("causes", "discrepancy_details"):
        facts[name] = json.loads(facts[name]) if facts[name] is not None else None
    cells = game.rows("gold.box_score_differences", Difference.__struct_fields__).to_pylist()
    return Verification(
        game_id=game.game_id,
        quality_grade=facts["quality_grade"],
        cells_compared=facts["cells_compared"],
        cells_equal=facts["cells_equal"],
        final_score_match=facts["final_score_match"],
        facts=facts,
        differences=Rows(Difference, (Difference(**cell) for cell in cells)),
    )


def summary(game: GameData) -> Summary:
    """What a game was, on one page."""
    more = one_row(game.rows("silver.fct_games", ["status_detail", "venue", "attendance"])) or {}
    where = game.rows.partition
    facts: dict[str, Any] = {
        "game_id": game.game_id, "league": str(where["league"]), "source": str(where["source"]),
        "season": int(str(where["season"])), "game_date": game.game_date, "status": game.status,
        "home": str(game.home), "away": str(game.away), "home_team": game.home.team, "away_team": game.away.team, **more,
    }  # fmt: skip
    if not game.has_plays:
        home, away = game.score
        return Summary(**facts, home_score=home, away_score=away, events=0, line_score=_official_line_score(game))
    line, scoring = game.timeline, game.scoring
    verdict = one_row(game.rows("gold.box_score_verification", ["quality_grade"])) or {"quality_grade": None}
    leads = {home: scoring.largest_lead(home=home) for home in (True, False)}
    home, away = game.score if game.final else line.score(line.end_of(line.last_period))
    longest = max(scoring.streaks(), key=lambda streak: streak.points, default=None)
    return Summary(
        **facts,
        **verdict,
        home_score=home,
        away_score=away,
        events=line.count,
        line_score=line_score(game),
        lead_changes=len(scoring.lead_changes()),
        ties=len(scoring.ties()),
        home_largest_lead=0 if leads[True] is None else int((line.home - line.away)[leads[True]]),
        away_largest_lead=0 if leads[False] is None else int((line.away - line.home)[leads[False]]),
        time_leading=scoring.time_leading(),
        biggest_run=run(game, longest) if longest else None,
    )


def _official_line_score(game: GameData) -> Rows[PeriodScore]:
    """Points of both teams per period, by the document's line score."""
    rows = game.rows("silver.fct_game_periods", ["period", "home", "points"]).to_pylist()
    points = {(row["period"], row["home"]): row["points"] for row in rows}
    both = [period for period, home in points if home and (period, False) in points]
    return Rows(
        PeriodScore,
        (
            PeriodScore(
                period=period,
                period_name=period_name(period, game.rules),
                home_points=points[period, True],
                away_points=points[period, False],
            )
            for period in sorted(both)
        ),
    )
