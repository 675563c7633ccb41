"""What the tables say of simulated games, against the truth and against each other."""

from __future__ import annotations

import pytest

from hooplake.lake.rowhash import hash_version, row_hashes
from hooplake.lakehouse import registry
from hooplake.tables.finish import finish_rows
from tests.tables.lakes import SUMMARIES, TEN, SeasonLake, season

OFFENCE, DEFENCE, PLAYERS = SUMMARIES


def test_every_expected_row_is_there(season_lake: SeasonLake) -> None:
    games = season()
    rosters = {(game.id, player.id) for game in games for player in game.truth.players}
    assert season_lake.rows(OFFENCE).num_rows == 2 * len(games)
    assert season_lake.rows(DEFENCE).num_rows == 2 * len(games)
    listed = {(row["game_id"], row["player_id"]) for row in season_lake.rows(PLAYERS).to_pylist()}
    assert listed <= rosters
    assert len(listed) == season_lake.rows(PLAYERS).num_rows >= 2 * 8 * len(games)


def test_the_defence_mirrors_the_offence(season_lake: SeasonLake) -> None:
    offence = season_lake.keyed(OFFENCE)
    for (day, game, _), row in season_lake.keyed(DEFENCE).items():
        other = offence[day, game, row["opponent_team_id"]]
        assert row["points_allowed"] == other["points_scored"]
        assert row["opp_paint_attempts"] == other["team_paint_attempts"]
        assert row["opponent_pace"] == other["pace"]
        assert row["turnovers_forced"] == other["turnovers"]


def test_players_sum_to_their_team(season_lake: SeasonLake) -> None:
    sums: dict[tuple[str, str], int] = {}
    for row in season_lake.rows(PLAYERS).to_pylist():
        key = row["game_id"], row["team_id"]
        sums[key] = sums.get(key, 0) + (row["points"] or 0)
    assert sums == {
        (row["game_id"], row["team_id"]): row["points_scored"] for row in season_lake.rows(OFFENCE).to_pylist()
    }


def test_zones_single_source(season_lake: SeasonLake) -> None:
    """Incident 4: zones come from the plays alone, and sum to the box or are all unknown."""
    for row in season_lake.rows(OFFENCE).to_pylist():
        zones = [row["team_paint_attempts"], row["team_mid_range_attempts"], row["team_three_attempts"]]
        if None in zones:
            assert zones == [None, None, None]
            assert [entry for entry in row["missing"] if entry.startswith("zones:")]
        else:
            assert sum(zones) == row["fg_attempts"]
            assert row["team_three_attempts"] == row["three_pt_attempts"]


def test_usage_of_a_team_is_a_hundred_for_its_five(season_lake: SeasonLake) -> None:
    """Usage weighted by playing time is 100 for the five on court, whatever the length of the game.

    What is missing from it was used by players who were on court for no whole minute: their time is 0 in the box.
    """
    by_team: dict[tuple[str, str], float] = {}
    for row in season_lake.rows(PLAYERS).to_pylist():
        if row["usage_rate"] is not None:
            key = row["game_id"], row["team_id"]
            by_team[key] = by_team.get(key, 0.0) + row["usage_rate"] * row["seconds_played"]
    used: dict[tuple[str, str], float] = {}
    unseen: dict[tuple[str, str], float] = {}
    for row in season_lake.rows("silver.fct_game_players").to_pylist():
        if row["fga"] is not None:
            key = row["game_id"], row["team_id"]
            figures = row["fga"] + 0.44 * row["fta"] + row["tov"]
            used[key] = used.get(key, 0.0) + figures
            unseen[key] = unseen.get(key, 0.0) + (figures if row["minutes"] == 0 else 0)
    assert 0 < sum(figures > 0 for figures in unseen.values()) < 5
    lengths = {(row["game_id"], row["team_id"]): row["game_minutes"] for row in season_lake.rows(OFFENCE).to_pylist()}
    for key, total in by_team.items():
        assert total / (60 * lengths[key]) == pytest.approx(100 * (1 - unseen[key] / used[key]), abs=0.1)


def test_rest_counts_full_days_without_a_game(season_lake: SeasonLake) -> None:
    dates: dict[str, list[object]] = {}
    for row in sorted(season_lake.rows(TEN[3]).to_pylist(), key=lambda row: row["game_date"]):
        known = dates.setdefault(row["team_id"], [])
        expected = (row["game_date"] - known[-1]).days - 1 if known else None  # type: ignore[operator]
        assert row["team_days_rest"] == expected
        assert row["is_back_to_back"] == (expected == 0)
        assert row["games_played_entering"] == len(known)
        known.append(row["game_date"])


def test_windows_hold_the_games_before_and_no_absences(season_lake: SeasonLake) -> None:
    """A mean over the last five games is over those he played; days on the bench are no zeros in it (incident 15)."""
    played: dict[str, list[int]] = {}
    points = {
        (row["game_id"], row["player_id"]): row["points"]
        for row in season_lake.rows(PLAYERS).to_pylist()
        if not row["is_dnp"] and row["seconds_played"]
    }
    for (_, game, player), row in sorted(season_lake.keyed(TEN[4]).items(), key=lambda item: item[0][0]):
        last = played.setdefault(player, [])[-5:]
        assert row["l5_games_used"] == len(last)
        if len(last) >= 3:
            assert row["points_avg_last_5"] == pytest.approx(sum(last) / len(last), abs=0.05001)
        else:
            assert row["points_avg_last_5"] is None
        if (game, player) in points:
            played[player].append(points[game, player])


@pytest.mark.parametrize("table", TEN)
def test_stored_rows_hash_as_fresh_ones_did(season_lake: SeasonLake, table: str) -> None:
    spec, rows = registry()[table], season_lake.rows(table)
    assert len(rows)
    assert row_hashes(spec, rows).to_pylist() == rows.column("data_hash").to_pylist()
    assert set(rows.column("hash_version").to_pylist()) == {hash_version(spec)}
    assert len(set(rows.column("data_hash").to_pylist())) == len(rows)


@pytest.mark.parametrize("table", TEN)
def test_every_null_has_a_reason(season_lake: SeasonLake, table: str) -> None:
    groups = {column.name: column.group for column in registry()[table].columns.values() if column.group}
    for row in season_lake.rows(table).to_pylist():
        told = {entry.partition(":")[0] for entry in row["missing"]}
        lacking = {name for name, group in groups.items() if row[name] is None and group not in told}
        assert not lacking, (lacking, row["missing"])


def test_features_in_the_store_are_never_filled(season_lake: SeasonLake) -> None:
    """Incident 12: what is not known stays NULL, and says why."""
    for row in season_lake.rows("gold.ml_feature_store").to_pylist():
        assert len(row["features"]) == len(row["feature_missing"]) == row["feature_count"]
        for value, reason in zip(row["features"], row["feature_missing"], strict=True):
            assert (value is None) == (reason is not None)


def test_finishing_rows_needs_no_clock_and_no_order(season_lake: SeasonLake) -> None:
    spec, rows = registry()[OFFENCE], season_lake.rows(OFFENCE)
    made = ("quality_score", "quality_tier", "data_hash", "hash_version")
    import pyarrow as pa

    texts = pa.array([",".join(reversed(entries)) for entries in rows.column("missing").to_pylist()])
    bare = rows.drop_columns([*made, "missing"]).append_column("missing", texts)
    again = finish_rows(spec, bare).select(made).to_pylist()
    for row in again:
        row["quality_score"] = round(row["quality_score"], 2)  # as on the write path
    assert again == rows.select(made).to_pylist()
