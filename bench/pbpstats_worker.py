"""Runs the pbpstats package on games on disk and prints what came of each: for `bench.official_beside_pbpstats`.

It is run by an interpreter that has pbpstats, which need not be the one that has hooplake.
``python pbpstats_worker.py DIRECTORY GAME ...`` prints one JSON object a line.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from typing import Any


def one_game(client: Any, game_id: str) -> dict[str, Any]:
    """Possessions of a game with their player stats, timed; what is looked at afterwards is not."""
    begun = time.process_time()
    try:
        game = client.Game(game_id)
        possessions = game.possessions.items
        stats = [possession.possession_stats for possession in possessions]
    except Exception as error:
        return {
            "game": game_id,
            "seconds": time.process_time() - begun,
            "failed": f"{type(error).__name__}: {error}"[:200],
        }
    seconds = time.process_time() - begun
    lines: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    counts: dict[str, float] = defaultdict(float)
    for possession, own in zip(possessions, stats, strict=True):
        for stat in own:
            key = f"{possession.period}|{stat['player_id']}"
            if stat["stat_key"] in ("SecondsPlayedOff", "SecondsPlayedDef"):
                lines[key][0] += stat["stat_value"]
            elif stat["stat_key"] == "PlusMinus":
                lines[key][1] += stat["stat_value"]
            elif stat["stat_key"] == "OffPoss":
                counts[str(stat["team_id"])] += stat["stat_value"] / 5
    starters, court = {}, {}
    for possession in possessions:
        for event in possession.events:
            if hasattr(event, "period_starters"):
                starters[str(event.period)] = {str(team): men for team, men in event.period_starters.items()}
            court[f"{event.period}|{event.seconds_remaining}"] = {
                str(team): men for team, men in event.current_players.items()
            }
    return {
        "game": game_id, "seconds": seconds, "lines": lines, "possessions": counts, "starters": starters, "court": court,
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    """Runs the games, one after the other."""
    from pbpstats.client import Client  # type: ignore[import-not-found]

    folder, games = arguments[0], arguments[1:]
    client = Client({"dir": folder, "Possessions": {"source": "file", "data_provider": "stats_nba"}})
    for game_id in games:
        print(json.dumps(one_game(client, game_id)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
