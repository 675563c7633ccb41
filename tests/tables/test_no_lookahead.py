"""What happens on a date changes no row that is dated that day or before and stands before the game."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.tables.lakes import BEFORE, SeasonLake, dates, season

# of a player who is known from the box of the game itself it could not be known that he would play
BOX = "BOX"


def box_players(lake: SeasonLake) -> set[tuple[Any, ...]]:
    rows = lake.rows("gold.upcoming_player_game_context").to_pylist()
    return {(row["game_date"], row["player_id"]) for row in rows if row["driver_source"] == BOX}


def known_before(lake: SeasonLake, table: str, last: date, unknowable: set[tuple[Any, ...]]) -> dict[Any, Any]:
    """Rows up to a date, without those of players whom only the box showed."""
    return {
        key: row
        for key, row in lake.keyed(table).items()
        if row["game_date"] <= last and (row["game_date"], row.get("player_id")) not in unknowable
    }


@pytest.mark.parametrize("number", [3, 20, 33])
def test_no_lookahead_property(season_lake: SeasonLake, tmp_path: Path, number: int) -> None:
    """Incident 5: windows with <= leaked the game itself; here every result from a date on is taken back."""
    first = dates()[number]
    other = season_lake.copy(tmp_path / "lake")
    for game in season():
        if game.date >= first:
            other.remove(game.id)
            other.put(game.document(status="scheduled"))
    assert not other.build().failures
    unknowable = box_players(season_lake) | box_players(other)
    for table in BEFORE:
        before = known_before(season_lake, table, first, unknowable)
        after = known_before(other, table, first, unknowable)
        assert after == before, table
        assert table != BEFORE[1] or any(row["game_date"] == first for row in after.values())


def swapped(body: bytes) -> bytes:
    """The game with another result: what the home players did was done by the visitors, and the other way round."""
    loaded: dict[str, Any] = msgspec.json.decode(body)
    one, two = loaded["boxscore"]["players"]
    for name in ("athletes",):
        for first, second in zip(one["statistics"][0][name], two["statistics"][0][name], strict=False):
            first["stats"], second["stats"] = second["stats"], first["stats"]
            first["didNotPlay"], second["didNotPlay"] = second["didNotPlay"], first["didNotPlay"]
    one, two = loaded["boxscore"]["teams"]
    one["statistics"], two["statistics"] = two["statistics"], one["statistics"]
    sides = loaded["header"]["competitions"][0]["competitors"]
    for name in ("score", "linescores", "winner"):
        sides[0][name], sides[1][name] = sides[1][name], sides[0][name]
    return msgspec.json.encode(loaded)


@settings(
    max_examples=2,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(number=st.integers(15, len(dates()) - 3))
def test_other_results_change_nothing_that_stands_before_them(season_lake: SeasonLake, number: int) -> None:
    """As above with results that are there, and different: every later row may change, and not one before."""
    first = dates()[number]
    with tempfile.TemporaryDirectory() as folder:
        other = season_lake.copy(Path(folder) / "lake")
        for game in season():
            if game.date >= first:
                body = other.newest(game.id)
                assert body is not None
                other.put(swapped(body))
        assert not other.build().failures
        unknowable = box_players(season_lake) | box_players(other)
        for table in BEFORE:
            assert known_before(other, table, first, unknowable) == known_before(
                season_lake, table, first, unknowable
            ), table
            assert other.keyed(table) != season_lake.keyed(table), table


def test_a_date_that_is_not_played_yet_has_its_contexts(season_lake: SeasonLake, tmp_path: Path) -> None:
    """Unchanged history never suppresses a date that is still to come."""
    last = dates()[-1]
    other = season_lake.copy(tmp_path / "lake")
    for game in season():
        if game.date == last:
            other.remove(game.id)
    other.build()
    assert last not in {row["game_date"] for row in other.rows(BEFORE[0]).to_pylist()}
    for game in season():
        if game.date == last:
            other.put(game.document(status="scheduled"))
    other.build()
    rows = [row for row in other.rows(BEFORE[0]).to_pylist() if row["game_date"] == last]
    assert len(rows) == 2 * sum(game.date == last for game in season())
