"""The validators: a sound database passes, and every kind of damage is found by its own check."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hooplake import simulate
from hooplake.lakehouse import Lakehouse
from hooplake.postgres.enrich import Options, enrich
from hooplake.postgres.load import load_games
from hooplake.postgres.publish import publish
from hooplake.postgres.validators.enrichment import validate_enrichment
from hooplake.postgres.validators.features import PLACES, count_features
from hooplake.postgres.validators.raw_data import validate_raw_data
from hooplake.postgres.validators.report import Report
from hooplake.postgres.validators.snapshots import validate_snapshots
from tests.postgres.rows import insert, source_of

Connection = psycopg.Connection[Any]


@pytest.fixture
def enriched(connection: Connection, documents: Path, nba: simulate.Season) -> Connection:
    insert(connection, [game.id for game in nba.games[:24]])
    enrich(connection, source_of(documents), Options())
    return connection


def failed(report: Report) -> set[str]:
    return {finding.check for finding in report.findings if finding.result == "fail"}


def test_an_enriched_table_passes(enriched: Connection) -> None:
    report = validate_enrichment(enriched)
    assert report.passed, report.to_json()
    assert report.of("coverage").figures == {"total": 24, "enriched": 24}
    assert report.of("formats").figures == {"1": 8, "2": 16}
    assert report.of("feature counts").figures["min"] >= 50
    document = json.loads(json.dumps(report.to_json()))
    assert document["passed"] is True
    assert document["counts"]["fail"] == 0


def test_one_game_that_is_not_enriched_fails_the_coverage(enriched: Connection) -> None:
    insert(enriched, ["another"])
    report = validate_enrichment(enriched)
    assert failed(report) == {"coverage"}
    assert report.of("coverage").message == "24 of 25 games are enriched"


def test_nothing_enriched_says_what_to_run(connection: Connection) -> None:
    insert(connection, ["a", "b"])
    report = validate_enrichment(connection)
    assert report.of("coverage").message == "0 of 2 games are enriched; run 'hooplake enrich'"
    assert report.of("feature counts").result == "warn"
    assert not report.passed


def test_an_empty_table_has_nothing_wrong(connection: Connection) -> None:
    assert validate_enrichment(connection).of("coverage").result == "warn"


Change = Callable[[dict[str, Any]], None]


def player_of(data: dict[str, Any]) -> dict[str, Any]:
    players = data["espn_features"]["box_score"]["home"]["players"]
    return next(p for p in players if p["stats"]["field_goals_attempted"] and p["stats"]["points"])  # type: ignore[no-any-return]


def stats(**values: Any) -> Change:
    return lambda data: player_of(data)["stats"].update(values)


def at(path: str, value: Any) -> Change:
    *parents, last = path.split(".")

    def change(data: dict[str, Any]) -> None:
        for part in parents:
            data = data[part]
        if value is DELETED:
            del data[last]
        else:
            data[last] = value

    return change


DELETED = object()
DAMAGE: list[tuple[Change, set[str]]] = [
    (at("metadata.enrichment.feature_count", 49), {"feature counts", "feature count recounted"}),
    (at("metadata.enrichment.feature_count", 480_000), {"feature count recounted"}),
    (at("metadata.enrichment.format_version", 3), {"formats"}),
    (at("metadata.enrichment.enriched_at", None), {"metadata"}),
    (at("espn_features.venue", DELETED), {"sections", "all 58 features", "feature count recounted"}),
    (at("espn_features.game_info.attendance", DELETED), {"all 58 features"}),
    (stats(field_goal_pct=0.999), {"percentages"}),
    (stats(field_goal_pct=62.5), {"percentages"}),
    (stats(field_goal_pct=None), {"percentages", "feature count recounted"}),
    (stats(double_double=True, triple_double=True), {"double and triple doubles"}),
    (stats(rebounds=99), {"player lines", "double and triple doubles"}),
    (stats(field_goals_made=40), {"player lines", "percentages"}),
    (stats(points=0), {"player lines", "team sums"}),
    (at("espn_features.scoring.home.quarters", [1, 2, 3, 4]), {"quarters"}),
    (at("espn_features.scoring.home.total", None), {"scores of finals", "feature count recounted"}),
    (at("espn_features.box_score.home.team_id", "0"), {"sides"}),
    (lambda data: player_of(data)["stats"].pop("plus_minus"), {"all 58 features", "feature count recounted"}),
    (lambda data: player_of(data).pop("jersey"), {"all 58 features"}),
]


@pytest.mark.parametrize(("change", "found"), DAMAGE, ids=[" and ".join(sorted(found)) for _, found in DAMAGE])
def test_each_damage_is_found(
    connection: Connection, nba: simulate.Season, tmp_path: Path, change: Change, found: set[str]
) -> None:
    game = nba.games[0]
    (tmp_path / f"{game.id}.json").write_bytes(game.document())
    insert(connection, [game.id])
    enrich(connection, source_of(tmp_path), Options())
    (data,) = connection.execute("select data from raw_data.nba_games").fetchone() or ({},)
    change(data)
    connection.execute("update raw_data.nba_games set data = %s", (json.dumps(data),))
    report = validate_enrichment(connection)
    assert failed(report) - {"feature count recounted"} == found - {"feature count recounted"}
    assert found <= failed(report)
    for check in found - {"formats", "sections", "coverage"}:
        assert report.of(check).examples[0].startswith(game.id)


def test_swapped_boxes_are_found(enriched: Connection) -> None:
    # the predecessor gave the away team's players to the home team
    enriched.execute(
        "update raw_data.nba_games set data = jsonb_set(jsonb_set(data, '{espn_features,box_score,home}', "
        "data #> '{espn_features,box_score,away}'), '{espn_features,box_score,away}', "
        "data #> '{espn_features,box_score,home}')"
    )
    assert {"sides", "team sums"} <= failed(validate_enrichment(enriched))


def test_an_empty_shell_fails_the_minimum(connection: Connection, real_data: Path, tmp_path: Path) -> None:
    (tmp_path / "400827889.json.gz").write_bytes((real_data / "espn/nba/400827889.summary.json.gz").read_bytes())
    insert(connection, ["400827889"])
    enrich(connection, source_of(tmp_path), Options())
    report = validate_enrichment(connection)
    assert {"feature counts", "team sums"} <= failed(report)
    assert report.of("feature counts").examples == ("400827889: 8",)


def test_real_games_pass_but_for_the_shell(connection: Connection, real_data: Path) -> None:
    source = source_of(real_data / "espn")
    insert(connection, sorted(source.games))
    report = enrich(connection, source, Options(league=None))
    assert report.failed == {}
    # a trimmed document has neither teams nor scores, and games that were not played have no features to count
    connection.execute(
        "delete from raw_data.nba_games where data #>> '{espn_features,game_info,status}' <> 'STATUS_FINAL' "
        "or data #>> '{espn_features,game_info,status}' is null or game_id = '400827889'"
    )
    validation = validate_enrichment(connection)
    assert failed(validation) == set(), validation.to_json()
    assert validation.of("coverage").figures["enriched"] >= 310


def test_a_feature_count_is_counted_again_from_the_json(enriched: Connection) -> None:
    for data, stored in enriched.execute(
        "select data, (data #>> '{metadata,enrichment,feature_count}')::integer from raw_data.nba_games"
    ):
        assert count_features({"data": data}) == stored


def test_every_feature_has_its_place() -> None:
    assert len(PLACES) == 58


def test_rows_of_a_lake_are_sound_raw_data(connection: Connection, lake: Lakehouse) -> None:
    load_games(connection, lake.store, lake.tables)
    report = validate_raw_data(connection)
    assert report.passed
    assert {f.check: f.result for f in report.findings if f.result not in ("pass", "info")} == {}
    assert report.of("sources").figures == {"ESPN": 4}


@pytest.mark.parametrize(
    ("change", "check", "result"),
    [
        ("data = '[]'", "data is an object", "fail"),
        ("data = jsonb_set(data, '{metadata}', 'null')", "metadata can be set", "fail"),
        ("data = jsonb_set(data, '{game_info,game_id}', '\"other\"')", "game id", "fail"),
        ("data = data - 'teams'", "required fields", "fail"),
        ("game_date = '1891-12-21'", "game date", "warn"),
        ("season = 1999", "season", "warn"),
        ("data = jsonb_set(data, '{teams,home,score}', '-5')", "scores", "warn"),
        ("data = jsonb_set(data, '{play_by_play,total_plays}', '1')", "play counts", "warn"),
        ("collected_at = now() + interval '1 day'", "timestamps", "warn"),
    ],
)
def test_each_damage_of_raw_data_is_found(
    connection: Connection, lake: Lakehouse, change: str, check: str, result: str
) -> None:
    load_games(connection, lake.store, lake.tables)
    connection.execute(f"update raw_data.nba_games set {change}".encode())
    assert validate_raw_data(connection).of(check).result == result


def test_no_rows_are_no_raw_data(connection: Connection) -> None:
    assert failed(validate_raw_data(connection)) == {"rows"}


def test_published_snapshots_pass(connection: Connection, lake: Lakehouse) -> None:
    publish(connection, lake.store, lake.tables)
    report = validate_snapshots(connection)
    assert report.passed, report.to_json()
    assert report.of("final score matches").figures["percent"] == 100.0


@pytest.mark.parametrize(
    ("statement", "checks"),
    [
        (
            "update phase9.game_state_snapshots set home_score = 500 where event_num = 100",
            {"scores never fall"},
        ),
        ("update phase9.player_snapshot_stats set fgm = fga + 1 where points = 2", {"player lines"}),
        ("update phase9.quarter_box_scores set ast = ast + 1 where quarter = 1", {"quarters sum up"}),
        ("update phase9.box_score_verification set home_score_generated = 1", {"final scores"}),
        ("delete from phase9.box_score_verification", {"verified"}),
        ("delete from phase9.game_state_snapshots", {"rows", "published as a whole"}),
        ("update phase9.box_score_verification set final_score_match = false", {"final score matches"}),
        ("alter table phase9.quarter_box_scores drop constraint quarter_box_scores_pkey", {"keys"}),
    ],
)
def test_each_damage_of_snapshots_is_found(
    connection: Connection, lake: Lakehouse, statement: str, checks: set[str]
) -> None:
    publish(connection, lake.store, lake.tables)
    connection.execute(statement.encode())
    report = validate_snapshots(connection)
    assert checks <= failed(report), report.to_json()
    assert failed(report) <= checks | {"lines never fall", "quarters sum up"}
    publish(connection, lake.store, lake.tables)  # which builds the keys again


def test_empty_snapshots_are_none(connection: Connection) -> None:
    assert failed(validate_snapshots(connection)) == {"rows"}
