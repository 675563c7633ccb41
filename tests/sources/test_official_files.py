"""Rows of the official feed from files into a lake, and from there to silver and gold."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest
import zstandard

import hooplake
from hooplake.errors import ConfigError
from hooplake.games.official.raw import decode_index, encode_index
from hooplake.lakehouse import Lakehouse
from tests.games.official.feeds import both_teams, opening, row, table
from tests.games.official.test_dumps import answer

GOLD = ("gold.possessions", "gold.game_state_snapshots")


@pytest.fixture
def lake(tmp_path: Path) -> Lakehouse:
    return hooplake.open(tmp_path / "lake", create=True)


def _rows(*games: str, home: int = 2) -> pa.Table:
    rows = []
    for game in games:
        own = [
            *opening(), *both_teams(),
            row(1, 1, clock="9:00", p1="h1", home=f"One ({home} PTS)", score=f"0 - {home}"),
            row(13, period=4, clock="0:00", score=f"0 - {home}"),
        ]  # fmt: skip
        rows += [one | {"GAME_ID": game} for one in own]
    return table(rows)


def _built(lake: Lakehouse) -> list[tuple[str, int, int]]:
    report = lake.build(jobs=1)
    assert not report.failures
    found = lake.sql("select game_id, season, home_score from silver.fct_games where source = 'official' order by 1")
    return [tuple(one.values()) for one in found.to_pylist()]


def test_a_dump_is_stored_as_it_came_and_a_second_time_it_is_known(lake: Lakehouse, tmp_path: Path) -> None:
    file = tmp_path / "any name.parquet"
    pq.write_table(_rows("0021800001", "0021800002"), file)
    (outcome,) = lake.ingest_official([file]).outcomes
    assert (outcome.result, outcome.kind, outcome.season, outcome.detail) == ("stored", "plays", 2019, "2 games")
    assert outcome.path is not None
    assert outcome.path.startswith("raw/official/plays/league=nba/season=2019/0001.")
    assert lake.store.get(outcome.path) == file.read_bytes()
    assert lake.ingest_official([file]).counts == {"stored": 0, "unchanged": 1, "superseded": 0, "dead_letter": 0}
    assert _built(lake) == [("0021800001", 2019, 2), ("0021800002", 2019, 2)]


def test_of_two_dumps_the_later_rules_its_games(lake: Lakehouse, tmp_path: Path) -> None:
    for place, (games, home) in enumerate(((("0021800001", "0021800002"), 2), (("0021800002",), 3))):
        pq.write_table(_rows(*games, home=home), tmp_path / f"{place}.parquet")
        lake.ingest_official([tmp_path / f"{place}.parquet"])
    assert _built(lake) == [("0021800001", 2019, 2), ("0021800002", 2019, 3)]


def test_only_games_of_a_new_object_are_built_again(lake: Lakehouse, tmp_path: Path) -> None:
    pq.write_table(_rows("0021800001", "0021800002"), tmp_path / "a.parquet")
    lake.ingest_official([tmp_path / "a.parquet"])
    lake.build(jobs=1)
    pq.write_table(_rows("0021800002", home=3), tmp_path / "b.parquet")
    lake.ingest_official([tmp_path / "b.parquet"])
    report = lake.build("gold.game_state_snapshots", jobs=1)
    assert (report.steps["games"].run, report.steps["replay"].run) == (1, 1)


def test_games_that_come_bit_by_bit_make_the_lake_that_one_build_makes(tmp_path: Path) -> None:
    dumps = [
        _rows("0021800001", "0021800002"), _rows("0021800002", home=3), _rows("0021800003", "0021900001"),
        _rows("0021800001", home=3),
    ]  # fmt: skip
    for place, rows in enumerate(dumps):
        pq.write_table(rows, tmp_path / f"{place}.parquet")
    bit_by_bit, at_once = (hooplake.open(tmp_path / name, create=True) for name in ("a", "b"))
    for place in range(len(dumps)):
        bit_by_bit.ingest_official([tmp_path / f"{place}.parquet"])
        at_once.ingest_official([tmp_path / f"{place}.parquet"])
        assert not bit_by_bit.build(*GOLD, jobs=1).failures
    assert not at_once.build(*GOLD, jobs=1).failures
    paths = [path for path in at_once.store.paths() if path.startswith(("silver/", "gold/"))]
    assert {path: at_once.store.get(path) for path in paths} == {
        path: bit_by_bit.store.get(path) for path in bit_by_bit.store.paths() if path.startswith(("silver/", "gold/"))
    }
    assert any(path.startswith("gold/possessions/league=nba/source=official/season=2020") for path in paths)


def test_a_dump_of_several_seasons_is_cut(lake: Lakehouse, tmp_path: Path) -> None:
    for name in ("a.parquet", "b.csv"):
        rows = (
            _rows("0021800001", "0021900001", "0029600001")
            if name == "a.parquet"
            else _rows("0022000001", "0022100001")
        )
        pq.write_table(rows, tmp_path / name) if name == "a.parquet" else csv.write_csv(rows, tmp_path / name)
    report = lake.ingest_official([tmp_path / "a.parquet", tmp_path / "b.csv"])
    assert [(one.season, one.result) for one in report.outcomes] == [
        (n, "stored") for n in (1997, 2019, 2020, 2021, 2022)
    ]
    assert [game[:2] for game in _built(lake)] == [
        ("0021800001", 2019), ("0021900001", 2020), ("0022000001", 2021), ("0022100001", 2022), ("0029600001", 1997),
    ]  # fmt: skip


def test_files_are_found_in_folders_and_archives_and_unpacked(lake: Lakehouse, tmp_path: Path) -> None:
    folder = tmp_path / "down" / "loads"
    folder.mkdir(parents=True)
    csv.write_csv(_rows("0021800001"), tmp_path / "plain.csv")
    body = (tmp_path / "plain.csv").read_bytes()
    (folder / "a.csv.gz").write_bytes(gzip.compress(body))
    (folder / "notes.txt").write_text("no rows")
    (folder / "b.json.zst").write_bytes(zstandard.compress(answer(_rows("0021800002"))))
    with tarfile.open(folder / "c.tar.xz", "w:xz") as archive:
        csv.write_csv(_rows("0021800003"), tmp_path / "inside.csv")
        archive.add(tmp_path / "inside.csv", "deep/inside.csv")
    with zipfile.ZipFile(folder / "d.zip", "w") as packed:
        csv.write_csv(_rows("0021800004"), tmp_path / "inside.csv")
        packed.write(tmp_path / "inside.csv", "inside.csv")
    report = lake.ingest_official([tmp_path / "down"])
    assert report.counts["stored"] == 4
    assert [one.origin.rpartition("/")[2].rpartition("!")[2] for one in report.outcomes] == [
        "a.csv.gz", "b.json.zst", "inside.csv", "inside.csv",
    ]  # fmt: skip
    assert [game[0] for game in _built(lake)] == ["0021800001", "0021800002", "0021800003", "0021800004"]


def test_boxes_of_games_and_periods_come_one_by_one(lake: Lakehouse, tmp_path: Path) -> None:
    def box(points: int, **parameters: int) -> bytes:
        rows = pa.table({
            "GAME_ID": ["0021800001"], "TEAM_ID": ["1610612738"], "PLAYER_ID": ["101"], "PLAYER_NAME": ["One Man"],
            "MIN": ["5:00"], "PTS": [str(points)], "PLUS_MINUS": ["2.0"], "START_POSITION": ["F"],
        })  # fmt: skip
        return answer(rows, "PlayerStats", **parameters)

    (tmp_path / "1.json").write_bytes(answer(_rows("0021800001")))
    (tmp_path / "2.json").write_bytes(box(2, StartPeriod=1, EndPeriod=1))
    (tmp_path / "3.json").write_bytes(box(0, StartPeriod=2, EndPeriod=2))
    (tmp_path / "4.json").write_bytes(box(2, StartPeriod=0, EndPeriod=0))
    lake.ingest_official([tmp_path / f"{n}.json" for n in range(1, 5)])
    _built(lake)
    periods = lake.sql("select period, points from silver.fct_player_periods order by 1").to_pylist()
    assert periods == [{"period": 1, "points": 2}, {"period": 2, "points": 0}]
    assert lake.sql("select points from silver.fct_game_players where player_id = '101'").to_pylist() == [{"points": 2}]
    kinds = lake.sql("select kinds from silver.fct_games").to_pylist()
    assert kinds == [{"kinds": ["boxes", "plays"]}]


def test_what_is_no_row_of_the_feed_is_named_with_the_reason(lake: Lakehouse, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "b.json").write_text('{"resultSets": []}')
    pq.write_table(_rows("2021800001"), tmp_path / "c.parquet")  # of another league
    (tmp_path / "d.parquet").write_bytes(b"PAR1 broken")
    report = lake.ingest_official([tmp_path])
    assert [(one.result, one.reason) for one in report.outcomes] == [
        ("dead_letter", "unknown_rows"), ("dead_letter", "unknown_rows"), ("dead_letter", "no_game"),
        ("dead_letter", "not_parquet"),
    ]  # fmt: skip
    assert report.exit_code == 4
    assert lake.store.paths("raw") == []


def test_games_of_other_leagues_in_a_dump_are_left_out(lake: Lakehouse, tmp_path: Path) -> None:
    pq.write_table(_rows("0021800001", "2021800001"), tmp_path / "a.parquet")
    (outcome,) = lake.ingest_official([tmp_path / "a.parquet"]).outcomes
    assert outcome.detail == "1 games; left out 1 games of other leagues, such as 2021800001"
    assert [game[0] for game in _built(lake)] == ["0021800001"]


def test_a_dry_run_writes_nothing(lake: Lakehouse, tmp_path: Path) -> None:
    pq.write_table(_rows("0021800001"), tmp_path / "a.parquet")
    assert lake.ingest_official([tmp_path / "a.parquet"], dry_run=True).counts["stored"] == 1
    assert lake.store.paths("raw") == []


def test_a_path_that_is_not_there_is_an_error(lake: Lakehouse, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        lake.ingest_official([tmp_path / "nothing"])
    with pytest.raises(ConfigError, match="no Parquet, CSV or JSON"):
        lake.ingest_official([tmp_path])


def test_a_dump_that_is_gone_fails_its_games_and_no_other(lake: Lakehouse, tmp_path: Path) -> None:
    for name, game in (("a", "0021800001"), ("b", "0021800002")):
        pq.write_table(_rows(game), tmp_path / f"{name}.parquet")
    first, _ = lake.ingest_official([tmp_path / "a.parquet", tmp_path / "b.parquet"]).outcomes
    assert first.path is not None
    lake.store.delete(first.path)
    lake.store.put(first.path, b"PAR1 damaged")
    report = lake.build("silver.fct_games", jobs=1)
    assert [(one.unit, one.reason) for one in report.failures] == [("0021800001", "not_parquet")]
    assert lake.sql("select game_id from silver.fct_games").to_pylist() == [{"game_id": "0021800002"}]


def test_dates_are_told_by_the_list_beside_a_dump_so_that_a_plan_opens_none(lake: Lakehouse, tmp_path: Path) -> None:
    pq.write_table(_rows("0021800001", "0021800002"), tmp_path / "plays.parquet")
    scores = {"GAME_ID": ["0021800001"] * 2, "TEAM_ID": [1, 2], "PTS": [2, 0], "PTS_QTR1": [2, 0]}
    pq.write_table(pa.table(scores | {"GAME_DATE_EST": ["2018-10-16T00:00:00"] * 2}), tmp_path / "lines.parquet")
    lake.ingest_official([tmp_path / "plays.parquet", tmp_path / "lines.parquet"])
    paths = [path for path in lake.store.paths() if path.endswith(".games.json")]
    indexes = {path.split("/")[2]: (path, decode_index(lake.store.get(path))) for path in paths}
    assert [(one.game_id, one.date) for one in indexes["lines"][1]] == [("0021800001", "2018-10-16")]
    assert [one.date for one in indexes["plays"][1]] == ["", ""]

    def units() -> dict[str, tuple[str, int]]:
        (item,) = (item for item in lake.plan("silver.fct_games").items if item.step.name == "games")
        return {game: (unit.date, len(unit.refs)) for game, unit in item.inputs.units.items()}

    assert units() == {"0021800001": ("2018-10-16", 2), "0021800002": ("", 1)}
    # as a release wrote it that knew no dates: the dump is opened
    path, games = indexes["lines"]
    lake.store.put(path, msgspec.json.encode([[one.game_id, one.first, one.after] for one in games]))
    assert units() == {"0021800001": ("2018-10-16", 2), "0021800002": ("", 1)}
    # with its dates in the list a dump that cannot be read any more is no hindrance to a plan
    lake.store.put(path, encode_index(games))
    lake.store.put(path.removesuffix(".games.json"), b"")
    assert units() == {"0021800001": ("2018-10-16", 2), "0021800002": ("", 1)}
