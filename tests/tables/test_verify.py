"""A sample of the stored rows is made again: it comes out as it is stored, and the same without what came later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from hooplake.build.ledger import open_ledger
from hooplake.build.plan import Selection
from hooplake.build.planner import plan
from hooplake.build.run import run
from hooplake.build.sql import run_query
from hooplake.build.step import Step
from hooplake.cli import main
from hooplake.lakehouse import registry
from hooplake.tables.verify import LOOK_AHEAD, REBUILT, Verified, verify
from tests.tables.asking import Captured, told
from tests.tables.lakes import BEFORE, PART, SUMMARIES, TEN, SeasonLake

ZONES = "gold.team_defense_zone_analysis"


def ask(
    lake: SeasonLake, steps: Sequence[Step], tables: tuple[str, ...] = TEN, *, sample: int = 3, seed: int = 0
) -> dict[tuple[str, str], Verified]:
    ledger = open_ledger(lake.folder / "meta" / "ledger.sqlite")
    try:
        made = plan(steps, ledger, lake.store, registry(), Selection(tables=tables))
        found = verify(made, lake.store, registry(), tables, sample=sample, seed=seed)
    finally:
        ledger.close()
    return {(one.table, one.question): one for one in found}


def test_what_was_built_comes_out_again_and_knows_nothing_of_what_came_later(season_lake: SeasonLake) -> None:
    found = ask(season_lake, season_lake.steps)
    assert {question for table, question in found if table in SUMMARIES} == {REBUILT}
    assert {table for table, question in found if question == LOOK_AHEAD} == set(BEFORE)
    for one in found.values():
        assert (one.ok, one.equal, one.due) == (True, one.rows, 0), one
    for table in TEN:
        assert found[table, REBUILT].dates == 3
        assert found[table, REBUILT].rows > 0
    # the contexts of a date hold everybody of whom the tables after them tell
    contexts = found["gold.upcoming_player_game_context", LOOK_AHEAD]
    assert contexts.rows + contexts.outside == found["gold.upcoming_player_game_context", REBUILT].rows


def test_another_seed_takes_other_dates_and_the_same_one_the_same(season_lake: SeasonLake) -> None:
    def asked(seed: int) -> list[str]:
        return ask(season_lake, season_lake.steps, SUMMARIES[:1], sample=2, seed=seed)[SUMMARIES[0], REBUILT].asked

    assert asked(0) == asked(0)
    assert asked(0) != asked(1)
    assert all(one.startswith(f"{PART} 2024-") for one in asked(1))


def leaky(steps: Sequence[Step]) -> list[Step]:
    """The steps, of which one counts the game of the date itself among those before it."""
    right = "on a.team_id = d.team_id and a.game_date < d.game_date and (a.until_date is null or a.until_date >= d.game_date)"
    wrong = "on a.team_id = d.team_id and a.game_date <= d.game_date and (a.until_date is null or a.until_date > d.game_date)"
    found = []
    for step in steps:
        if step.name == ZONES:
            assert isinstance(step.compute, partial)
            query = step.compute.keywords["query"]
            assert right in query
            keywords = {**step.compute.keywords, "query": query.replace(right, wrong)}
            step = replace(step, compute=partial(run_query, **keywords), version="leaky")
        found.append(step)
    return found


def build(lake: SeasonLake, steps: Sequence[Step], *, force: bool = False) -> None:
    """Build the table with these steps."""
    ledger = open_ledger(lake.folder / "meta" / "ledger.sqlite")
    try:
        made = plan(steps, ledger, lake.store, registry(), Selection(tables=(ZONES,), force=force))
        assert not run(made, ledger, lake.store, jobs=1).failures
    finally:
        ledger.close()


def test_a_window_with_the_game_itself_is_found(season_lake: SeasonLake, tmp_path: Path) -> None:
    """Incident 5: `<=` in a window; the rows are what the query makes, so that only the second question tells."""
    lake = season_lake.copy(tmp_path / "lake")
    steps = leaky(lake.steps)
    build(lake, steps)
    found = ask(lake, steps, (ZONES,))
    assert found[ZONES, REBUILT].ok
    assert not found[ZONES, LOOK_AHEAD].ok
    assert found[ZONES, LOOK_AHEAD].equal < found[ZONES, LOOK_AHEAD].rows
    assert str(PART) in found[ZONES, LOOK_AHEAD].differing[0]


def test_a_date_that_waits_for_a_build_is_not_asked_about(season_lake: SeasonLake) -> None:
    """With another version of its code every date of the table is due."""
    found = ask(season_lake, leaky(season_lake.steps), (ZONES,))
    assert (found[ZONES, REBUILT].dates, found[ZONES, REBUILT].due) == (0, 3)


def test_the_command_ends_with_six_where_a_stored_row_is_another(
    season_lake: SeasonLake, tmp_path: Path, capsys: Captured
) -> None:
    """The table is made by another query under the same version: nothing is due, and its rows are not what they should be."""
    lake = season_lake.copy(tmp_path / "lake")
    code, document = told(capsys, lake, "verify", "team_defense_zone_analysis", "--sample", "2")
    assert (code, document["ok"]) == (0, True)
    versions = {step.name: step.version for step in lake.steps}
    build(lake, [replace(step, version=versions[step.name]) for step in leaky(lake.steps)], force=True)
    code, document = told(capsys, lake, "verify", "team_defense_zone_analysis", "--sample", "2")
    assert (code, document["ok"]) == (6, False)
    rebuilt, ahead = document["tables"]
    assert (rebuilt["question"], rebuilt["ok"], ahead["question"], ahead["ok"]) == (REBUILT, False, LOOK_AHEAD, False)
    assert rebuilt["equal"] < rebuilt["rows"]
    assert rebuilt["differing"]


def test_a_lake_in_which_nothing_is_built_verifies_nothing(tmp_path: Path, capsys: Captured) -> None:
    lake = SeasonLake(tmp_path / "lake")
    assert main(["--lake", str(lake.folder), "verify"]) == 4
    assert "no date of these tables is built" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["--sample", "0"], ["no_such_table"], ["--from", "2025-02-01", "--to", "2025-01-01"]]
)
def test_options_that_cannot_be_meant_end_with_two(words: list[str], tmp_path: Path, capsys: Captured) -> None:
    lake = SeasonLake(tmp_path / "lake")
    assert main(["--lake", str(lake.folder), "verify", *words]) == 2
    assert capsys.readouterr().err
