"""The replay of a season of the official feed beside every reference: the figures of `tools.accuracy_official`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from hooplake.games.model import STATS
from hooplake.games.official.read import silver_tables
from hooplake.lakehouse import registry
from hooplake.replay.replay import replay
from tools.official_reference import YEARS, FullBoxes, compare_full, season_rows

_LINE = ", ".join(f"sum({stat})::int as {stat}" for stat in STATS)


class Season:
    """One season, replayed, with its references as views."""

    def __init__(self, data: Path, season: int) -> None:
        specs = registry()
        self.season = season
        silver = silver_tables(season_rows(data, season), specs, league="nba", season=season)
        gold = replay(silver, specs, league="nba")
        self.names = dict(
            zip(*(silver["silver.fct_game_players"][name].to_pylist() for name in ("player_id", "player")), strict=True)
        )
        self.db = duckdb.connect()
        for name, table in {**silver, **gold}.items():
            self.db.register(name.partition(".")[2], table)
        folder = data / "nba_stats" / f"season={season}"
        for name in ("starters_at_period", "players_on_court"):
            table = pq.read_table(folder / f"{name}.parquet")
            self.db.register(name, table.append_column("row_num", pa.array(range(len(table)))))
        self.db.register(
            "advanced", pq.read_table(data / "nba_reference" / f"box_score_advanced_{YEARS[season]}.parquet")
        )
        self.db.execute(f"create table totals as select game_id, team_id, {_LINE} from quarter_box_scores group by all")
        self.db.execute(
            "create table own_turnovers as select game_id, team_id, count(*)::int as n from fct_plays "
            "where event = 'turnover' and player1_id is null group by all"
        )
        self.full: FullBoxes | None = None
        if (data / "nba_reference" / f"player_advanced_{YEARS[season]}.parquet").exists():
            self.full = FullBoxes(data, season, silver["silver.fct_games"], silver["silver.fct_game_players"])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.db.execute(query).fetchall()

    def value(self, query: str) -> int:
        """The one number of a query."""
        return int(self.rows(query)[0][0] or 0)


def figures_of(season: Season) -> dict[str, Any]:
    """All figures of a season but those of `plays_alone`."""
    found: dict[str, Any] = {"season": season.season}
    found["games"] = season.value("select count(*) from fct_games")
    found["final"] = season.rows(
        "select game_id, home_score_generated, home_score_actual, away_score_generated, away_score_actual "
        "from box_score_verification where final_score_match is distinct from true order by 1"
    )
    found["complete"] = season.value("select count(*) from box_score_verification where lineup_status = 'complete'")
    found["totals"] = _team_totals(season)
    found["full"] = _full_games(season)
    found["period"] = season.rows(
        "select sum(case when stat not in ('plus_minus', 'seconds') then 1 else 0 end), "
        "sum(case when stat not in ('plus_minus', 'seconds') and cause = 'period_boundary' then 1 else 0 end), "
        "sum(case when stat = 'plus_minus' then 1 else 0 end), "
        "sum(case when stat = 'plus_minus' and cause = 'period_boundary' then 1 else 0 end), "
        "sum(case when stat = 'seconds' then 1 else 0 end) from period_box_differences"
    )[0]
    found["period_lines"] = season.value(
        "select count(*) from (select game_id, player_id, period from quarter_box_scores "
        "union select game_id, player_id, period from fct_player_periods where points is not null)"
    )
    found["net"] = season.rows(
        "select game_id, period, count(*), max(abs(difference)) from period_box_differences "
        "where stat = 'plus_minus' and cause <> 'period_boundary' group by all order by all"
    )
    found["left"] = season.rows(
        "select game_id, player, period, stat, generated, actual, cause from period_box_differences "
        "where cause <> 'period_boundary' and stat <> 'plus_minus' order by all"
    )
    found["starters"] = _starters(season)
    found["court"] = _on_court(season)
    found["possessions"] = _possessions(season)
    found["lines"] = _line_scores(season)
    found["repairs"] = Counter(
        {
            name: int(number)
            for name, number in season.rows(
                "select split_part(rule, ':', 1), sum(split_part(rule, ':', 2)::int) from "
                "(select unnest(repairs) as rule from box_score_verification) group by 1"
            )
        }
    )
    return found


def _team_totals(season: Season) -> tuple[int, list[tuple[Any, ...]]]:
    """Cells of full-game team totals, and those that differ."""
    cells, differ = 0, []
    for stat in STATS:
        official = "total_turnovers" if stat == "tov" else stat
        own = f"t.{stat} + coalesce(o.n, 0)" if stat == "tov" else f"t.{stat}"
        rows = season.rows(
            f"select g.game_id, g.abbr, '{stat}', {own}, g.{official} from fct_game_teams g "
            "join totals t using (game_id, team_id) left join own_turnovers o using (game_id, team_id) "
            f"where g.{official} is not null"
        )
        cells += len(rows)
        differ += [row for row in rows if row[3] != row[4]]
    return cells, sorted(differ)


def _full_games(season: Season) -> dict[str, Any] | None:
    """Players over the whole game beside the independent box: cells, and seconds."""
    if season.full is None:
        return None
    own = {
        (row[0], row[1]): tuple(row[2:])
        for row in season.rows(f"select game_id, player_id, {_LINE} from quarter_box_scores group by 1, 2")
    }
    cells, differ, swapped = compare_full(own, season.full)
    seconds = {
        (game, player): float(value)
        for game, player, value in season.rows(
            "select game_id, player_id, sum(seconds) from quarter_box_scores group by 1, 2 having bool_and(seconds is not null)"
        )
    }
    apart = [abs(seconds[key] - official) for key, (_, official, _) in season.full.lines.items() if key in seconds]
    return {
        "cells": cells,
        "differ": [
            (game, season.names.get(player, player), stat, a, b, _witness(season, game, player, stat))
            for game, player, stat, a, b in differ
        ],
        "games": len({game for game, _ in season.full.lines}),
        "swapped": swapped,
        "lines": len(season.full.lines),
        "unmatched": len(season.full.unmatched),
        "seconds": [sum(value <= limit for value in apart) for limit in (0, 1, 2, 5)],
        "timed": len(apart),
    }


def _witness(season: Season, game: str, player: str, stat: str) -> str:
    """What the official boxes of the game's periods say of a cell in which replay and independent box differ."""
    against = season.value(
        f"select count(*) from period_box_differences where game_id = '{game}' and player_id = '{player}' "
        f"and stat = '{stat}' and cause <> 'period_boundary'"
    )
    return "they differ too" if against else "they agree with the plays"


_PUBLISHED_STARTERS = """
    select s.GAME_ID as game_id, s.period::int as period, t.team_id, list_sort(list("player.id")) as men
    from starters_at_period s
    join (
        select game_id as gid, home_team_id as team_id, home_abbr as abbr from fct_games
        union all select game_id, away_team_id, away_abbr from fct_games
    ) t on t.gid = s.GAME_ID and t.abbr = s."team.abbreviation"
    group by all
"""
_OWN_STARTERS = """
    select game_id, period, team_id, list_sort(list(player_id)) as men
    from player_stints where starts_period group by all
"""


def _starters(season: Season) -> dict[str, Any]:
    """Starters of periods beside the published ones, and, where they differ, beside the official seconds."""
    season.db.execute(f"create table published as {_PUBLISHED_STARTERS}")
    season.db.execute(f"create table started as {_OWN_STARTERS}")
    compared = "from started a full join published b using (game_id, period, team_id)"
    return {
        "team_periods": season.value(f"select count(*) {compared}"),
        "equal": season.value(f"select count(*) {compared} where a.men = b.men"),
        "of_four_or_six": season.value(f"select count(*) {compared} where len(a.men) = 5 and len(b.men) <> 5"),
        "other_five": season.value(f"select count(*) {compared} where a.men <> b.men and len(b.men) = 5"),
        "unknown": season.value(f"select count(*) {compared} where a.men is null"),
        "contradicted": season.value(
            f"select count(*) from (select game_id, period, team_id {compared} where a.men is distinct from b.men) x "
            "where exists (select 1 from period_box_differences d where d.game_id = x.game_id "
            "and d.period = x.period and d.team_id = x.team_id and d.stat = 'seconds')"
        ),
    }


def _on_court(season: Season) -> dict[str, int]:
    """Fives after the last change at each clock beside the published ones."""
    columns = [row[0] for row in season.rows("describe players_on_court")]

    def five(side: str) -> str:
        own = ", ".join(f'"{name}"' for name in columns if name.startswith(f"{side}."))
        return f"list_sort(list_filter([{own}], lambda x: x is not null))"

    season.db.execute(
        f"create table changes as select p.GAME_ID as game_id, f.period, f.clock_seconds, "
        f"arg_max({five('home')}, row_num) as home, arg_max({five('away')}, row_num) as away "
        "from players_on_court p join fct_plays f on f.game_id = p.GAME_ID and f.sequence = p.eventnum::int group by all"
    )
    season.db.execute(
        "create table standing as select f.game_id, f.period, f.clock_seconds, "
        "list_sort(string_split(arg_max(s.home_lineup, f.event_num), '-')) as home, "
        "list_sort(string_split(arg_max(s.away_lineup, f.event_num), '-')) as away "
        "from fct_plays f join game_state_snapshots s using (game_id, event_num) group by all"
    )
    joined = "from changes c join standing s using (game_id, period, clock_seconds)"
    return {
        "moments": season.value(f"select 2 * count(*) {joined}"),
        "equal": season.value(
            f"select sum((c.home is not distinct from s.home)::int + (c.away is not distinct from s.away)::int) {joined}"
        ),
        "unsound": season.value(
            f"select sum((len(c.home) <> 5 or len(list_distinct(c.home)) <> 5)::int "
            f"+ (len(c.away) <> 5 or len(list_distinct(c.away)) <> 5)::int) {joined}"
        ),
    }


def _possessions(season: Season) -> dict[str, Any]:
    """Possessions and minutes of teams beside the advanced box."""
    rows = season.rows(
        "select p.n - a.official from "
        "(select game_id, home, count(*) as n from possessions group by all) p join ("
        "select game_id, true as home, possessions_home::double as official from advanced "
        "union all select game_id, false, possessions_road::double from advanced) a using (game_id, home)"
    )
    minutes = season.rows(
        "select game_id, abs(s.seconds / 60.0 - a.minutes), s.seconds / 60.0, a.minutes from "
        "(select game_id, home, sum(seconds) as seconds from player_stints group by all) s join ("
        "select game_id, true as home, minutes_home::double as minutes from advanced "
        "union all select game_id, false, minutes_road::double from advanced) a using (game_id, home)"
    )
    apart = Counter(int(row[0]) for row in rows)
    return {
        "teams": len(rows),
        "apart": apart,
        "mean": sum(key * number for key, number in apart.items()) / max(len(rows), 1),
        "minutes": len(minutes),
        "minutes_equal": sum(float(row[1]) < 0.5 for row in minutes),
        "minutes_apart": sorted(row for row in minutes if float(row[1]) >= 0.5),
    }


def _line_scores(season: Season) -> dict[str, Any]:
    """Points by period beside the line scores."""
    rows = season.rows(
        "select l.game_id, l.home, l.period, coalesce(p.points, 0), l.points from fct_game_periods l left join ("
        "select game_id, period, home, sum(points) as points from ("
        "select game_id, period, true as home, home_points as points from game_state_snapshots "
        "union all select game_id, period, false, away_points from game_state_snapshots) group by all"
        ") p on p.game_id = l.game_id and p.period = l.period and p.home = l.home"
    )
    return {"cells": len(rows), "differ": sorted(row for row in rows if row[3] != row[4])}


def plays_alone(data: Path, season: Season) -> dict[str, Any]:
    """The same season from the plays alone, without boxes and logs: starters beside those with boxes."""
    specs = registry()
    silver = silver_tables(season_rows(data, season.season, boxes=False), specs, league="nba", season=season.season)
    gold = replay(silver, specs, league="nba")
    season.db.register("stints_alone", gold["gold.player_stints"])
    rows = season.rows(
        "with a as (select game_id, period, team_id, list_sort(list(player_id)) as men from stints_alone "
        "where starts_period group by all) "
        "select count(*), sum((a.men is null)::int), sum((a.men <> s.men)::int) from started s "
        "left join a using (game_id, period, team_id)"
    )[0]
    return {"team_periods": rows[0], "unknown": rows[1] or 0, "other": rows[2] or 0}
