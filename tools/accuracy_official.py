"""How exact the replay of the official feed is: every figure of docs/accuracy_official.md, from the data itself.

``python -m tools.accuracy_official DATA`` replays the four reference seasons in DATA (folders ``nba_stats`` and
``nba_reference``), compares them with every reference there and writes the page; ``--print`` prints it instead.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from hooplake.games.model import STATS
from hooplake.games.official.overrides import overrides
from hooplake.games.official.read import silver_tables
from hooplake.lakehouse import registry
from hooplake.replay.replay import replay
from tools.official_reference import YEARS, FullBoxes, compare_full, season_rows

PAGE = Path(__file__).parents[1] / "docs" / "accuracy_official.md"
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


def measure(data: Path, seasons: Iterable[int]) -> str:
    """The page, in Markdown."""
    loaded = []
    figures: list[dict[str, Any]] = []
    for season in seasons:
        one = Season(data, season)
        figures.append(_figures(one))
        figures[-1]["alone"] = _plays_alone(data, one)
        one.db.close()
        loaded.append(season)
    return _page(loaded, figures)


def _figures(season: Season) -> dict[str, Any]:
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


def _plays_alone(data: Path, season: Season) -> dict[str, Any]:
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


def _page(seasons: Sequence[int], figures: Sequence[dict[str, Any]]) -> str:
    def total(*path: Any) -> int:
        result = 0
        for one in figures:
            value: Any = one
            for key in path:
                value = value[key] if value is not None else 0
            result += int(value)
        return result

    full = [one["full"] for one in figures if one["full"] is not None]
    totals = sum(one["totals"][0] for one in figures)
    total_left = [row for one in figures for row in one["totals"][1]]
    cells = total("period_lines") * len(STATS)
    raw, explained = total("period", 0), total("period", 1)
    net, net_explained = total("period", 2), total("period", 3)
    full_cells, full_left = sum(f["cells"] for f in full), [row for f in full for row in f["differ"]]
    timed = sum(f["timed"] for f in full)
    within = [sum(f["seconds"][place] for f in full) for place in range(4)]
    apart: Counter[int] = sum((one["possessions"]["apart"] for one in figures), Counter())
    teams = total("possessions", "teams")
    lines = [
        "# Accuracy: the official feed",
        "",
        f"Seasons {', '.join(map(str, seasons))} (ending years), {total('games'):,} games, replayed from `playbyplayv2` with the",
        "overrides of the package. Written by `python -m tools.accuracy_official`.",
        "",
        "| what | beside | cells | equal | explained by the edges of the box | left |",
        "|---|---|---|---|---|---|",
        f"| final scores | game log | {total('games'):,} games | {total('games') - sum(len(o['final']) for o in figures):,} | | {sum(len(o['final']) for o in figures)} |",
        f"| team totals, 15 stats | game log | {totals:,} | {totals - len(total_left):,} | | {len(total_left)} |",
        f"| players over the game, 15 stats | independent box, {len(full)} seasons | {full_cells:,} | {full_cells - len(full_left):,} | | {len(full_left)} |",
        f"| players by period, 15 stats | official period box | {cells:,} | {cells - raw:,} ({_share(cells - raw, cells)}) | {explained:,} | {raw - explained} |",
        f"| plus-minus by period | official period box | {total('period_lines'):,} | {total('period_lines') - net:,} ({_share(total('period_lines') - net, total('period_lines'))}) | {net_explained:,} | {net - net_explained} ({_share(total('period_lines') - net + net_explained, total('period_lines'))} right), {len({r[0] for o in figures for r in o['net']})} games |",
        f"| seconds by period, beyond what the box cuts off | official period box | {total('period_lines'):,} | {total('period_lines') - total('period', 4):,} | | {total('period', 4)} |",
        f"| line scores | line scores | {total('lines', 'cells'):,} | {total('lines', 'cells') - sum(len(o['lines']['differ']) for o in figures):,} | | {sum(len(o['lines']['differ']) for o in figures)} |",
        "",
        "A period box is asked for by a range of time and cut at its edges. A cell is explained only if its difference is made",
        "of plays shown in the last second or the first of the period (`gold.period_box_differences`, cause `period_boundary`).",
        "",
        "## Lineups and minutes",
        "",
        "| what | beside | compared | equal | remarks |",
        "|---|---|---|---|---|",
        f"| starters of periods | published list | {total('starters', 'team_periods'):,} team-periods | {total('starters', 'equal'):,} | the list has four or six men {total('starters', 'of_four_or_six')} times, another five {total('starters', 'other_five')} times; of all that differ, the official seconds contradict ours in {total('starters', 'contradicted')}; unknown {total('starters', 'unknown')} |",
        f"| players on court | published list, after each clock | {total('court', 'moments'):,} fives | {total('court', 'equal'):,} ({_share(total('court', 'equal'), total('court', 'moments'))}) | the list is no five {total('court', 'unsound')} times |",
        f"| games with every five known | | {total('games'):,} | {total('complete'):,} | |",
        f"| starters, plays alone (no boxes) | with boxes | {total('alone', 'team_periods'):,} | {total('alone', 'team_periods') - total('alone', 'unknown') - total('alone', 'other'):,} | {total('alone', 'unknown')} unknown, {total('alone', 'other')} other |",
        f"| minutes of players | independent box, seconds | {timed:,} | {within[0]:,} to the second | {within[1]:,} ({_share(within[1], timed)}) within 1 s, {within[2]:,} ({_share(within[2], timed)}) within 2 s, {within[3]:,} within 5 s |",
        f"| minutes of teams | advanced box | {total('possessions', 'minutes'):,} | {total('possessions', 'minutes_equal'):,} | |",
        f"| possessions of teams | advanced box | {teams:,} | {apart[0]:,} ({_share(apart[0], teams)}) | {apart[1] + apart[-1]:,} differ by 1, {teams - apart[0] - apart[1] - apart[-1]:,} by more; mean difference {sum(k * n for k, n in apart.items()) / max(teams, 1):+.3f} |",
        "",
    ]
    lines += _listed(
        "Final scores that differ",
        ("game", "home", "official", "away", "official"),
        [r for o in figures for r in o["final"]],
    )
    lines += _listed("Team totals that differ", ("game", "team", "stat", "replayed", "official"), total_left)
    lines += _listed(
        "Players over the game that differ",
        ("game", "player", "stat", "replayed", "independent box", "official period boxes"),
        full_left,
    )
    lines += _listed(
        "Cells by period that the edges do not explain",
        ("game", "player", "period", "stat", "replayed", "official", "cause"),
        [row for one in figures for row in one["left"]],
    )
    lines += _listed(
        "Line scores that differ", ("game", "home", "period", "replayed", "line score"),
        [row for one in figures for row in one["lines"]["differ"]],
    )  # fmt: skip
    lines += _listed(
        "Team minutes that differ", ("game", "apart", "replayed", "advanced box"),
        [row for one in figures for row in one["possessions"]["minutes_apart"]],
    )  # fmt: skip
    lines += _listed(
        "Plus-minus by period that the edges do not explain", ("game", "period", "players", "largest difference"),
        [row for one in figures for row in one["net"]],
    )  # fmt: skip
    lines += [
        "Free throws count for those on court at the foul of their kind (personal or technical). What is left are periods in",
        "which the league counted otherwise: after injuries, reviews and ejections, mostly with substitutions between throws.",
        "",
        "## Possessions",
        "",
        "A possession lasts until the other team has the ball; when the last play of a period gives it away, one more follows,",
        "down to the end of the period. The league counts such last possessions too, but not after every basket at 0:00,",
        "which whole seconds do not tell apart.",
        "",
    ]
    rules: Counter[str] = sum((one["repairs"] for one in figures), Counter())
    lines += _listed("Named repairs", ("rule", "times"), sorted(rules.items()))
    laid = overrides()
    lines += [
        f"Overrides, version {laid.version}: "
        f"{len(laid.starter)} starters and {len(laid.play)} rows (`games/official/overrides.toml`), each with its evidence.",
        f"In the independent box, lines of team-mates with equal seconds are swapped in {sum(f['swapped'] for f in full)} groups; the best",
        f"assignment inside such a group counts. {sum(f['unmatched'] for f in full)} of its {sum(f['lines'] for f in full):,} lines could not be matched to a player.",
        "",
    ]
    return "\n".join(lines)


def _listed(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    if not rows:
        return [f"{title}: none.", ""]
    return [
        f"## {title}", "", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads),
        *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows), "",
    ]  # fmt: skip


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.2f} %"


def main(arguments: list[str]) -> int:
    """Writes the page, or prints it."""
    folders = [argument for argument in arguments if argument != "--print"]
    if len(folders) != 1 or not Path(folders[0], "nba_stats").is_dir():
        print("usage: python -m tools.accuracy_official DATA [--print]", file=sys.stderr)
        return 2
    page = measure(Path(folders[0]), YEARS)
    if "--print" in arguments:
        print(page)
    else:
        PAGE.write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
