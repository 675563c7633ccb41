"""What plays and boxes tell beside the figures: time in the clutch, who was not dressed, the crew, teams without a box."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from tests.tables.lakes import SUMMARIES, SeasonLake, season

OFFENCE, _, PLAYERS = SUMMARIES


def test_minutes_in_the_clutch_second_by_second(season_lake: SeasonLake) -> None:
    """Against a walk through the last five minutes and overtime in tenths of a second."""
    games = {row["game_id"]: row for row in season_lake.rows("silver.fct_schedule").to_pylist()}
    snapshots: dict[str, list[dict[str, Any]]] = {}
    for row in season_lake.rows("gold.game_state_snapshots").to_pylist():
        snapshots.setdefault(row["game_id"], []).append(row)
    stays: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in season_lake.rows("gold.player_stints").to_pylist():
        stays.setdefault((row["game_id"], row["player_id"]), []).append(row)
    found = {
        (row["game_id"], row["player_id"]): row["clutch_seconds"]
        for row in season_lake.rows("silver.fct_clutch").to_pylist()
    }
    assert found.keys() == stays.keys()
    close: dict[str, set[int]] = {}
    for game, rows in snapshots.items():
        tenths: set[int] = set()
        ordered = sorted((row for row in rows if row["elapsed_seconds"] is not None), key=lambda row: row["event_num"])
        for row, following in pairwise(ordered):
            if abs(row["home_score"] - row["away_score"]) <= 5:
                tenths.update(range(round(10 * row["elapsed_seconds"]), round(10 * following["elapsed_seconds"])))
        close[game] = {tenth for tenth in tenths if tenth >= 10 * (games[game]["regulation_seconds"] - 300)}
    assert sum(bool(tenths) for tenths in close.values()) > 5
    for (game, player), rows in stays.items():
        on_court: set[int] = set()
        for row in rows:
            on_court.update(range(round(10 * row["start_elapsed_seconds"]), round(10 * row["end_elapsed_seconds"])))
        assert found[game, player] == len(on_court & close[game]) / 10


def changed_box(lake: SeasonLake, number: int, change: Any) -> None:
    body = lake.newest(season()[number].id)
    assert body is not None
    loaded: dict[str, Any] = msgspec.json.decode(body)
    change(loaded)
    lake.put(msgspec.json.encode(loaded))


def test_who_was_not_dressed_and_the_crew(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = season_lake.copy(tmp_path / "lake")
    number = len(season()) - 1
    game = season()[number]
    body = lake.newest(game.id)
    assert body is not None
    (row,) = (one for one in lake.rows("silver.fct_games").to_pylist() if one["game_id"] == game.id)
    starts: dict[str, int] = {}
    ordered = sorted(lake.rows(PLAYERS).to_pylist(), key=lambda one: (one["game_date"], one["game_id"]))
    last = [one["game_id"] for one in ordered if one["team_id"] == row["home_team_id"] and one["game_date"] < game.date]
    ten = list(dict.fromkeys(reversed(last)))[:10]
    for one in ordered:
        if one["game_id"] in ten and one["starter_flag"] and one["team_id"] == row["home_team_id"]:
            starts[one["player_id"]] = starts.get(one["player_id"], 0) + 1
    regular = max(starts, key=lambda player: starts[player])
    assert 2 * starts[regular] >= len(ten) >= 5

    def hurt(loaded: dict[str, Any]) -> None:
        """A player of the bench is hurt, and a regular starter, who played, is listed as resting instead."""
        for team in loaded["boxscore"]["players"]:
            for one in team["statistics"][0]["athletes"]:
                if team["team"]["id"] == row["away_team_id"]:
                    one["reason"] = "COACH'S DECISION" if one["didNotPlay"] else one.get("reason")
                elif one["athlete"]["id"] == regular:
                    one |= {"didNotPlay": True, "reason": "REST", "starter": False, "stats": []}
                elif one["didNotPlay"]:
                    one["reason"] = "LEFT KNEE SORENESS"

    changed_box(lake, number, hurt)
    lake.build()
    inactive = [one for one in lake.rows("silver.fct_inactives").to_pylist() if one["game_id"] == game.id]
    assert inactive
    (home,) = (one for one in lake.rows(OFFENCE).to_pylist() if one["game_id"] == game.id and one["home_game"])
    (away,) = (one for one in lake.rows(OFFENCE).to_pylist() if one["game_id"] == game.id and not one["home_game"])
    by_player = {one["player_id"]: one for one in inactive}
    assert by_player[regular]["starts"] == starts[regular]
    assert by_player[regular]["team_games"] == len(ten)
    assert home["players_inactive"] == len(inactive) >= 2
    assert home["starters_inactive"] == sum(2 * starts.get(player, 0) >= len(ten) for player in by_player) >= 1
    # a box that names nobody may not tell it at all
    assert away["players_inactive"] is None
    assert "inactives:NOT_COLLECTED" in away["missing"]
    status = {one["player_id"]: one for one in lake.rows(PLAYERS).to_pylist() if one["game_id"] == game.id}
    for one in inactive:
        assert (status[one["player_id"]]["player_status"], status[one["player_id"]]["is_active"]) == ("INACTIVE", False)
    assert {one["player_status"] for one in status.values()} >= {"PLAYED", "INACTIVE"}
    names = sorted(
        "".join(sign for sign in one["official"].lower() if sign.isalnum())
        for one in lake.rows("silver.fct_officials").to_pylist()
        if one["game_id"] == game.id
    )
    assert (
        home["referee_crew_id"] == away["referee_crew_id"] == hashlib.sha256(",".join(names).encode()).hexdigest()[:16]
    )


def test_a_team_without_a_box_is_added_up_from_its_players(season_lake: SeasonLake, tmp_path: Path) -> None:
    lake = season_lake.copy(tmp_path / "lake")

    def without_totals(loaded: dict[str, Any]) -> None:
        for team in loaded["boxscore"]["teams"]:
            team["statistics"] = []

    def short(loaded: dict[str, Any]) -> None:
        without_totals(loaded)
        athletes = loaded["boxscore"]["players"][0]["statistics"][0]["athletes"]
        athletes.remove(max(athletes, key=lambda one: int(one["stats"][0]) if one["stats"] else 0))

    changed_box(lake, 5, without_totals)
    changed_box(lake, 9, short)
    lake.build()
    new, old = lake.keyed(OFFENCE), season_lake.keyed(OFFENCE)
    whole = {key: row for key, row in new.items() if key[1] == season()[5].id}
    assert len(whole) == 2
    same = (
        "points_scored",
        "fg_makes",
        "fg_attempts",
        "ft_attempts",
        "rebounds",
        "assists",
        "win_flag",
        "game_minutes",
    )
    for key, row in whole.items():
        assert row["points_source"] == "players"
        assert {name: row[name] for name in same} == {name: old[key][name] for name in same}
    # players who do not make the score stand for no team
    assert not [key for key in new if key[1] == season()[9].id]
    assert {row["points_source"] for key, row in new.items() if key not in whole} == {"team_box"}
