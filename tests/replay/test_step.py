"""The replay step: what makes it run again, and what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

import hooplake.replay
from hooplake.build.step import Task, UnitInput, code_version
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.lakehouse import registry
from hooplake.replay import step
from hooplake.replay.declared import INPUT_TABLES, REPLAY_TABLES
from hooplake.replay.replay import replay
from tests.replay.lakes import read_simulated, simulated, tables_of, write_tables


def test_the_version_holds_every_module_that_makes_tables_and_none_that_answers_questions() -> None:
    folder = Path(hooplake.replay.__file__).parent
    modules = {f"hooplake.replay.{file.stem}" for file in folder.glob("*.py")} - {"hooplake.replay.__init__"}
    assert "hooplake.replay.lineups" in modules
    expected = code_version(*modules, "hooplake.games.model", "hooplake.games.leagues")
    assert step.REPLAY_STEP.version == expected
    answers = {file.stem for file in (folder / "moments").glob("*.py")} - {"__init__"}
    for file in folder.glob("*.py"):
        text = file.read_text("utf-8")
        assert not [name for name in answers if f"hooplake.replay.moments.{name}" in text], f"{file.name} makes tables"


def test_ids_of_plays_are_read_of_the_games_that_differ(tmp_path: Path) -> None:
    games = [read_simulated(simulated("nba", 2025, 3, number)) for number in range(4)]
    wrong = sorted(game.game_id for game in games)[1::2]
    for game in games:
        if game.game_id in wrong:
            line = max(game.players, key=lambda own: own.dreb or 0)
            line.dreb, line.reb = (line.dreb or 0) - 1, (line.reb or 0) - 1
    specs, partition = registry(), Partition(league="nba", source=games[0].source, season=games[0].season)
    silver = {name: table for name, table in tables_of(games).items() if name in INPUT_TABLES}
    plays = silver["silver.fct_plays"]
    # in the last game a play occurs twice, which is the cause there and there alone
    row = plays["game_id"].index(wrong[1]).as_py()
    ids = plays["play_id"].to_pylist()
    ids[row + 1] = ids[row]
    place = plays.column_names.index("play_id")
    silver["silver.fct_plays"] = plays.set_column(place, plays.schema.field("play_id"), pa.array(ids, pa.string()))
    store = Store.open(tmp_path / "lake")
    write_tables(store, partition, silver)
    asked: list[tuple[tuple[str, ...], tuple[str, ...]]] = []

    class Told(Task):
        def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
            if table == "silver.fct_plays":
                asked.append((tuple(self.units), tuple(columns or ())))
            return super().read(table, columns)

    units = {game.game_id: UnitInput("", ()) for game in games}
    inputs = {name: (partition,) for name, table in silver.items() if len(table)}
    found = step.compute(Told(store, specs, partition, units, inputs, REPLAY_TABLES, {}, "game_id")).tables
    whole = replay(silver, specs, league="nba")
    assert all(found[name].equals(whole[name]) for name in REPLAY_TABLES)
    cells = found["gold.box_score_differences"].select(["game_id", "stat", "cause"]).to_pylist()
    players = {(cell["game_id"], cell["stat"]): cell["cause"] for cell in cells if cell["stat"] in ("dreb", "reb")}
    assert {game for game, _ in players} == set(wrong)
    assert {players[wrong[0], "dreb"], players[wrong[1], "dreb"]} == {"surplus_play", "duplicate_row"}
    assert players[wrong[1], "dreb"] == "duplicate_row"
    assert [sorted(games) for games, _ in asked] == [sorted(units), wrong]
    assert "play_id" not in asked[0][1]
    assert "play_id" in asked[1][1]
