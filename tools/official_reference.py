"""Reference data beside the official feed: who is who in them, and how they are read."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hooplake.games.model import STATS
from hooplake.games.official.boxes import BOX_COLUMNS
from hooplake.games.official.dumps import parquet_rows

YEARS = {2011: "2010-11", 2014: "2013-14", 2016: "2015-16", 2019: "2018-19"}
"""Seasons of which there is a reference, and their labels."""

_FULL_BOX = {
    "points": "pts", "fgm": "fg", "fga": "fga", "fg3m": "threep", "fg3a": "threepa", "ftm": "ft", "fta": "fta",
    "oreb": "orb", "dreb": "drb", "reb": "trb", "ast": "ast", "stl": "stl", "blk": "blk", "tov": "tov", "pf": "pf",
}  # fmt: skip
_ABBR = {"BRK": "BKN", "CHO": "CHA", "PHO": "PHX", "NOH": "NOH"}
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})


def season_rows(data: Path, season: int, *, boxes: bool = True) -> dict[str, list[pa.Table]]:
    """Rows of a season as `hooplake.games.official.read.silver_tables` takes them; without boxes and logs, plays alone."""
    folder, reference = data / "nba_stats" / f"season={season}", data / "nba_reference"
    rows = {"plays": [parquet_rows(folder / "playbyplayv2.parquet", "plays")]}
    if boxes:
        rows["boxes"] = [parquet_rows(folder / "boxscoretraditionalv2.parquet", "boxes", BOX_COLUMNS)]
        rows["logs"] = [parquet_rows(reference / f"team_game_logs_{YEARS[season]}.parquet", "logs")]
        rows["lines"] = [parquet_rows(reference / f"linescores_{YEARS[season]}.parquet", "lines")]
    return rows


def plain_name(name: str) -> str:
    """A name without accents, points, capitals and suffixes."""
    letters = unicodedata.normalize("NFKD", name)
    words = "".join(c if c.isalnum() else " " if c in "- " else "" for c in letters).lower().split()
    return " ".join(word for word in words if word not in _SUFFIXES)


class FullBoxes:
    """The independent box scores of whole games: lines by game and player, as far as names can be matched.

    Args:
        data: the directory of the data.
        season: the season.
        games: ``silver.fct_games``.
        players: ``silver.fct_game_players``.

    Attributes:
        lines: per (game, player) the team, the seconds and the 15 stats.
        unmatched: (game, name) of lines that no player could be found for.
    """

    def __init__(self, data: Path, season: int, games: pa.Table, players: pa.Table) -> None:
        path = data / "nba_reference" / f"player_advanced_{YEARS[season]}.parquet"
        by_home = {(str(g["game_date"]), g["home_abbr"]): g for g in games.to_pylist()}
        roster: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for row in players.select(["game_id", "team_id", "player_id", "player"]).to_pylist():
            roster[row["game_id"], row["team_id"]][row["player_id"]] = row["player"] or ""
        wanted: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in pq.read_table(path).to_pylist():
            date = f"{row['date'][:4]}-{row['date'][4:6]}-{row['date'][6:8]}"
            home = row["file_game"][-3:]
            game = by_home.get((date, _ABBR.get(home, home)))
            appeared = float(row["sp"] or 0) > 0 or any(float(row[name] or 0) for name in _FULL_BOX.values())
            if game is None or not appeared:
                continue
            own = _ABBR.get(row["team_abbr"], row["team_abbr"])
            team = game["home_team_id"] if own == game["home_abbr"] else game["away_team_id"]
            wanted[game["game_id"], team].append(row)
        self.lines: dict[tuple[str, str], tuple[str, float, tuple[int, ...]]] = {}
        self.unmatched: list[tuple[str, str]] = []
        self._match(wanted, roster)

    def _match(
        self,
        wanted: Mapping[tuple[str, str], list[dict[str, Any]]],
        roster: Mapping[tuple[str, str], Mapping[str, str]],
    ) -> None:
        """Names to players: equal names first, then those who are left over beside each other most often."""
        left: list[tuple[tuple[str, str], list[dict[str, Any]], list[str]]] = []
        votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for key, rows in wanted.items():
            free = {plain_name(name): player for player, name in roster[key].items()}
            unknown = [row for row in rows if plain_name(row["player_name"]) not in free]
            for row in rows:
                player = free.pop(plain_name(row["player_name"]), None)
                if player is not None:
                    self._add(key, player, row)
            if unknown:
                left.append((key, unknown, list(free.values())))
                for row in unknown:
                    votes[key[1], row["player_name"]].update(free.values())
        for key, rows, free_players in left:
            for row in rows:
                counts = votes[key[1], row["player_name"]]
                ranked = sorted((player for player in free_players), key=lambda player: -counts[player])
                if ranked:
                    free_players.remove(ranked[0])
                    self._add(key, ranked[0], row)
                else:
                    self.unmatched.append((key[0], row["player_name"]))

    def _add(self, key: tuple[str, str], player: str, row: Mapping[str, Any]) -> None:
        line = tuple(int(float(row[_FULL_BOX[stat]] or 0)) for stat in STATS)
        self.lines[key[0], player] = (key[1], float(row["sp"] or 0), line)


def compare_full(
    own: Mapping[tuple[str, str], tuple[int, ...]], boxes: FullBoxes
) -> tuple[int, list[tuple[str, str, str, int, int]], int]:
    """Cells of whole games that differ.

    The reference swaps the lines of team-mates with equal seconds now and then, so inside such a group the assignment
    with the fewest differences counts.

    Args:
        own: replayed lines by (game, player).
        boxes: the reference.

    Returns:
        Cells compared; the differing ones as (game, player, stat, replayed, reference); groups that were reassigned.
    """
    nothing = (0,) * len(STATS)
    groups: dict[tuple[str, str, float], list[str]] = defaultdict(list)
    for (game, player), (team, seconds, _) in boxes.lines.items():
        groups[game, team, seconds].append(player)
    differ: list[tuple[str, str, str, int, int]] = []
    swapped = 0
    for (game, _, _), members in groups.items():
        mine = [own.get((game, player), nothing) for player in members]
        theirs = [boxes.lines[game, player][2] for player in members]
        if mine != theirs and 1 < len(members) <= 6:
            best = min(permutations(theirs), key=lambda order: _distance(mine, order))
            swapped += _distance(mine, best) < _distance(mine, theirs)
            theirs = list(best)
        for player, generated, actual in zip(members, mine, theirs, strict=True):
            differ += [
                (game, player, stat, a, b) for stat, a, b in zip(STATS, generated, actual, strict=True) if a != b
            ]
    games = {game for game, _ in boxes.lines}
    extra = [key for key, line in own.items() if key[0] in games and key not in boxes.lines and any(line)]
    differ += [
        (game, player, stat, value, 0)
        for game, player in extra
        for stat, value in zip(STATS, own[game, player], strict=True)
        if value
    ]
    return (len(boxes.lines) + len(extra)) * len(STATS), sorted(differ), swapped


def _distance(mine: Any, theirs: Any) -> int:
    return sum(a != b for one, other in zip(mine, theirs, strict=True) for a, b in zip(one, other, strict=True))
