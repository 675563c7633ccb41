"""Schedule, boxes, periods and lines of college games in the neutral model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from hooplake.games.cbbd.people import FOREIGN, People, Person
from hooplake.games.cbbd.raw import RawBody
from hooplake.games.leagues import LEAGUES
from hooplake.games.model import BettingLine, BoxLine, Game, PeriodScore, SourceDocument, TeamLine

_STATUS = {
    "final": "final", "in_progress": "in_progress", "scheduled": "scheduled", "postponed": "postponed",
    "cancelled": "canceled",
}  # fmt: skip
_SEASON_TYPES = {"preseason": 1, "regular": 2, "postseason": 3}
_COUNTS = (
    "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "pf",
)  # fmt: skip
_BROADCASTS = ("tv", "web", "radio")
Row = dict[str, Any]


def read_games(
    rows: Mapping[str, pa.Table], people: People, bodies: Mapping[str, Sequence[RawBody]],
    ranks: Mapping[str, tuple[int | None, int | None]],
) -> dict[str, Game]:  # fmt: skip
    """Games with everything but their plays.

    Args:
        rows: as `read_tables` gives them.
        people: their players.
        bodies: per game the raw bodies that tell of it.
        ranks: per game the places of its teams in the polls before it, home first.

    Returns:
        Games by id, sorted by it.
    """
    teams = {row["team_id"]: row for row in rows["dim_teams"].to_pylist()}
    by_game = {
        name: _grouped(rows[name])
        for name in ("fct_game_periods", "fct_game_teams", "fct_game_players", "fct_lines", "fct_game_media")
    }
    return {
        row["game_id"]: _game(
            row, {name: of.get(row["game_id"], []) for name, of in by_game.items()}, teams, people,
            bodies.get(row["game_id"], ()), ranks.get(row["game_id"], (None, None)),
        )
        for row in sorted(rows["fct_games"].to_pylist(), key=lambda row: str(row["game_id"]))
    }  # fmt: skip


def _grouped(table: pa.Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.to_pylist():
        found.setdefault(row["game_id"], []).append(row)
    return found


def _game(
    row: Row, own: Mapping[str, list[Row]], teams: Mapping[str, Row], people: People, bodies: Sequence[RawBody],
    ranks: tuple[int | None, int | None],
) -> Game:  # fmt: skip
    told = str(row["status"] or "")
    # a game of 0-0 that is called final was not played, or its score is not known
    status = "final" if row["is_final"] else "unknown" if told == "final" else _STATUS.get(told, "unknown")
    sides = {row["home_team_id"]: True, row["away_team_id"]: False}
    boxes = {box["team_id"]: box for box in own["fct_game_teams"]}
    lines = [_team(row, side, boxes, teams, rank) for side, rank in zip(("home", "away"), ranks, strict=True)]
    players = _players(own["fct_game_players"], sides, people)
    both = {player.team_id for player in players} >= {team for team in sides if team is not None}
    return Game(
        league="mbb",
        source="cbbd",
        season=row["season"],
        game_id=row["game_id"],
        game_date=row["game_date"],
        season_type=_SEASON_TYPES.get(str(row["season_type"])),
        tipoff_utc=row["start_time"],
        tipoff_known=None if row["start_time_tbd"] is None else not row["start_time_tbd"],
        status=status,
        status_detail=told or None,
        neutral_site=row["neutral_site"],
        home=lines[0],
        away=lines[1],
        rules=LEAGUES["mbb"].rules_in(row["season"]),
        venue_id=row["venue_id"],
        venue=row["venue"],
        venue_city=row["city"],
        venue_state=row["state"],
        attendance=row["attendance"] or None,
        network=_network(own["fct_game_media"]),
        note=row["notes"] or row["tournament"],
        box_status="absent" if not players else "full" if status == "final" and both else "partial",
        players=players,
        periods=[
            PeriodScore(line["team_id"], line["period"], sides[line["team_id"]], line["pts"])
            for line in own["fct_game_periods"]
            if line["team_id"] in sides and line["pts"] is not None
        ],
        lines=[_line(line) for line in own["fct_lines"]],
        kinds=tuple(sorted({name.endpoint for name in bodies})),
        documents=[
            SourceDocument(
                f"{name.endpoint}/{name.asof}.{name.time}-{name.parameters}-{name.content}",
                name.endpoint, order, status, True,
            )
            for order, name in enumerate(dict.fromkeys(bodies), 1)
        ],
    )  # fmt: skip


def _team(row: Row, side: str, boxes: Mapping[str, Row], teams: Mapping[str, Row], rank: int | None) -> TeamLine | None:
    """A team of a game; None where it is not known yet who it will be."""
    team, other = row[f"{side}_team_id"], row["away_team_id" if side == "home" else "home_team_id"]
    if team is None:
        return None
    about, box = teams.get(team, {}), boxes.get(team, {})
    final = row["is_final"]
    mine, theirs = (row["home_pts"], row["away_pts"]) if side == "home" else (row["away_pts"], row["home_pts"])
    total, charged = box.get("tov"), box.get("team_tov")
    return TeamLine(
        team_id=team,
        team=about.get("display_name") or about.get("school"),
        abbr=about.get("abbreviation"),
        location=about.get("school"),
        nickname=about.get("mascot"),
        color=about.get("primary_color"),
        home=side == "home",
        opponent_team_id=other,
        score=mine if final else None,
        points=box.get("pts"),
        tov=total - charged if total is not None and charged is not None and charged <= total else total,
        team_turnovers=charged,
        total_turnovers=total,
        technical_fouls=box.get("tech_fouls"),
        flagrant_fouls=box.get("flagrant_fouls"),
        points_off_turnovers=box.get("pts_off_tov"),
        fast_break_points=box.get("pts_fast_break"),
        points_in_paint=box.get("pts_in_paint"),
        largest_lead=box.get("largest_lead"),
        rank=rank,
        winner=mine > theirs if final else None,
        **{name: box.get(name) for name in _COUNTS},
    )


def _players(boxes: Sequence[Row], sides: Mapping[str, bool], people: People) -> list[BoxLine]:
    found: dict[str, BoxLine] = {}
    for order, box in enumerate(boxes):
        if box["team_id"] not in sides:
            continue
        person = people.of(box["game_id"], box["team_id"], box["player_source_id"], box["name"])
        if person.player_id in found:  # a roster that gives two men one id
            person = Person(f"{FOREIGN}{box['player_source_id']}")
        found[person.player_id] = _player(box, order, sides[box["team_id"]], person)
    return list(found.values())


def _player(box: Row, order: int, home: bool, person: Person) -> BoxLine:
    minutes = box["minutes"]
    return BoxLine(
        team_id=box["team_id"],
        player_id=person.player_id,
        player=box["name"],
        jersey=person.jersey,
        position=box["position"],
        home=home,
        starter=box["starter"],
        did_not_play=minutes is None,
        ejected=box["ejected"],
        list_order=order,
        minutes=None if minutes is None else math.floor(minutes + 0.5),
        points=box["pts"],
        tov=box["tov"],
        **{name: box[name] for name in _COUNTS},
    )


def _line(line: Row) -> BettingLine:
    return BettingLine(
        provider_id=line["provider"],
        provider=line["provider"],
        spread=line["spread"],
        total=line["over_under"],
        home_moneyline=line["home_moneyline"],
        away_moneyline=line["away_moneyline"],
        open_spread=line["spread_open"],
        open_total=line["over_under_open"],
    )


def _network(media: Sequence[Row]) -> str | None:
    """Television before streaming before radio; of several the first by name."""
    known = {kind: place for place, kind in enumerate(_BROADCASTS)}
    ranked = sorted((known.get(str(one["broadcast_type"]).lower(), len(known)), one["broadcast_name"]) for one in media)
    return ranked[0][1] if ranked else None
