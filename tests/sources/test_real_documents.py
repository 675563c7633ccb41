"""Real documents, with everything that is odd about them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from hooplake.lake.store import Store
from hooplake.sources.files import ingest_files, replay_letters
from hooplake.sources.report import IngestReport


@pytest.fixture(scope="module")
def folder(real_data: Path) -> Path:
    return real_data / "espn"


@pytest.fixture(scope="module")
def store(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store.open(tmp_path_factory.mktemp("real") / "lake")


@pytest.fixture(scope="module")
def report(folder: Path, store: Store) -> IngestReport:
    return ingest_files(store, [folder], jobs=2)


def test_every_document_is_accounted_for_and_agrees_with_the_index(folder: Path, report: IngestReport) -> None:
    with (folder / "index.csv").open() as file:
        index = {row["file"]: row for row in csv.DictReader(file)}
    found = {outcome.origin.removeprefix(f"{folder}/"): outcome for outcome in report.outcomes}
    assert found.keys() == index.keys()
    assert report.skipped == (f"{folder}/index.csv",)
    for name, outcome in found.items():
        row = index[name]
        if outcome.result != "dead_letter":
            said = (outcome.league, str(outcome.season), outcome.game_id, outcome.kind)
            assert said == (row["league"], row["season"], row["game_id"], row["kind"]), name


def test_what_became_of_them(folder: Path, report: IngestReport) -> None:
    by_result: dict[str, list[str]] = {}
    for outcome in report.outcomes:
        by_result.setdefault(outcome.result, []).append(outcome.origin.removeprefix(f"{folder}/"))
    assert len(by_result["stored"]) == 347
    assert by_result["unchanged"] == ["wbb/401480240.summary.json.gz"], "its second fetch differs in news alone"
    assert by_result["superseded"] == [f"nba/4017050{number}.gamepackage.2.json.gz" for number in range(44, 53)]
    assert by_result["dead_letter"] == ["wnba/401736228.summary.json.gz"]


def test_a_scheduled_document_comes_before_the_final_one(store: Store, report: IngestReport) -> None:
    del report
    names = [path.split("/")[-1] for path in store.paths("raw/espn/gamepackage") if "/401705050." in path]
    assert names == ["401705050.01.3796fc1f06e4.json.zst", "401705050.02.6ca1532687eb.json.zst"]


def test_a_document_that_names_no_league_takes_that_of_its_folder(report: IngestReport) -> None:
    (shell,) = [outcome for outcome in report.outcomes if outcome.game_id == "400827889"]
    assert shell.evidence == "league:folder season:header"
    assert [o.evidence for o in report.outcomes if o.evidence and "folder" in o.evidence] == [shell.evidence]


def test_a_second_call_changes_nothing(folder: Path, store: Store, report: IngestReport) -> None:
    del report
    before = store.list("raw")
    again = ingest_files(store, [folder], jobs=2)
    assert again.counts == {"stored": 0, "unchanged": 357, "superseded": 0, "dead_letter": 1}
    assert store.list("raw") == before


def test_the_undated_document_is_taken_in_with_a_date(store: Store, report: IngestReport) -> None:
    (dead,) = report.dead
    assert dead.reason == "undated"
    tried = replay_letters(store, [dead.letter or ""], date=date(2025, 7, 12))
    assert tried.outcomes[0].path == (
        "raw/espn/summary/league=wnba/season=2025/date=2025-07-12/401736228.01.5a7bc3fb39a1.json.zst"
    )
    assert tried.resolved == (dead.letter,)
    assert store.paths("deadletter") == []
