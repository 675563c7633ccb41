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
from hooplake.replay.moments.on_court import AWAY, HOME
from hooplake.replay.moments.rows import Rows
from hooplake.replay.moments.scoring import Streak
from hooplake.replay.moments.text import clock_text, period_name
from hooplake.replay.moments.timeline import Point


def state(game: GameData, point: Point) -> GameState:
    """Everything that is the case at a moment."""
    play = game.plays.slice(point.row, 1).to_pylist()[0] if point.row >= 0 else {"event": None, "description": None}
    return GameState(
        **score_fields(game, point),
        event=play["event"],
        description=play["description"],
        wallclock=game.timeline.wall(point),
        possession=possession(game, point),
        home_on_court=five(game, point, HOME),
        away_on_court=five(game, point, AWAY),
    )


def possession(game: GameData, point: Point) -> Side | None:
    """The side with the ball after a moment's last event; None before the first play and between periods."""
    line, row = game.timeline, point.row
    own = next((own for own in game.possessions if own["start_event"] <= row <= own["end_event"]), None)
    if (
        own is None
        or (row + 1 == line.count and line.final)
        or line.period[min(row + 1, line.count - 1)] > line.period[row]
    ):
        return None
    # whose possession ends with a basket, a turnover or the rebound of the others, has given the ball away with it
    gave = row == own["end_event"] and own["end_reason"] not in ("other", "period_end")
    return "home" if own["home"] is not gave else "away"


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
    """Stays of fives of both teams or of one, home first, in order of time."""
    return Rows(LineupStint, (LineupStint(**row) for row in _units(game, team)))


def _units(game: GameData, team: Team | None) -> list[dict[str, Any]]:
    """The fields of `LineupStint`, home first."""
    names = [
        "home", "lineup", "period", "start_event", "end_event", "start_elapsed_seconds", "end_elapsed_seconds",
        "seconds", "points_for", "points_against", "plus_minus", "possessions", "opponent_possessions",
    ]  # fmt: skip
    found = []
    for row in game.rows("gold.lineup_stints", names).to_pylist():
        home, ids = row.pop("home"), tuple(row.pop("lineup").split("-"))
        if team is not None and home != team.home:
            continue
        row["net_points"] = row.pop("plus_minus")
        players = tuple(str(game.players.get(player, player)) for player in ids)
        side: Side = "home" if home else "away"
        found.append({"side": side, "team": str(game.team(home=home)), "player_ids": ids, "players": players, **row})
    return sorted(found, key=lambda row: (row["side"] == "away", row["start_event"]))


_SUMMED = ("seconds", "points_for", "points_against", "net_points", "possessions", "opponent_possessions")


def lineups(game: GameData, team: Team | None) -> Rows[Lineup]:
    """Fives of both teams or of one with all their stays, those that were on court longest first."""
    totals: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for row in _units(game, team):
        own = totals.setdefault((row["side"], row["player_ids"]), {**row, "stints": 0, **dict.fromkeys(_SUMMED, 0)})
        own["stints"] += 1
        for name in _SUMMED:
            own[name] += row[name]
    ordered = sorted(totals.values(), key=lambda row: (row["side"] == "away", -row["seconds"], row["player_ids"]))
    names = Lineup.__struct_fields__
    return Rows(
        Lineup,
        (Lineup(**{name: row[name] for name in names} | {"seconds": round(row["seconds"], 1)}) for row in ordered),
    )


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
