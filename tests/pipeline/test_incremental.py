"""The real pipeline on simulated games: incremental equals full, byte for byte, whatever changes in between."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pipeline.games import Lake, document, game_ids, renewed, revised

YEARS = (2024, 2025)
_GAME = st.tuples(st.sampled_from(YEARS), st.integers(0, 5))
_CHANGE = st.one_of(
    st.tuples(st.just("add"), _GAME),
    st.tuples(st.just("scheduled"), _GAME),
    st.tuples(st.just("live"), _GAME),
    st.tuples(st.just("page"), _GAME),
    st.tuples(st.just("revise"), st.integers(0, 11), st.integers(0, 50)),
    st.tuples(st.just("news"), st.integers(0, 11), st.integers(0, 50)),
    st.tuples(st.just("remove"), st.integers(0, 11)),
    st.tuples(st.just("version"), st.sampled_from(["games", "replay"])),
)


def _apply(lake: Lake, change: tuple[Any, ...]) -> None:
    ids = game_ids(YEARS)
    match change:
        case ("add", (year, number)):
            lake.put(document(year, number))
        case ("scheduled", (year, number)):
            lake.put(document(year, number, status="scheduled"))
        case ("live", (year, number)):
            lake.put(document(year, number, status="in_progress"))
        case ("page", (year, number)):
            lake.put(document(year, number, kind="page"))
        case ("revise" | "news", number, seed):
            body = lake.newest(ids[number % len(ids)])
            if body is not None and b'"plays"' in body:
                lake.put(revised(body, seed) if change[0] == "revise" else renewed(body, seed))
        case ("remove", number):
            lake.remove(ids[number % len(ids)])
        case ("version", step):
            lake.versions[step] = lake.versions.get(step, 0) + 1


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(
    first=st.lists(_GAME, min_size=1, max_size=5),
    rounds=st.lists(st.lists(_CHANGE, min_size=1, max_size=3), min_size=1, max_size=3),
)
def test_incremental_equals_full(first: list[tuple[int, int]], rounds: list[list[tuple[Any, ...]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder) / "lake")
        for year, number in first:
            lake.put(document(year, number))
        lake.build()
        for changes in rounds:
            for change in changes:
                _apply(lake, change)
            assert not lake.build().failures
        assert lake.bytes() == lake.from_nothing(Path(folder) / "full").bytes()
        before = lake.etags()
        report = lake.build()
        assert report.total.run == 0
        assert lake.etags() == before


def test_other_news_stop_at_the_first_step(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number in range(3):
        lake.put(document(2025, number))
    lake.build()
    before = lake.etags()
    body = document(2025, 0)
    lake.put(renewed(body, 1))
    report = lake.build()
    assert report.steps["games"].run == 1
    assert report.steps["replay"].run == 0
    # which documents a game was read from is a table of its own, and nothing else differs
    changed = {path for path, etag in lake.etags().items() if before.get(path) != etag}
    assert changed == {"silver/fct_game_documents/league=nba/source=espn/season=2025/part-0.parquet"}


def test_a_correction_of_one_game_runs_that_game_alone(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number in range(3):
        lake.put(document(2025, number))
    lake.put(document(2024, 0))
    lake.build()
    before = lake.etags()
    lake.put(revised(document(2025, 1), 3))
    report = lake.build()
    assert (report.steps["games"].run, report.steps["replay"].run) == (1, 1)
    changed = {path for path, etag in lake.etags().items() if before.get(path) != etag}
    assert changed
    assert all("season=2025" in path for path in changed)


def test_a_final_replaces_all_rows_of_the_scheduled_game(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.put(document(2025, 0, status="scheduled"))
    lake.build()
    assert not any("player_snapshots" in path for path in lake.bytes())
    lake.put(document(2025, 0))
    lake.build()
    straight = Lake(tmp_path / "straight")
    straight.put(document(2025, 0))
    straight.build()
    mine, theirs = lake.bytes(), straight.bytes()
    assert mine.keys() == theirs.keys()
    differing = {path for path in mine if mine[path] != theirs[path]}
    assert all("fct_game_documents/" in path for path in differing)


def test_a_raised_version_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number in range(3):
        lake.put(document(2025, number))
    lake.build()
    before = lake.etags()
    lake.versions["games"] = 1
    report = lake.build()
    assert report.steps["games"].run == 3
    assert report.steps["replay"].run == 0
    assert report.total.written == 0
    assert lake.etags() == before
