"""Compares a lake of college games with the server that it was fetched from, row for row and value for value.

``python -m tools.compare_with_server LAKE --season 2024 --season 2025 --teams 364 --days 115`` makes the league of
``hooplake simulate serve`` with the same arguments anew and asks it for all rows, without caps and without a network.
Every bronze table must hold these and no others; silver the same under its own names; gold the results of the games as
they were simulated. It ends with 1 where a row is missing, too many or different, and prints the first ones.

Nothing here uses the code that made the lake: a value is looked up by the path that the spec of its column names.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

import hooplake
from hooplake.lake.table import TableSpec, Type
from hooplake.lakehouse import Lakehouse
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.simulate.servers.serve import make_servers
from hooplake.sources.cbbd.endpoints import Endpoint, endpoints

Row = dict[str, Any]
_FIRST = 5
_DAYS = 4

# Silver table: endpoint with list, and where the values of its columns are in an element; ^ is the row around it.
SILVER: dict[str, tuple[str, dict[str, str]]] = {
    "dim_conferences": ("conferences", {"conference_id": "id", "name": "name", "abbreviation": "abbreviation"}),
    "dim_team_conferences": (
        "conferences_history.teams",
        {"team_id": "id", "conference_id": "^id", "start_season": "startSeason", "end_season": "endSeason", "school": "school"},
    ),
    "dim_teams": ("teams", {"team_id": "id", "source_id": "sourceId", "school": "school", "venue_id": "currentVenueId"}),
    "dim_venues": ("venues", {"venue_id": "id", "name": "name", "city": "city", "state": "state"}),
    "dim_lines_providers": ("lines_providers", {"provider_id": "id", "name": "name"}),
    "dim_play_types": ("plays_types", {"play_type_id": "id", "name": "name"}),
    "dim_draft_teams": ("draft_teams", {"draft_team_id": "id"}),
    "dim_draft_positions": ("draft_positions", {"name": "name", "abbreviation": "abbreviation"}),
    "dim_team_seasons": ("teams_season", {"team_id": "id", "school": "school"}),
    "fct_games": (
        "games",
        {
            "game_id": "id", "source_id": "sourceId", "start_time": "startDate", "status": "status", "season_type": "seasonType",
            "home_team_id": "homeTeamId", "away_team_id": "awayTeamId", "home_pts": "homePoints", "away_pts": "awayPoints",
            "home_winner": "homeWinner", "away_winner": "awayWinner", "home_elo_start": "homeTeamEloStart", "venue_id": "venueId",
            "attendance": "attendance", "excitement": "excitement", "conference_game": "conferenceGame",
        },
    ),
    "fct_game_media": (
        "games_media.broadcasts",
        {"game_id": "^gameId", "broadcast_type": "broadcastType", "broadcast_name": "broadcastName"},
    ),
    "fct_game_teams": (
        "games_teams",
        {
            "game_id": "gameId", "team_id": "teamId", "opponent_id": "opponentId", "is_home": "isHome",
            "pts": "teamStats.points.total", "fgm": "teamStats.fieldGoals.made", "fga": "teamStats.fieldGoals.attempted",
            "fg3m": "teamStats.threePointFieldGoals.made", "fta": "teamStats.freeThrows.attempted",
            "oreb": "teamStats.rebounds.offensive", "tov": "teamStats.turnovers.total", "pf": "teamStats.fouls.total",
            "ast": "teamStats.assists", "possessions_api": "teamStats.possessions", "minutes_api": "gameMinutes",
        },
    ),
    "fct_game_players": (
        "games_players.players",
        {
            "game_id": "^gameId", "team_id": "^teamId", "player_source_id": "athleteSourceId", "name": "name", "starter": "starter",
            "minutes": "minutes", "pts": "points", "fgm": "fieldGoals.made", "fg3a": "threePointFieldGoals.attempted",
            "dreb": "rebounds.defensive", "ast": "assists", "stl": "steals", "blk": "blocks", "tov": "turnovers", "pf": "fouls",
        },
    ),
    "fct_plays": (
        "plays_date",
        {
            "play_id": "id", "game_id": "gameId", "play_type": "playType", "team_id": "teamId", "period": "period",
            "clock": "clock", "seconds_remaining": "secondsRemaining", "home_score": "homeScore", "away_score": "awayScore",
            "scoring_play": "scoringPlay", "score_value": "scoreValue", "play_text": "playText",
            "shot_shooter_id": "shotInfo.shooter.id", "shot_made": "shotInfo.made", "shot_loc_x": "shotInfo.location.x",
        },
    ),
    "fct_play_participants": (
        "plays_date.participants", {"play_id": "^id", "player_id": "id", "game_id": "^gameId", "name": "name"},
    ),
    "fct_play_on_floor": ("plays_date.onFloor", {"play_id": "^id", "player_id": "id", "game_id": "^gameId"}),
    "fct_rankings": (
        "rankings",
        {"season_type": "seasonType", "week": "week", "poll_type": "pollType", "team_id": "teamId", "ranking": "ranking"},
    ),
    "fct_ratings_adjusted": ("ratings_adjusted", {"team_id": "teamId"}),
    "fct_ratings_srs": ("ratings_srs", {"team_id": "teamId", "rating": "rating"}),
    "fct_ratings_elo": ("ratings_elo", {"team_id": "teamId"}),
    "fct_team_season_stats": (
        "stats_team_season",
        {"team_id": "teamId", "games": "games", "wins": "wins", "pts": "teamStats.points.total", "opp_tov": "opponentStats.turnovers.total"},
    ),
    "fct_player_season_stats": (
        "stats_player_season",
        {"team_id": "teamId", "player_id": "athleteId", "games": "games", "pts": "points", "fta": "freeThrows.attempted"},
    ),
    "fct_team_season_shooting": ("stats_team_shooting_season", {"team_id": "teamId"}),
    "fct_player_season_shooting": ("stats_player_shooting_season", {"team_id": "teamId", "player_id": "athleteId"}),
    "fct_rosters": (
        "teams_roster.players",
        {"team_id": "^teamId", "player_id": "id", "player_source_id": "sourceId", "name": "name", "jersey": "jersey"},
    ),
    "fct_recruiting_players": ("recruiting_players", {"recruit_id": "id", "class_year": "year", "stars": "stars", "rating": "rating"}),
    "fct_recruiting_teams": ("recruiting_teams", {"class_year": "year", "team_id": "teamId"}),
    "fct_transfers": ("recruiting_portal", {"transfer_id": "id"}),
    "fct_draft_picks": ("draft_picks", {"year": "year", "overall": "overall", "player_id": "athleteId", "name": "name"}),
}  # fmt: skip


class Compared(NamedTuple):
    """One table.

    Attributes:
        season: the season; 0 for a table without.
        rows: rows of the server.
        columns: columns that were compared.
        wrong: what is not as it should be, the first few rows in words.
    """

    table: str
    season: int
    rows: int
    columns: int
    wrong: list[str]


def compare(lake: Lakehouse, server: CbbdServer, seasons: Iterable[int]) -> Iterator[Compared]:
    """Every table that a default backfill and its build make, against all rows of the server.

    Args:
        lake: the lake.
        server: one that knows what the other knew, and cuts no answer.
        seasons: the seasons that were fetched.
    """
    silver = defaultdict(list)
    for table, (source, columns) in SILVER.items():
        silver[source].append((f"silver.cbbd_{table}", columns))
    years = list(seasons)
    for one in endpoints().values():
        if one.default != "on":
            continue
        for season in [0] if one.strategy == "snapshot" else years:
            tables = [(f"bronze.{one.name}", "", _paths(lake.tables[f"bronze.{one.name}"]))]
            tables += [(_child(one, field), field, _paths(lake.tables[_child(one, field)])) for field in one.lists]
            for source in (one.name, *(f"{one.name}.{field}" for field in one.lists)):
                tables += [(name, source.partition(".")[2], columns) for name, columns in silver[source]]
            total: Counter[str] = Counter()
            for games, rows in _answers(server, one, season):
                for name, field, columns in tables:
                    spec = lake.tables[name]
                    wanted = _last(_expected(spec, rows, field, columns), _key(spec, columns))
                    if games is None:
                        yield _against(lake, spec, season, wanted)
                        continue
                    total[name] += len(wanted)
                    part = _of_games(spec, f"bronze.{one.name}", games)
                    if (found := _against(lake, spec, season, wanted, part)).wrong:
                        yield found
            for name, count in total.items():
                key = ", ".join(lake.tables[name].key)
                keys = f"select distinct {key} from {name} where season = {season}"
                number = lake.sql(f"select count(*) from ({keys})").column(0)[0].as_py()
                wrong = [] if number == count else [f"{number:,} rows instead of {count:,}"]
                yield Compared(name, season, count, len(next(c for n, _, c in tables if n == name)), wrong)
    for season in years:
        yield from _gold(lake, server, season)


def _child(one: Endpoint, field: str) -> str:
    return f"bronze.{one.name}_{''.join(f'_{c.lower()}' if c.isupper() else c for c in field)}"


def _paths(spec: TableSpec) -> dict[str, str]:
    """Where each column of a bronze table is in an element; what is of the row around a list element begins with ^."""
    found = {
        name: column.meaning.partition(",")[0]
        for name, column in spec.columns.items()
        if name not in spec.partition and column.meaning.endswith(", as the API sends it")
    }
    if not any("[]." in path for path in found.values()):
        return found
    return {name: path.partition("[].")[2] if "[]." in path else f"^{path}" for name, path in found.items()}


def _answers(server: CbbdServer, one: Endpoint, season: int) -> Iterator[tuple[list[int] | None, list[Row]]]:
    """All rows of an endpoint and season; plays in pieces, with the games of each, since a season of them is too much."""
    if one.strategy != "date":
        params = {} if one.strategy == "snapshot" else {one.season_param: str(season)}
        yield None, msgspec.json.decode(msgspec.json.encode(server.rows(one.name, params)))
        return
    days: dict[str, list[int]] = defaultdict(list)
    for number, (_, head) in server.college.games.items():
        if head["season"] == season:
            days[head["startDate"][:10]].append(number)
    for place in range(0, len(days), _DAYS):
        here = sorted(days)[place : place + _DAYS]
        games = {number for day in here for number in days[day]}
        rows = [row for day in here for row in server.rows(one.name, {"date": day}) if row["gameId"] in games]
        yield sorted(games), rows


def _of_games(spec: TableSpec, plays: str, games: Sequence[int]) -> str:
    """A condition for the rows of some games."""
    among = f"game_id in ({', '.join(repr(str(number)) for number in games)})"
    return among if "game_id" in spec.columns else f"id in (select id from {plays} where {among})"


def _expected(spec: TableSpec, rows: Sequence[Row], field: str, columns: Mapping[str, str]) -> pa.Table:
    places = [(row, element) for row in rows for element in (row[field] or () if field else (row,))]
    arrays = {}
    for name, path in columns.items():
        above = path.startswith("^")
        values: list[Any] = [place[0] if above else place[1] for place in places]
        for part in path.removeprefix("^").split("."):
            values = [value.get(part) if value is not None else None for value in values]
        arrays[name] = _array(spec.columns[name].type, values)
    return pa.table(arrays)


def _array(kind: Type, values: list[Any]) -> pa.Array:
    if kind.kind == "text":
        return pa.array(
            [None if v is None or v == -1 else v if type(v) is str else str(v) for v in values], pa.string()
        )
    if kind.kind == "timestamp":
        moments = [None if v is None else datetime.fromisoformat(v).astimezone(UTC) for v in values]
        return pa.array(moments, kind.arrow)
    if kind.kind == "date":
        return pa.array([None if v is None else date.fromisoformat(v[:10]) for v in values], kind.arrow)
    if kind.kind in ("float64", "decimal"):
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    return pa.array(values, kind.arrow)


def _key(spec: TableSpec, columns: Mapping[str, str]) -> list[str]:
    return [name for name in spec.key if name in columns]


def _last(table: pa.Table, key: Sequence[str]) -> pa.Table:
    """Each key once, in its order; of several rows the one told last."""
    table = table.append_column("__place", pa.array(range(len(table)), pa.int64()))
    last = table.group_by(list(key)).aggregate([("__place", "max")]).column("__place_max")
    return table.take(last).drop_columns(["__place"]).sort_by([(name, "ascending") for name in key])


def _against(lake: Lakehouse, spec: TableSpec, season: int, wanted: pa.Table, part: str = "") -> Compared:
    key = _key(spec, dict.fromkeys(wanted.column_names, ""))
    days = "asof" if spec.layer == "bronze" else "date" if "date" in spec.key else ""
    where = f"where season = {season}" if season and "season" in spec.columns else ""
    if not where and season:
        where = f"where class_year = {season}" if "class_year" in spec.columns else f"where year = {season}"
    if part:
        where = f"{where} and {part}"
    told = f'order by "{days}"' if days else ""
    found = lake.sql(f"select {', '.join(_quoted(wanted.column_names))} from {spec.name} {where} {told}")
    key_order = [(name, "ascending") for name in key]
    found = _last(found, key) if days else found.sort_by(key_order)
    return Compared(spec.name, season, len(wanted), wanted.num_columns, differences(wanted, found, key))


def _quoted(names: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def differences(wanted: pa.Table, found: pa.Table, key: Sequence[str]) -> list[str]:
    """What of two tables, sorted by the key, is not the same: the first few rows, in words."""
    found = found.select(wanted.column_names).cast(wanted.schema)
    if wanted.equals(found):
        return []
    ours, theirs = ([tuple(row.values()) for row in table.select(key).to_pylist()] for table in (wanted, found))
    missing, extra = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    wrong = [f"{count} row missing: {row}" for row, count in missing.items()][:_FIRST]
    wrong += [f"{count} row too many: {row}" for row, count in extra.items()][:_FIRST]
    if not wrong:
        for name in wanted.column_names:
            left, right = wanted.column(name).combine_chunks(), found.column(name).combine_chunks()
            if not left.equals(right):
                same = pc.equal(left, right) if not pa.types.is_nested(left.type) else pa.array(
                    a == b for a, b in zip(left.to_pylist(), right.to_pylist(), strict=True)
                )  # fmt: skip
                same = pc.or_(pc.fill_null(same, False), pc.and_(pc.is_null(left), pc.is_null(right)))
                for place in pc.indices_nonzero(pc.invert(same)).to_pylist()[:_FIRST]:
                    wrong.append(
                        f"{name} of {ours[place]} is {right[place].as_py()!r} instead of {left[place].as_py()!r}"
                    )
    return wrong


def _gold(lake: Lakehouse, server: CbbdServer, season: int) -> Iterator[Compared]:
    """Gold against the games as they were simulated, not as the server tells them."""
    college = server.college
    teams: dict[int, list[tuple[int, int]]] = {number: [] for number in range(1, len(college.teams) + 1)}
    features: list[Row] = []
    lines: list[Row] = []
    players: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for number, (game, head) in college.games.items():
        if head["season"] != season or not college.played(game):
            continue
        home, away = game.truth.score
        teams[head["homeTeamId"]].append((home, away))
        teams[head["awayTeamId"]].append((away, home))
        for us, them, ours, theirs in (("home", "away", home, away), ("away", "home", away, home)):
            sides = {"team_id": str(head[f"{us}TeamId"]), "opponent_id": str(head[f"{them}TeamId"])}
            features.append({"game_id": str(number), **sides, "team_score": ours, "team_win": ours > theirs})
        lines += [
            {"game_id": str(number), "provider": line["provider"], "home_score": home, "away_score": away}
            for line in college.line_row(number)["lines"]
        ]
        for place, stats in enumerate(game.truth.stats()):
            if game.truth.appeared[place]:
                sums = players[game.truth.players[place].id]
                sums[0] += 1
                sums[1] += stats[0]
    summary = [
        {
            "team_id": str(number), "games": len(games), "wins": sum(ours > theirs for ours, theirs in games),
            "losses": sum(ours < theirs for ours, theirs in games),
        }
        for number, games in teams.items()
    ]  # fmt: skip
    played = [{"player_source_id": name, "games": games, "points": points} for name, (games, points) in players.items()]
    for table, rows, key in (
        ("team_season_summary", summary, ["team_id"]),
        (
            "team_power_rankings",
            [{"team_id": row["team_id"], "games_played": row["games"]} for row in summary],
            ["team_id"],
        ),
        ("game_predictions_features", features, ["game_id", "team_id"]),
        ("market_lines_analysis", lines, ["game_id", "provider"]),
        ("player_season_impact", played, ["player_source_id"]),
    ):
        spec = lake.tables[f"gold.{table}"]
        names = list(rows[0])
        wanted = pa.table({name: _array(spec.columns[name].type, [row[name] for row in rows]) for name in names})
        wanted = wanted.sort_by([(name, "ascending") for name in key])
        found = lake.sql(
            f"select {', '.join(names)} from {spec.name} where season = {season} order by {', '.join(key)}"
        )
        yield Compared(spec.name, season, len(wanted), len(names), differences(wanted, found, key))


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a line per table; 1 where something differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lake")
    parser.add_argument("--season", type=int, action="append", required=True)
    parser.add_argument("--compare", type=int, action="append", help="seasons to compare; all by default")
    parser.add_argument("--teams", type=int, default=60)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=2)
    told = parser.parse_args(arguments)
    caps = {name: 10**9 for name, one in endpoints().items() if one.cap}
    servers = make_servers(
        ["mbb"], told.season, days=told.days, teams=told.teams, today=None, seed=told.seed, caps=caps
    )  # fmt: skip
    if told.compare is None:
        servers.play(told.jobs)  # else games are played as they are needed
    assert servers.cbbd is not None
    bad = rows = tables = 0
    with hooplake.open(told.lake) as lake:
        for one in compare(lake, servers.cbbd, told.compare or told.season):
            rows, tables, bad = rows + one.rows, tables + 1, bad + bool(one.wrong)
            season = one.season or ""
            print(
                f"{one.table:45} {season!s:5} {one.rows:>11,} rows {one.columns:>3} columns  {'DIFFERS' if one.wrong else 'same'}"
            )
            for line in one.wrong:
                print(f"    {line}")
            sys.stdout.flush()
    print(f"{tables} tables, {rows:,} rows: {bad} differ")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
