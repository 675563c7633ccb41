"""Named questions to the replay tables."""

from __future__ import annotations

from pathlib import Path

import pytest

import hooplake
from hooplake.errors import ConfigError
from hooplake.games.model import STATS
from hooplake.lake.store import Store
from hooplake.lake.views import View, load_views
from hooplake.lakehouse import views
from hooplake.replay.moments.game import GameView
from tests.replay.lakes import read_simulated, simulated, write_lake

LINE = (*STATS, "seconds", "minutes", "plus_minus", "on_court")
NAMES = "meta.ml_features"
"""The view that holds the names of the features: the one that reads no table, and is never empty."""


def assert_dense_is_box(lake: hooplake.Lakehouse, game: GameView) -> int:
    """The dense rows of a game are its boxes, cell for cell; returns how many rows."""
    rows = lake.sql("select * from gold.player_snapshot_stats where game_id = ?", [game.game_id]).to_pylist()
    told = {(row["event_num"], row["player_id"]): row for row in rows}
    assert len(told) == len(rows)
    for event in range(game.score_at("end").event_num + 1):
        box = game.box_at(event)
        for line in box.lines:
            row = told.pop((event, line.player_id))
            assert [row[name] for name in LINE] == [getattr(line, name) for name in LINE]
            assert (row["home_score"], row["away_score"]) == (box.home_score, box.away_score)
            assert (row["player"], row["team_id"], row["home"]) == (line.player, line.team_id, line.home)
    assert told == {}
    return len(rows)


@pytest.mark.parametrize(
    "game_id",
    ["401705050", "401859967", "401585607", "401705508", "401820771", "401706886", "290710041", "401493512"],
)
def test_the_dense_box_is_the_box_at_every_event_of_real_games(real_lake: Path, game_id: str) -> None:
    with hooplake.open(real_lake) as lake:
        game = lake.game(game_id)
        assert assert_dense_is_box(lake, game) == (game.score_at("end").event_num + 1) * len(game.players)


@pytest.mark.parametrize(("league", "season"), [("nba", 2025), ("wnba", 2025), ("mbb", 2026), ("wbb", 2024)])
def test_the_dense_box_is_the_box_at_every_event_of_simulated_games(league: str, season: int, tmp_path: Path) -> None:
    games = [simulated(league, season, 5, number) for number in (0, 1)]
    write_lake(tmp_path / "lake", map(read_simulated, games))
    with hooplake.open(tmp_path / "lake") as lake:
        for game in games:
            assert assert_dense_is_box(lake, lake.game(game.id)) > 0


def test_latest_snapshots_are_the_states_at_the_end(real_lake: Path) -> None:
    with hooplake.open(real_lake) as lake:
        rows = lake.sql("select * from gold.latest_snapshots order by game_id").to_pylist()
        assert len(rows) == 8
        for row in rows:
            state = lake.game(row["game_id"]).score_at("end")
            assert (row["event_num"], row["home_score"]) == (state.event_num, state.home_score)
            assert row["away_score"] == state.away_score


def test_verification_summary_counts_every_game_once(real_lake: Path) -> None:
    with hooplake.open(real_lake) as lake:
        rows = lake.sql("select * from gold.verification_summary order by league").to_pylist()
        games = {(row["league"], row["source"]): row["total_games"] for row in rows}
        assert games == {("mbb", "espn"): 3, ("nba", "espn"): 4, ("wbb", "espn"): 1}
        for row in rows:
            grades = sum(row[f"grade_{grade}"] for grade in "abcdf")
            assert grades + row["not_verifiable"] == row["total_games"]
        nba = rows[1]
        # of the four one is in progress; Harper's late free throw makes one B
        assert (nba["grade_a"], nba["grade_b"], nba["not_verifiable"]) == (2, 1, 1)
        assert nba["pct_score_match"] == 1.0
        compared = lake.sql(
            "select sum(cells_equal) / sum(cells_compared) as share from gold.box_score_verification where league = 'nba'"
        )
        assert nba["pct_cells_equal"] == pytest.approx(compared["share"][0].as_py())


def test_leaders_at_the_half_over_all_games(real_lake: Path) -> None:
    # the sparse rows answer this without the dense view: the last line of each player in the first half
    query = """
        select player_id, max(points) as points from gold.player_snapshots
        where league = 'nba' and game_id = '401705050' and period <= 2
        group by player_id order by points desc, player_id limit 2
    """
    with hooplake.open(real_lake) as lake:
        box = lake.game("401705050").box_at("half")
        best = sorted(box.lines, key=lambda line: (-line.points, line.player_id))[:2]
        assert lake.sql(query).to_pylist() == [{"player_id": line.player_id, "points": line.points} for line in best]


def test_views_are_there_before_anything_was_built(tmp_path: Path) -> None:
    with hooplake.open(tmp_path / "new", create=True) as lake:
        for view in views():
            rows = len(lake.sql(f"select * from {view.name}"))
            assert rows > 0 if view.name == NAMES else rows == 0


def test_an_open_connection_sees_a_file_that_was_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    first, second = (read_simulated(simulated("nba", 2025, 5, number)) for number in (0, 1))
    write_lake(folder, [first])
    with hooplake.open(folder) as lake:
        count = "select count(*)::int as n, min(game_id) as game_id from gold.latest_snapshots"
        assert lake.sql(count).to_pylist() == [{"n": 1, "game_id": first.game_id}]
        write_lake(folder, [second])
        assert lake.sql(count).to_pylist() == [{"n": 1, "game_id": second.game_id}]
        write_lake(folder, [first, second])
        assert lake.sql(count).to_pylist()[0]["n"] == 2


@pytest.mark.parametrize("view", views(), ids=lambda view: view.name)
@pytest.mark.parametrize("dialect", ["spark", "postgres"])
def test_other_engines_take_the_views(view: View, dialect: str) -> None:
    import sqlglot
    from sqlglot import exp

    (statement,) = sqlglot.transpile(view.sql, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE)
    tables = {table.sql() for table in sqlglot.parse_one(statement, read=dialect).find_all(exp.Table)}
    assert any(table.startswith(("gold.", "meta.")) for table in tables) or view.name == NAMES


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Latest.sql", "-- Rows.\nselect 1", "the name of a view's file is layer.view.sql"),
        ("gold.latest.sql", "select 1", "begins with a comment that says what a row is"),
        ("gold.latest.sql", "-- Rows.\n-- and more\nselect 1", "'-- column: what it means'"),
    ],
)
def test_a_file_that_is_no_view_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=message):
        load_views(tmp_path)


def test_a_view_says_what_its_columns_mean(tmp_path: Path) -> None:
    (tmp_path / "gold.one.sql").write_text("-- One row.\n-- n: the number\nselect 1 as n\n")
    (view,) = load_views(tmp_path)
    assert (view.name, view.description, dict(view.meanings)) == ("gold.one", "One row.", {"n": "the number"})
    assert Store.open(tmp_path).is_local
