"""hooplake and the pbpstats package on the same games of the official feed: speed, failures and accuracy.

``python -m bench.official_beside_pbpstats DATA --python PYTHON [--games COUNT]``: DATA has ``nba_stats`` and
``nba_reference``, PYTHON is an interpreter with pbpstats. Both read the same JSON files, one game a file, on one core:
pbpstats its possessions with their player stats (its file loader), hooplake all replay tables. There is no network, as
there is none for most who have such files.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hooplake.games.official.dumps import json_rows
from hooplake.games.official.read import silver_tables
from hooplake.lakehouse import registry
from hooplake.replay.replay import replay
from tools.official_reference import YEARS

_NUMBERS = ("EVENTNUM", "EVENTMSGTYPE", "EVENTMSGACTIONTYPE", "PERIOD")
_EMPTY = '{"resultSets": [{"name": "Shot_Chart_Detail", "headers": [], "rowSet": []}]}'
Key = tuple[str, int, str]
"""Game, period, player or team."""


def write_games(data: Path, season: int, every: int, folder: Path) -> list[str]:
    """Write every so manyth game of a season as the statistics site answers it; returns their ids."""
    rows = pq.read_table(data / "nba_stats" / f"season={season}" / "playbyplayv2.parquet")
    games: list[str] = rows["GAME_ID"].unique().to_pylist()[::every]
    for name in ("pbp", "game_details"):
        (folder / name).mkdir(exist_ok=True)
    for game in games:
        own = rows.filter(pc.equal(rows["GAME_ID"], game))
        lines = [[_value(name, one[name]) for name in own.column_names] for one in own.to_pylist()]
        answer = {
            "resource": "playbyplay",
            "resultSets": [{"name": "PlayByPlay", "headers": own.column_names, "rowSet": lines}],
        }
        (folder / "pbp" / f"stats_{game}.json").write_text(json.dumps(answer))
        for side in ("home", "away"):
            (folder / "game_details" / f"stats_{side}_shots_{game}.json").write_text(_EMPTY)
    return games


def _value(name: str, text: str | None) -> Any:
    if text is None:
        return None
    if name in _NUMBERS or (name.endswith(("_ID", "TYPE")) and name != "GAME_ID"):
        return int(float(text))
    return text


class Found:
    """What one of the two made of the games.

    Attributes:
        seconds: time of all games together.
        failed: games without a result, with the reason.
        lines: seconds and plus-minus per game, period and player.
        possessions: per game and team.
        starters: per game, period and team.
        court: per game, period and clock the players of both teams, after the last change at that clock.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.failed: dict[str, str] = {}
        self.lines: dict[Key, tuple[float, float]] = {}
        self.possessions: dict[tuple[str, str], float] = {}
        self.starters: dict[Key, frozenset[str]] = {}
        self.court: dict[tuple[str, int, float], frozenset[frozenset[str]]] = {}


def by_pbpstats(python: str, folder: Path, games: Sequence[str]) -> Found:
    """Run pbpstats."""
    worker = Path(__file__).with_name("pbpstats_worker.py")
    found = Found()
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run(
        [python, str(worker), str(folder), *games], capture_output=True, text=True, check=True, env=environment
    )
    for line in done.stdout.splitlines():
        one = json.loads(line)
        game = one["game"]
        found.seconds += one["seconds"]
        if "failed" in one:
            found.failed[game] = one["failed"]
            continue
        for key, (seconds, net) in one["lines"].items():
            period, player = key.split("|")
            found.lines[game, int(period), player] = (seconds, net)
        for team, number in one["possessions"].items():
            found.possessions[game, team] = number
        for period, teams in one["starters"].items():
            for team, men in teams.items():
                found.starters[game, int(period), team] = frozenset(map(str, men))
        for key, teams in one["court"].items():
            period, clock = key.split("|")
            found.court[game, int(period), float(clock)] = frozenset(frozenset(map(str, men)) for men in teams.values())
    return found


def by_hooplake(folder: Path, season: int, games: Sequence[str]) -> Found:
    """Run hooplake."""
    specs = registry()
    found = Found()
    gc.disable()  # as the steps do: there are no circles to be found
    begun = time.process_time()
    rows = [json_rows((folder / "pbp" / f"stats_{game}.json").read_bytes())["plays"] for game in games]
    silver = silver_tables({"plays": rows}, specs, league="nba", season=season)
    gold = replay(silver, specs, league="nba")
    found.seconds = time.process_time() - begun
    gc.enable()
    made = set(gold["gold.box_score_verification"]["game_id"].to_pylist())
    found.failed = dict.fromkeys((game for game in games if game not in made), "no rows")
    for line in gold["gold.quarter_box_scores"].to_pylist():
        if line["seconds"] is not None:
            found.lines[line["game_id"], line["period"], line["player_id"]] = (line["seconds"], line["plus_minus"])
    counts: dict[tuple[str, str], float] = defaultdict(float)
    for one in gold["gold.possessions"].select(["game_id", "team_id"]).to_pylist():
        counts[one["game_id"], one["team_id"]] += 1
    found.possessions = dict(counts)
    men: dict[Key, set[str]] = defaultdict(set)
    for one in gold["gold.player_stints"].to_pylist():
        if one["starts_period"]:
            men[one["game_id"], one["period"], one["team_id"]].add(one["player_id"])
    found.starters = {key: frozenset(value) for key, value in men.items()}
    for one in gold["gold.game_state_snapshots"].to_pylist():
        if one["home_lineup"] and one["away_lineup"]:
            found.court[one["game_id"], one["period"], one["clock_seconds"]] = frozenset(
                frozenset(one[side].split("-")) for side in ("home_lineup", "away_lineup")
            )
    return found


class Truth:
    """References of a season: official period boxes, published starters and players on court, possessions."""

    def __init__(self, data: Path, season: int, games: Sequence[str]) -> None:
        folder = data / "nba_stats" / f"season={season}"
        wanted = set(games)
        self.lines: dict[Key, tuple[float, float]] = {}
        self.teams: dict[str, dict[str, str]] = defaultdict(dict)
        total: dict[Key, float] = defaultdict(float)
        team_of: dict[Key, Key] = {}
        for row in pq.read_table(folder / "boxscoretraditionalv2.parquet").to_pylist():
            if row["GAME_ID"] in wanted:
                minutes, _, seconds = (row["MIN"] or "0:00").partition(":")
                time_played = 60 * int(float(minutes)) + int(seconds or 0)
                key = (row["GAME_ID"], row["PERIOD"], row["PLAYER_ID"])
                self.lines[key] = (time_played, float(row["PLUS_MINUS"] or 0))
                team_of[key] = (row["GAME_ID"], row["PERIOD"], row["TEAM_ID"])
                total[team_of[key]] += time_played
                self.teams[row["GAME_ID"]][row["TEAM_ABBREVIATION"]] = row["TEAM_ID"]
        # how many seconds the box of a period leaves out at its edges
        lengths = {key: 720.0 if key[1] < 5 else 300.0 for key in self.lines}
        self.cut = {key: length - total[team_of[key]] / 5 for key, length in lengths.items()}
        men: dict[Key, set[str]] = defaultdict(set)
        for row in pq.read_table(folder / "starters_at_period.parquet").to_pylist():
            if row["GAME_ID"] in wanted:
                team = self.teams[row["GAME_ID"]].get(row["team.abbreviation"])
                if team is not None:
                    men[row["GAME_ID"], int(row["period"]), team].add(row["player.id"])
        self.starters = {key: frozenset(value) for key, value in men.items() if len(value) == 5}
        clocks = {}
        plays = pq.read_table(
            folder / "playbyplayv2.parquet", columns=["GAME_ID", "EVENTNUM", "PERIOD", "PCTIMESTRING"]
        )
        for row in plays.filter(pc.is_in(plays["GAME_ID"], pa.array(list(wanted)))).to_pylist():
            minutes, seconds = row["PCTIMESTRING"].split(":")
            clocks[row["GAME_ID"], row["EVENTNUM"]] = (int(row["PERIOD"]), 60.0 * int(minutes) + int(seconds))
        self.court: dict[tuple[str, int, float], frozenset[frozenset[str]]] = {}
        for row in pq.read_table(folder / "players_on_court.parquet").to_pylist():
            if row["GAME_ID"] in wanted and (row["GAME_ID"], row["eventnum"]) in clocks:
                fives = frozenset(
                    frozenset(str(man) for name, man in row.items() if name.startswith(side) and man is not None)
                    for side in ("home.", "away.")
                )
                self.court[row["GAME_ID"], *clocks[row["GAME_ID"], row["eventnum"]]] = fives
        self.possessions: dict[tuple[str, str], float] = {}
        advanced = pq.read_table(data / "nba_reference" / f"box_score_advanced_{YEARS[season]}.parquet")
        for row in advanced.to_pylist():
            if row["game_id"] in wanted:
                for side in ("home", "road"):
                    self.possessions[row["game_id"], row[f"team_id_{side}"]] = float(row[f"possessions_{side}"])


def compare(found: Found, truth: Truth, games: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Per figure how many are right, and of how many: those of games that failed are wrong."""
    wanted = set(games)

    def share(own: Mapping[Any, Any], official: Mapping[Any, Any], right: Any) -> tuple[int, int]:
        keys = [key for key in official if key[0] in wanted]
        return sum(key in own and bool(right(own[key], official[key])) for key in keys), len(keys)

    return {
        "starters of periods, published": share(found.starters, truth.starters, lambda a, b: a == b),
        "players on court after each clock, published": share(found.court, truth.court, lambda a, b: a == b),
        "seconds by period within 3 s of the official box, but for what it cuts off": share(
            found.lines,
            {key: (seconds, truth.cut[key]) for key, (seconds, _) in truth.lines.items()},
            lambda a, b: -3 <= a[0] - b[0] <= max(b[1], 0) + 3,
        ),
        "plus-minus by period, official box": share(found.lines, truth.lines, lambda a, b: round(a[1]) == round(b[1])),
        "possessions of teams, advanced box": share(
            found.possessions, truth.possessions, lambda a, b: round(a) == round(b)
        ),
        "possessions within 1": share(found.possessions, truth.possessions, lambda a, b: abs(a - b) < 1.5),
    }


def main(arguments: list[str]) -> int:
    """Runs both and prints a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.official_beside_pbpstats")
    parser.add_argument("data", type=Path)
    parser.add_argument("--python", required=True, help="an interpreter with pbpstats")
    parser.add_argument("--games", type=int, default=100, help="games of each season")
    given = parser.parse_args(arguments)
    pa.set_cpu_count(1)
    totals: dict[str, dict[str, np.ndarray[Any, Any]]] = {"hooplake": {}, "pbpstats": {}}
    seconds, failed, count = dict.fromkeys(totals, 0.0), {name: dict[str, str]() for name in totals}, 0
    for season in YEARS:
        with tempfile.TemporaryDirectory(prefix="hooplake-") as name:
            folder = Path(name)
            games = write_games(given.data, season, max(1230 // given.games, 1), folder)
            truth = Truth(given.data, season, games)
            by_hooplake(folder, season, games[:2])  # what is loaded once is not timed; pbpstats loads before its clock
            own = by_hooplake(folder, season, games)
            other = by_pbpstats(given.python, folder, games)
        count += len(games)
        for who, found in (("hooplake", own), ("pbpstats", other)):
            seconds[who] += found.seconds
            failed[who] |= found.failed
            both = [game for game in games if game not in own.failed and game not in other.failed]
            for where, chosen in (("", games), (" (games on which neither failed)", both)):
                for figure, values in compare(found, truth, chosen).items():
                    name = figure + where
                    totals[who][name] = totals[who].get(name, np.zeros(2, np.int64)) + np.array(values)
    _print(count, seconds, failed, totals)
    return 0


def _print(
    count: int,
    seconds: Mapping[str, float],
    failed: Mapping[str, Mapping[str, str]],
    totals: Mapping[str, Mapping[str, Any]],
) -> None:
    print(f"{count} games, one core, no network\n")
    print("| figure | hooplake | pbpstats |\n|---|---|---|")
    print("| milliseconds of CPU a game |" + "|".join(f" {1000 * seconds[who] / count:.2f} " for who in totals) + "|")
    print("| games a second |" + "|".join(f" {count / seconds[who]:,.0f} " for who in totals) + "|")
    print("| games that failed |" + "|".join(f" {len(failed[who])} " for who in totals) + "|")
    for figure in totals["hooplake"]:
        cells = [totals[who][figure] for who in totals]
        print(f"| {figure} |" + "|".join(f" {a:,} of {b:,} ({100 * a / b:.2f} %) " for a, b in cells) + "|")
    print(f"\nhooplake is {seconds['pbpstats'] / seconds['hooplake']:.0f} times as fast.")
    for who, games in failed.items():
        for game, reason in sorted(games.items()):
            print(f"{who} fails on {game}: {reason}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
