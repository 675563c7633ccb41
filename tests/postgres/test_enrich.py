"""The enrichment of rows: what it writes, what it leaves alone, and that nothing of it is lost."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hooplake import simulate
from hooplake.errors import ConfigError
from hooplake.lake.store import Store
from hooplake.postgres import enrich as enriching
from hooplake.postgres.connect import Place, connect
from hooplake.postgres.documents import find_documents
from hooplake.postgres.enrich import Options, Step, enrich
from tests.postgres.rows import data_of, insert, source_of, tuples_written

Connection = psycopg.Connection[Any]
OPTIONS = Options(batch_size=5)


def test_every_game_gets_its_features_and_keeps_the_rest(
    connection: Connection, documents: Path, nba: simulate.Season
) -> None:
    games = [game.id for game in nba.games[:24]]
    before = {"game_info": {"season": "2024-25"}, "metadata": {"mine": [1, None]}, "ünï": "\u2603"}
    insert(connection, games, before)
    report = enrich(connection, source_of(documents), OPTIONS)
    assert (report.games, report.written, report.unchanged, report.failed, report.left) == (24, 24, 0, {}, 0)
    assert report.formats == {"1": 8, "2": 16}
    for game in nba.games[:24]:
        data = data_of(connection)[game.id]
        features = data.pop("espn_features")
        enrichment = data["metadata"].pop("enrichment")
        assert data == before
        totals = tuple(features["scoring"][side]["total"] for side in ("home", "away"))
        assert totals == game.truth.score
        assert features["source_data"]["original_game_id"] == game.id
        assert features["source_data"]["s3_key"] == f"{game.id}.json"
        assert enrichment["format_version"] == features["source_data"]["format"]
        assert enrichment.keys() == {"format_version", "feature_count", "content_hash", "extractor_version"}
        assert enrichment["feature_count"] > 200


def test_the_moment_is_told_with_its_offset(connection: Connection, documents: Path, nba: simulate.Season) -> None:
    # the predecessor wrote local time without one
    insert(connection, [nba.games[0].id])
    enrich(connection, source_of(documents), OPTIONS)
    (moment,) = connection.execute(
        "select data #>> '{metadata,enrichment,enriched_at}' from raw_data.nba_games"
    ).fetchone() or ("",)
    assert moment.endswith("+00:00")


def test_a_second_run_writes_nothing(connection: Connection, documents: Path, nba: simulate.Season) -> None:
    insert(connection, [game.id for game in nba.games[:24]])
    enrich(connection, source_of(documents), OPTIONS)
    tuples_written(connection)  # what is counted late would be counted after the vacuum
    connection.execute("vacuum raw_data.nba_games")
    connection.execute("vacuum raw_data.game_enrichment")
    before = tuples_written(connection)
    assert before[1] == 0
    report = enrich(connection, source_of(documents), OPTIONS)
    assert (report.written, report.unchanged) == (0, 24)
    assert tuples_written(connection) == before


def test_a_second_run_reads_no_document(
    connection: Connection, documents: Path, nba: simulate.Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert(connection, [game.id for game in nba.games[:24]])
    enrich(connection, source_of(documents), OPTIONS)

    def refuse(*_: object) -> None:
        raise AssertionError("a document was read")

    monkeypatch.setattr(enriching, "extract", refuse)
    assert enrich(connection, source_of(documents), OPTIONS).unchanged == 24


def test_rows_are_not_written_even_where_the_memory_of_them_is_lost(
    connection: Connection, documents: Path, nba: simulate.Season
) -> None:
    insert(connection, [game.id for game in nba.games[:24]])
    enrich(connection, source_of(documents), OPTIONS)
    connection.execute("truncate raw_data.game_enrichment")
    versions = connection.execute("select game_id, xmin::text from raw_data.nba_games order by 1").fetchall()
    report = enrich(connection, source_of(documents), OPTIONS)
    assert (report.written, report.unchanged) == (0, 24)
    assert connection.execute("select game_id, xmin::text from raw_data.nba_games order by 1").fetchall() == versions


def test_a_row_that_somebody_else_wrote_is_looked_at_again(
    connection: Connection, documents: Path, nba: simulate.Season
) -> None:
    games = [game.id for game in nba.games[:6]]
    insert(connection, games)
    enrich(connection, source_of(documents), OPTIONS)
    whole = data_of(connection)
    connection.execute(
        "update raw_data.nba_games set data = jsonb_set(data, '{espn_features,scoring,home,total}', '1') "
        "where game_id = %s",
        (games[2],),
    )
    report = enrich(connection, source_of(documents), OPTIONS)
    assert (report.written, report.unchanged) == (1, 5)
    assert data_of(connection) == whole


def test_a_document_that_changed_is_merged_again(
    connection: Connection, documents: Path, nba: simulate.Season, tmp_path: Path
) -> None:
    game = nba.games[0]
    insert(connection, [game.id])
    file = tmp_path / f"{game.id}.json"
    file.write_bytes(game.document(status="scheduled"))
    enrich(connection, source_of(tmp_path), OPTIONS)
    assert data_of(connection)[game.id]["espn_features"]["scoring"]["home"]["total"] is None
    file.write_bytes(game.document())
    report = enrich(connection, source_of(tmp_path), OPTIONS)
    assert report.written == 1
    assert data_of(connection)[game.id]["espn_features"]["scoring"]["home"]["total"] == game.truth.score[0]


def test_failures_are_told_and_cost_no_other_game(
    connection: Connection, documents: Path, nba: simulate.Season, tmp_path: Path
) -> None:
    games = [game.id for game in nba.games[:6]]
    insert(connection, games)
    for game in nba.games[:6]:
        (tmp_path / f"{game.id}.json").write_bytes(game.document())
    (tmp_path / f"{games[0]}.json").write_bytes(b'{"half')
    (tmp_path / f"{games[1]}.json").write_bytes(nba.games[2].document())
    (tmp_path / f"{games[2]}.json").unlink()
    (tmp_path / f"{games[3]}.json").write_bytes(b'{"some": "thing"}')
    connection.execute("update raw_data.nba_games set data = '[1, 2]' where game_id = %s", (games[4],))
    report = enrich(connection, source_of(tmp_path), OPTIONS)
    assert {game: failure.reason for game, failure in report.failed.items()} == {
        games[0]: "truncated", games[1]: "misplaced", games[2]: "no_document", games[3]: "unknown_kind",
        games[4]: "data_not_an_object",
    }  # fmt: skip
    assert report.failures_by_type == dict.fromkeys(
        ("truncated", "misplaced", "no_document", "unknown_kind", "data_not_an_object"), 1
    )
    data = data_of(connection)
    assert "espn_features" in data[games[5]]
    assert data[games[4]] == [1, 2]


def test_a_document_of_another_league_is_refused(connection: Connection, tmp_path: Path) -> None:
    game = simulate.season("wnba", 2025, days=3, teams=4).games[0]
    insert(connection, [game.id])
    (tmp_path / f"{game.id}.json").write_bytes(game.document())
    report = enrich(connection, source_of(tmp_path), OPTIONS)
    assert report.failed[game.id].reason == "other_league"
    assert enrich(connection, source_of(tmp_path), replace(OPTIONS, league=None)).written == 1


def test_a_value_that_the_database_refuses_costs_only_its_game(
    connection: Connection, documents: Path, nba: simulate.Season
) -> None:
    games = [game.id for game in nba.games[:8]]
    insert(connection, games)
    connection.execute(
        "alter table raw_data.nba_games add constraint refused "
        f"check (game_id <> '{games[3]}' or not data ? 'espn_features')".encode()
    )
    try:
        report = enrich(connection, source_of(documents), Options(batch_size=8))
    finally:
        connection.execute("alter table raw_data.nba_games drop constraint refused")
    assert {game: failure.reason for game, failure in report.failed.items()} == {games[3]: "database"}
    assert "refused" in report.failed[games[3]].detail
    assert report.written == 7


def test_a_dry_run_writes_nothing_at_all(
    place: Place, connection: Connection, documents: Path, nba: simulate.Season, tmp_path: Path
) -> None:
    # the predecessor moved its checkpoint in a dry run
    insert(connection, [game.id for game in nba.games[:24]])
    before, written = data_of(connection), tuples_written(connection)
    checkpoint = tmp_path / "run.json"
    with connect(place, read_only=True) as reading:
        report = enrich(reading, source_of(documents), replace(OPTIONS, dry_run=True), checkpoint=checkpoint)
    assert (report.written, report.dry_run, report.failed) == (24, True, {})
    assert data_of(connection) == before
    assert tuples_written(connection) == written
    assert not checkpoint.exists()


def test_a_dry_run_leaves_the_checkpoint_of_another_run_as_it_is(
    connection: Connection, documents: Path, nba: simulate.Season, tmp_path: Path
) -> None:
    insert(connection, [game.id for game in nba.games[:24]])
    checkpoint = tmp_path / "run.json"
    enrich(connection, source_of(documents), replace(OPTIONS, limit=10), checkpoint=checkpoint)
    before = checkpoint.read_bytes()
    report = enrich(
        connection, source_of(documents), replace(OPTIONS, dry_run=True), checkpoint=checkpoint, resume=True
    )
    assert report.written == 24
    assert checkpoint.read_bytes() == before


def test_counts_go_on_after_a_resume(
    connection: Connection, documents: Path, nba: simulate.Season, tmp_path: Path
) -> None:
    # the predecessor began again at 0
    insert(connection, [game.id for game in nba.games[:24]])
    checkpoint = tmp_path / "run.json"
    reports = [
        enrich(connection, source_of(documents), replace(OPTIONS, limit=10), checkpoint=checkpoint, resume=number > 0)
        for number in range(3)
    ]
    assert [report.written for report in reports] == [10, 20, 24]
    assert [report.left for report in reports] == [14, 4, 0]
    assert reports[-1].formats == {"1": 8, "2": 16}


def test_failed_games_are_tried_again_on_resume(
    connection: Connection, documents: Path, nba: simulate.Season, tmp_path: Path
) -> None:
    # the predecessor remembered the last id only, and never came back to a game that had failed before it
    games = [game.id for game in nba.games[:6]]
    insert(connection, games)
    for game in nba.games[:6]:
        (tmp_path / f"{game.id}.json").write_bytes(game.document())
    (tmp_path / f"{games[1]}.json").write_bytes(b"{")
    checkpoint = tmp_path / "checkpoints" / "run"
    first = enrich(connection, source_of(tmp_path), OPTIONS, checkpoint=checkpoint)
    assert list(first.failed) == [games[1]]
    again = enrich(connection, source_of(tmp_path), OPTIONS, checkpoint=checkpoint, resume=True)
    assert list(again.failed) == [games[1]]
    (tmp_path / f"{games[1]}.json").write_bytes(nba.games[1].document())
    last = enrich(connection, source_of(tmp_path), OPTIONS, checkpoint=checkpoint, resume=True)
    assert (last.failed, last.written) == ({}, 6)
    assert "espn_features" in data_of(connection)[games[1]]


def test_a_game_that_comes_in_before_the_last_is_not_left_behind(
    connection: Connection, documents: Path, nba: simulate.Season, tmp_path: Path
) -> None:
    # the predecessor went on with the ids greater than the last, compared as text
    games = sorted(game.id for game in nba.games[:24])
    insert(connection, games[5:])
    checkpoint = tmp_path / "run"
    enrich(connection, source_of(documents), OPTIONS, checkpoint=checkpoint)
    insert(connection, games[:5])
    report = enrich(connection, source_of(documents), OPTIONS, checkpoint=checkpoint, resume=True)
    assert (report.written, report.left) == (24, 0)


def test_a_checkpoint_of_another_run_is_refused(
    connection: Connection, documents: Path, nba: simulate.Season, tmp_path: Path
) -> None:
    insert(connection, [nba.games[0].id])
    checkpoint = tmp_path / "run"
    enrich(connection, source_of(documents), OPTIONS, checkpoint=checkpoint, run={"database": "one"})
    with pytest.raises(ConfigError, match=r"another run \(database 'one', now 'two'\)"):
        enrich(connection, source_of(documents), OPTIONS, checkpoint=checkpoint, resume=True, run={"database": "two"})


def test_worker_processes_do_the_same(connection: Connection, tmp_path: Path, nba: simulate.Season) -> None:
    games = simulate.season("nba", 2024, days=30, teams=10).games[:70]
    for game in games:
        (tmp_path / f"{game.id}.json").write_bytes(game.document())
    insert(connection, [game.id for game in games])
    assert enrich(connection, source_of(tmp_path), Options(batch_size=9, jobs=2)).written == 70
    several = data_of(connection)
    connection.execute("truncate raw_data.nba_games, raw_data.game_enrichment")
    insert(connection, [game.id for game in games])
    enrich(connection, source_of(tmp_path), Options(batch_size=100))
    assert data_of(connection) == several


def test_each_batch_is_told(connection: Connection, documents: Path, nba: simulate.Season) -> None:
    insert(connection, [game.id for game in nba.games[:24]])
    steps: list[Step] = []
    enrich(connection, source_of(documents), Options(batch_size=10), on_step=steps.append)
    assert [step.batch for step in steps] == [10, 10, 4]
    assert [step.looked_at for step in steps] == [10, 20, 24]
    assert steps[-1].seconds_left == 0
    assert all(step.rate > 0 for step in steps)


def test_without_tables_it_says_what_to_do(place: Place, documents: Path) -> None:
    with connect(place) as connection, connection.transaction(force_rollback=True):
        connection.execute("drop schema raw_data cascade")
        with pytest.raises(ConfigError, match="run 'hooplake postgres init' first"):
            enrich(connection, source_of(documents), OPTIONS)


@pytest.mark.parametrize("kinds", [("summary", "page"), ("gamepackage", "summary"), ("page", "page_plays")])
def test_the_parts_of_a_game_in_two_folders_are_one_game(
    connection: Connection, nba: simulate.Season, tmp_path: Path, kinds: tuple[str, str]
) -> None:
    game = nba.games[3]
    for folder, kind in zip(("box_scores", "pbp"), kinds, strict=True):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{game.id}.json").write_bytes(game.document(kind))
    insert(connection, [game.id])
    report = enrich(connection, source_of(tmp_path), OPTIONS)
    assert report.written == 1
    features = data_of(connection)[game.id]["espn_features"]
    assert features["plays_summary"]["total_plays"] > 300
    assert any(player["stats"]["points"] for player in features["box_score"]["home"]["players"])


def test_games_of_a_lake_are_those_of_its_league(connection: Connection, nba: simulate.Season, tmp_path: Path) -> None:
    from hooplake.sources.files import ingest_files

    lake, files = Store.open(tmp_path / "lake"), tmp_path / "files"
    files.mkdir()
    for game in (*nba.games[:3], *simulate.season("wnba", 2025, days=3, teams=4).games[:2]):
        (files / f"{game.id}.json").write_bytes(game.document())
    ingest_files(lake, [files])
    source = find_documents(lake, ["nba"])
    assert set(source.games) == {game.id for game in nba.games[:3]}
    assert len(find_documents(lake, None).games) == 5
    insert(connection, source.games)
    assert enrich(connection, source, OPTIONS).written == 3
    key = data_of(connection)[nba.games[0].id]["espn_features"]["source_data"]["s3_key"]
    assert key.startswith("raw/espn/summary/league=nba/season=2025/")


def test_a_report_of_no_games_is_a_report(connection: Connection, tmp_path: Path) -> None:
    report = enrich(connection, source_of(tmp_path), OPTIONS)
    assert (report.games, report.written, report.left, report.failures_by_type) == (0, 0, 0, {})


def test_the_process_that_hands_out_batches_does_not_load_what_reads_documents() -> None:
    code = (
        "import sys, hooplake.postgres.enrich; "
        "print([name for name in ('numpy', 'pyarrow', 'zstandard', 'hooplake.features') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
