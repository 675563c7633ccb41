"""How exact the analytics tables are: every figure of docs/accuracy_analytics.md, from a lake and the references.

``python -m tools.accuracy_analytics DATA LAKE`` reads the analytics tables of LAKE, compares them with the references in
DATA (folder ``nba_reference``) and writes the page; ``--print`` prints it instead. A LAKE that does not exist is made of
DATA first: the official feed of the four reference seasons, the closing lines and the schedules.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hooplake.config import Settings
from hooplake.lakehouse import Lakehouse
from hooplake.lakehouse import open as open_lake
from hooplake.sources.injuries import INJURIES
from hooplake.sources.odds.step import ODDS
from hooplake.sources.schedule import SCHEDULE
from tools.official_reference import YEARS

PAGE = Path(__file__).parents[1] / "docs" / "accuracy_analytics.md"
TEN = (
    "team_offense_game_summary", "team_defense_game_summary", "player_game_summary", "upcoming_team_game_context",
    "upcoming_player_game_context", "team_defense_zone_analysis", "player_shot_zone_analysis", "player_composite_factors",
    "player_daily_cache", "ml_feature_store",
)  # fmt: skip
_PUBLISHED = ("2013-14", "2015-16")
_SEASONS = ", ".join(map(str, YEARS))

# A usage is the player's share of what the team used, over his share of the time. `with_their_time` has the published
# seconds in it and `with_their_line` the published line of every player of the team: which of the two makes the
# difference go is its cause.
_USAGE = r"""
with published as (
    select
        cast(strptime("date", '%Y%m%d') as date) as game_date, file_game, team_abbr as their_abbr,
        regexp_replace(lower(strip_accents(player_name)), '[^a-z0-9]', '', 'g') as player_lookup,
        cast(sp as double) as seconds, cast(usg_pct as double) as usage, cast(fga as integer) as fga,
        cast(fta as integer) as fta, cast(tov as integer) as tov, cast(ts_pct as double) as ts, cast(efg_pct as double) as efg
    from read_parquet({files})
    where sp <> ''
),
their_teams as (
    select file_game, their_abbr, sum(100 * fga + 44 * fta + 100 * tov) as used
    from published
    group by file_game, their_abbr
),
matched as (
    select
        p.game_id, p.game_date, p.team_id, p.team_abbr, p.player_full_name, p.seconds_played, p.usage_rate, p.ts_pct, p.efg_pct,
        p.fg_attempts, p.ft_attempts, p.turnovers, r.* exclude (game_date, player_lookup),
        r.ts as their_ts, r.efg as their_efg,
        p.fg_attempts <> r.fga or p.ft_attempts <> r.fta or p.turnovers <> r.tov as other_line,
        p.usage_rate * p.seconds_played / r.seconds as with_their_time,
        60.0 * o.game_minutes * (100 * r.fga + 44 * r.fta + 100 * r.tov) * 100 / (r.seconds * t.used) as with_their_line
    from gold.player_game_summary as p
    inner join published as r on r.game_date = p.game_date and r.player_lookup = p.player_lookup
    inner join gold.team_offense_game_summary as o on o.game_id = p.game_id and o.team_id = p.team_id
    inner join their_teams as t on t.file_game = r.file_game and t.their_abbr = r.their_abbr
    where not p.is_dnp and r.seconds > 0 and p.usage_rate is not null
)
select
    *,
    case
        when abs(usage_rate - usage) <= 0.1 then 'within 0.1'
        when usage >= 100 then 'capped'
        when other_line then 'line'
        when abs(with_their_time - usage) <= 0.1 then 'time'
        when abs(with_their_line - usage) <= 0.1 then 'team'
        else 'open'
    end as cause
from matched
"""

_POSSESSIONS = """
with official as (
    select game_id, team_id_home as team_id, cast(possessions_home as double) as possessions, cast(minutes_home as double) as minutes,
        (cast(possessions_home as double) + cast(possessions_road as double)) / 2 as mean
    from read_parquet({files})
    union all
    select game_id, team_id_road, cast(possessions_road as double), cast(minutes_road as double),
        (cast(possessions_home as double) + cast(possessions_road as double)) / 2
    from read_parquet({files})
)
select
    t.season,
    count(*) as teams,
    avg(t.possessions_counted - o.possessions) as counted_bias,
    avg(abs(t.possessions_counted - o.possessions)) as counted_error,
    100 * avg(case when t.possessions_counted = o.possessions then 1 else 0 end) as equal,
    100 * avg(case when abs(t.possessions_counted - o.possessions) <= 1 then 1 else 0 end) as within_one,
    avg(t.possessions - o.possessions) as box_bias,
    avg(abs(t.possessions - o.possessions)) as box_error,
    max(abs(t.possessions - o.possessions)) as box_most,
    avg(t.pace) as pace,
    avg(48 * o.mean / t.game_minutes) as official_pace,
    avg(t.pace - 48 * o.mean / t.game_minutes) as pace_bias,
    avg(abs(t.pace - 48 * o.mean / t.game_minutes)) as pace_error,
    corr(t.pace, 48 * o.mean / t.game_minutes) as pace_correlation,
    avg(48 * (t.possessions_counted + x.possessions_counted) / 2 / t.game_minutes - 48 * o.mean / t.game_minutes) as counted_pace_bias,
    avg(abs(48 * (t.possessions_counted + x.possessions_counted) / 2 / t.game_minutes - 48 * o.mean / t.game_minutes)) as counted_pace_error
from gold.team_offense_game_summary as t
inner join gold.team_offense_game_summary as x on x.game_id = t.game_id and x.team_id = t.opponent_team_id
inner join official as o on o.game_id = t.game_id and o.team_id = t.team_id
group by t.season
order by t.season
"""


def main(arguments: Sequence[str]) -> int:
    """Write the page, or print it."""
    paths = [Path(one) for one in arguments if not one.startswith("--")]
    if len(paths) != 2:
        sys.stderr.write("usage: python -m tools.accuracy_analytics DATA LAKE [--print]\n")
        return 2
    with lake_of(*paths) as lake:
        page = measure(lake, paths[0] / "nba_reference")
    if "--print" in arguments:
        sys.stdout.write(page)
    else:
        PAGE.write_text(page, "utf-8")
    return 0


def lake_of(data: Path, folder: Path) -> Lakehouse:
    """The lake, made of the data if it does not exist."""
    if (folder / "gold").is_dir():
        return open_lake(settings=Settings(lake=str(folder)))
    lake = open_lake(settings=Settings(lake=str(folder)), create=True)
    reference = data / "nba_reference"
    logs = [
        str(reference / f"{name}_{label}.parquet")
        for name in ("team_game_logs", "linescores")
        for label in YEARS.values()
    ]
    lake.ingest_official([str(data / "nba_stats"), *logs])
    ODDS.ingest(lake.store, [str(data / "odds" / "nba_closing_lines_2007-08_2023-24.csv.gz")])
    SCHEDULE.ingest(lake.store, [str(data / "schedule" / "nba_schedule_2015-16_2024-25.csv.gz")])
    INJURIES.ingest(lake.store, [str(file) for file in (data / "injuries").glob("*.json.gz")])
    lake.build(*(f"gold.{table}" for table in TEN))
    return lake


def measure(lake: Lakehouse, reference: Path) -> str:
    """The page, in Markdown."""

    def rows(query: str) -> list[dict[str, Any]]:
        return list(lake.sql(query).to_pylist())

    def files(name: str, labels: Sequence[str]) -> str:
        return "[" + ", ".join(f"'{reference / f'{name}_{label}.parquet'}'" for label in labels) + "]"

    usage = _USAGE.replace("{files}", files("player_advanced", _PUBLISHED))
    (counts,) = rows(
        f"select count(distinct game_id) as games, count(*) as teams, (select count(*) from gold.player_game_summary where season in ({_SEASONS})) "
        f"as players from gold.team_offense_game_summary where season in ({_SEASONS})"
    )
    causes = {
        row["cause"]: row
        for row in rows(
            f"select cause, count(*) as rows, max(abs(usage_rate - usage)) as most, max(abs(seconds_played - seconds)) as apart from ({usage}) as u group by cause"
        )
    }
    (apart,) = rows(
        f"select count(*) as rows, sum(case when abs(seconds_played - seconds) <= 2 then 1 else 0 end) as two, sum(case when cause = 'time' then 1 else 0 end) as due, median(case when cause = 'time' then seconds end) as time from ({usage}) as u where seconds_played <> seconds"
    )
    left = rows(
        f"select game_date, team_abbr, player_full_name as player, seconds_played, cast(seconds as integer) as theirs, usage_rate, usage, cause, fg_attempts, fga, ft_attempts, fta, turnovers, tov from ({usage}) as u where cause in ('line', 'team', 'open') order by game_date, team_abbr, player"
    )
    (shooting,) = rows(
        f"select count(case when ts_pct is not null and their_ts > 0 then 1 end) as ts, count(case when their_ts > 0 and abs(ts_pct - their_ts) < 0.0006 then 1 end) as ts_equal, "
        f"count(case when efg_pct is not null and their_efg > 0 then 1 end) as efg, count(case when their_efg > 0 and abs(efg_pct - their_efg) < 0.0006 then 1 end) as efg_equal from ({usage}) as u"
    )
    possessions = rows(_POSSESSIONS.replace("{files}", files("box_score_advanced", tuple(YEARS.values()))))
    (spread,) = rows(
        "select avg(margin_of_victory + game_spread) as mean, stddev_samp(margin_of_victory + game_spread) as deviation, count(*) as games from gold.team_offense_game_summary as t inner join gold.upcoming_team_game_context as u on u.game_id = t.game_id and u.team_id = t.team_id where t.home_game and game_spread is not null"
    )
    total = sum(row["rows"] for row in causes.values())
    return "\n".join(
        [
            "# Accuracy: the analytics tables",
            "",
            f"Four NBA seasons ({', '.join(YEARS.values())}; {counts['games']:,} games, {counts['teams']:,} team-games, "
            f"{counts['players']:,} player-games) built from the official",
            "feed, with the archive of closing lines and the schedules. Every row due by the schedule and the boxes is there in all",
            "ten tables (`hooplake status`). Written by `python -m tools.accuracy_analytics`.",
            "",
            *_agreement(total, causes, shooting, spread),
            *_pace(possessions),
            *_why(total, causes, apart, left),
            *_coverage(rows),
            "Player-games are matched by date and name, so a player whose names differ is not compared. The reference fills what is",
            "not defined with 0, where these tables have NULL, and in 481 rows the advanced figures of team-mates with equal playing",
            "time are exchanged. The row of Chicago on 2015-10-27 is the worked example of the definitions, text and hash",
            "(`2d9eab90906b3bee`) alike.",
            "",
        ]
    )


def _agreement(total: int, causes: dict[str, Any], shooting: dict[str, Any], spread: dict[str, Any]) -> list[str]:
    near = causes["within 0.1"]["rows"]
    return [
        "| figure | compared with | result |",
        "|---|---|---|",
        f"| usage | published usage, {total:,} player-games of 2013-14 and 2015-16 | within 0.1 in {near:,}; each of the other {total - near} has a cause, below |",
        f"| true shooting | published, where defined | {shooting['ts_equal']:,} of {shooting['ts']:,} equal to three decimals |",
        f"| effective field goals | published, where defined | {shooting['efg_equal']:,} of {shooting['efg']:,} equal to three decimals |",
        f"| spread after signing | margin of the home team, {spread['games']:,} games | mean of margin + spread {spread['mean']:+.1f}, standard deviation {spread['deviation']:.1f} |",
        "",
    ]


def _pace(possessions: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        "## Possessions and pace",
        "",
        "Beside the official possessions of each team-game. `pace` is made of the estimate from the box, so that eras and leagues",
        "compare; the box does not count rebounds of the team, so the estimate, and the pace with it, is about 1.6 too high. The",
        "same pace from the possessions that are counted in the plays has no such bias.",
        "",
        "| season | team-games | counted: mean, absolute | equal, within one | from the box: mean, absolute, most | pace, official | pace: mean, absolute, correlation | pace counted: mean, absolute |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines.extend(
        f"| {YEARS[row['season']]} | {row['teams']:,} | {row['counted_bias']:+.2f}, {row['counted_error']:.2f} | {row['equal']:.0f} %, {row['within_one']:.0f} % | "
        f"{row['box_bias']:+.2f}, {row['box_error']:.2f}, {row['box_most']:.1f} | {row['pace']:.2f}, {row['official_pace']:.2f} | "
        f"{row['pace_bias']:+.2f}, {row['pace_error']:.2f}, {row['pace_correlation']:.3f} | {row['counted_pace_bias']:+.2f}, {row['counted_pace_error']:.2f} |"
        for row in possessions
    )
    return [*lines, ""]


def _why(total: int, causes: dict[str, Any], apart: dict[str, Any], left: Sequence[dict[str, Any]]) -> list[str]:
    empty = {"rows": 0, "most": 0.0, "apart": 0}
    time, cap, line, team, open_ = (causes.get(name, empty) for name in ("time", "capped", "line", "team", "open"))
    lines = [
        "## Usage that differs",
        "",
        f"Each of the {total - causes['within 0.1']['rows']} player-games whose usage differs by more than 0.1, by what makes it:",
        "",
        "| cause | player-games | largest difference |",
        "|---|---|---|",
        f"| playing time: with the published seconds in it, the usage is the published one | {time['rows']} | {time['most']:.1f} |",
        f"| the reference stops at 100 | {cap['rows']} | {cap['most']:,.0f} |",
        f"| his line: a shot, a throw or a turnover is another player's in the reference | {line['rows']} | {line['most']:.1f} |",
        f"| a team-mate's line: the team used something else in the reference | {team['rows']} | {team['most']:.1f} |",
        f"| not explained | {open_['rows']} | {open_['most']:.1f} |",
        "",
        f"The feed is replayed, and its clock has whole seconds: playing time differs in {apart['rows']:,} of the rows, in {apart['two']:,} of them by",
        f"one or two seconds. That moves a usage by more than 0.1 only where the time is short (half of the {apart['due']} played under",
        f"{apart['time']:.0f} seconds) or where the two sources put a substitution elsewhere (up to {time['apart']:.0f} seconds).",
        "",
        "| date | team | player | seconds, theirs | FGA, FTA, TOV | theirs | usage | theirs |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines.extend(
        f"| {row['game_date']} | {row['team_abbr']} | {row['player']} | {row['seconds_played']}, {row['theirs']} | "
        f"{row['fg_attempts']}, {row['ft_attempts']}, {row['turnovers']} | {row['fga']}, {row['fta']}, {row['tov']} | {row['usage_rate']:.2f} | {row['usage']:.1f} |"
        for row in left
    )
    return [*lines, ""]


def _coverage(rows: Any) -> list[str]:
    wanted = {
        "upcoming_team_game_context": (
            "travel_miles", "time_zone_changes", "miles_traveled_last_14_days", "game_spread", "opening_spread", "game_total",
            "players_out_count", "next_game_is_primetime",
        ),
        "upcoming_player_game_context": (
            "game_start_time_local", "clutch_minutes_last_7_games", "player_age", "current_points_line", "player_status",
        ),
        "player_composite_factors": ("travel_impact_score",),
        "team_offense_game_summary": ("players_inactive", "referee_crew_id"),
    }  # fmt: skip
    lines = [
        "## Inputs beside the games",
        "",
        "Share of the rows of games in the lake in which a column is known. What is NULL says why in `missing`: no file told the",
        "tip-offs of the other three seasons, the archive has closing lines only, and of birth dates, props, reports, officials",
        "and broadcasts of these seasons there is no source here.",
        "",
        f"| column | {' | '.join(YEARS.values())} |",
        f"|---|{'---|' * len(YEARS)}",
    ]
    for table, columns in wanted.items():
        known = ", ".join(f"100.0 * count({column}) / count(*) as {column}" for column in columns)
        found = {
            row["season"]: row
            for row in rows(
                f"select season, {known} from gold.{table} as t where season in ({_SEASONS}) and exists (select 1 from silver.fct_games as g where g.game_id = t.game_id) group by season"
            )
        }
        for column in columns:
            shares = " | ".join(f"{found[season][column]:.1f} %" if found[season][column] else "-" for season in YEARS)
            lines.append(f"| `{table}.{column}` | {shares} |")
    return [*lines, ""]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
