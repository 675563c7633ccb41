"""The state after every event, the sparse snapshots, the period boxes: what must hold of any game."""

from __future__ import annotations

from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hooplake.games.model import STATS
from hooplake.lake.contracts import check
from hooplake.lakehouse import registry
from hooplake.replay.replay import REPLAY_TABLES, replay
from tests.replay.sheets import Replayed, Sheet, inputs_of, replayed, wall

TEXT = """
    1 12:00 - period_start
    1 11:40 h made_3 h1+h2 3-0
    1 11:20 a made_2 a1 3-2
    1 0.0 - period_end ? 3-2
    2 12:00 - period_start
    2 11:40 h made_2 h1 5-2
    2 11:20 h defensive_rebound h2
    """


def test_snapshots_are_sparse_and_begin_with_zeros_for_everybody() -> None:
    found = replayed(TEXT)
    rows = found.tables["player_snapshots"]
    assert len({row["player_id"] for row in rows if row["event_num"] == -1}) == 14
    assert [(r["event_num"], r["period"], r["points"]) for r in rows if r["player_id"] == "h1"] == [
        (-1, 0, 0), (1, 1, 3), (5, 2, 5),
    ]  # fmt: skip
    assert found.line("h1", 4) == {"points": 3, "fgm": 1, "fga": 1, "fg3m": 1, "fg3a": 1}
    assert found.line("h2", 0) == {}


def test_period_boxes_are_of_the_period_alone() -> None:
    found = replayed(TEXT)
    first, second = found.period("h1", 1), found.period("h1", 2)
    assert first is not None
    assert second is not None
    assert ((first["points"], first["fg3m"]), (second["points"], second["fg3m"])) == ((3, 1), (2, 0))
    assert (first["player"], first["team_id"]) == ("Player h1", "H")
    assert found.period("h7", 1) is None


def test_a_clock_that_a_row_lacks_is_that_of_the_row_before_it() -> None:
    found = replayed(TEXT, plays={2: {"clock_seconds": None, "elapsed_seconds": None}, 4: {"elapsed_seconds": None}})
    assert [state["clock_seconds"] for state in found.states[:5]] == [720, 700, 700, 0, 720]
    assert [state["elapsed_seconds"] for state in found.states[:5]] == [0, 20, 20, 720, 720]


def test_t38_event_time_is_the_running_maximum_of_the_wall_clock() -> None:
    walls = {0: wall(10), 1: wall(12), 2: wall(11), 4: wall(9), 5: wall(13), 6: wall(14).replace(day=6)}
    found = replayed(TEXT, plays={n: {"wallclock": moment} for n, moment in walls.items()})
    # the third row goes back, the fourth has none, the last is a day off
    assert [s["wallclock"] for s in found.states] == [
        wall(10),
        wall(12),
        wall(12),
        wall(12),
        wall(12),
        wall(13),
        wall(13),
    ]
    assert {s["wallclock"] for s in replayed(TEXT).states} == {None}


def test_an_event_keeps_its_number_where_a_row_before_it_was_set_aside() -> None:
    sheet = Sheet(TEXT.replace("1 11:20 a made_2 a1 3-2", "1 11:20 h substitution h6+h1"))
    del sheet.plays[1]
    found = Replayed(replay(inputs_of(sheet), registry(), league="nba"))
    assert [state["event_num"] for state in found.states] == [0, 2, 3, 4, 5, 6]
    stints = {(r["player_id"], r["period"]): (r["start_event"], r["end_event"]) for r in found.tables["player_stints"]}
    assert (stints["h1", 1], stints["h6", 1], stints["a1", 1]) == ((0, 1), (2, 4), (0, 4))


def random_game(seed: int, game: str = "g") -> Sheet:
    """A game of random rows; substitutions swap a man on court for one of the bench."""
    random = Random(seed)
    court = {side: [f"{side}{n}" for n in range(1, 6)] for side in "ha"}
    bench = {side: [f"{side}{n}" for n in range(6, 9)] for side in "ha"}
    score = {"h": 0, "a": 0}
    lines = []
    for period in range(1, random.randint(2, 4)):
        clock = 720
        lines.append(f"{period} 12:00 - period_start")
        for side in "ha":
            lines += [f"{period} 12:00 {side} defensive_rebound {player}" for player in court[side]]
        while (clock := clock - random.choice((0, 0, 7, 20, 45))) > 0:
            side, other = random.choice((("h", "a"), ("a", "h")))
            event = random.choice(
                ("made_2", "made_3", "made_ft", "missed_2", "missed_3", "missed_ft", "turnover", "foul", "foul",
                 "offensive_rebound", "technical_foul", "substitution", "substitution", "timeout", "violation")
            )  # fmt: skip
            first = random.choice(court[side])
            second = random.choice(court[other if event.startswith(("missed", "turn")) else side])
            if event == "substitution":
                first = random.choice(bench[side])
                court[side].remove(second)
                bench[side].remove(first)
                court[side].append(first)
                bench[side].append(second)
            score[side] += {"made_2": 2, "made_3": 3, "made_ft": 1}.get(event, 0)
            shown = f"{score['h']}-{score['a']}"
            lines.append(f"{period} {clock // 60}:{clock % 60:02} {side} {event} {first}+{second} {shown}")
        lines.append(f"{period} 0.0 - period_end")
    return Sheet("\n".join(lines), size=8, game=game)


def replayed_games(*sheets: Sheet) -> dict[str, pa.Table]:
    return replay(inputs_of(*sheets), registry(), league="nba")


@given(st.integers(0, 2**32))
@settings(max_examples=30)
def test_t40_period_boxes_sum_to_the_final_line(seed: int) -> None:
    found = Replayed(replayed_games(random_game(seed)))
    totals: dict[str, list[int]] = {}
    for row in found.tables["quarter_box_scores"]:
        kept = totals.setdefault(row["player_id"], [0] * 15)
        for place, stat in enumerate(STATS):
            kept[place] += row[stat]
    for side in "ha":
        for number in range(1, 9):
            line = found.line(f"{side}{number}")
            assert (
                dict(zip(STATS, totals.get(f"{side}{number}", [0] * 15), strict=True)) == dict.fromkeys(STATS, 0) | line
            )


@given(st.integers(0, 2**32))
@settings(max_examples=30)
def test_t41_identities_of_every_snapshot_and_ten_on_court(seed: int) -> None:
    found = Replayed(replayed_games(random_game(seed)))
    before: dict[str, dict[str, int]] = {}
    for row in found.tables["player_snapshots"]:
        assert row["points"] == 2 * row["fgm"] + row["fg3m"] + row["ftm"]
        assert row["reb"] == row["oreb"] + row["dreb"]
        assert row["fg3m"] <= row["fgm"] <= row["fga"]
        assert row["fg3m"] <= row["fg3a"] <= row["fga"]
        assert row["ftm"] <= row["fta"]
        last = before.get(row["player_id"], dict.fromkeys(STATS, 0))
        assert all(row[stat] >= last[stat] >= 0 for stat in STATS)
        before[row["player_id"]] = row
    assert found.verdict["lineup_status"] == "complete"
    for state in found.states:
        for name in ("home_lineup", "away_lineup"):
            assert len(set(state[name].split("-"))) == 5
    assert found.score(len(found.states) - 1) == tuple(
        sum(found.line(f"{side}{n}").get("points", 0) for n in range(1, 9)) for side in "ha"
    )


@given(st.integers(0, 2**32))
@settings(max_examples=30)
def test_stays_and_plus_minus_add_up(seed: int) -> None:
    found = Replayed(replayed_games(random_game(seed)))
    periods = max(state["period"] for state in found.states)
    home, away = found.score(len(found.states) - 1)
    for side, margin in (("h", home - away), ("a", away - home)):
        rows = [r for r in found.tables["quarter_box_scores"] if r["player_id"][0] == side]
        assert sum(row["seconds"] for row in rows) == 5 * 720 * periods
        assert sum(row["plus_minus"] for row in rows) == 5 * margin


@given(st.lists(st.integers(0, 2**32), min_size=2, max_size=3, unique=True))
@settings(max_examples=10)
def test_t43_a_game_is_replayed_alike_alone_twice_and_beside_others(seeds: list[int]) -> None:
    sheets = [random_game(seed, f"g{n}") for n, seed in enumerate(seeds)]
    together = replayed_games(*sheets)
    assert replayed_games(*sheets) == together
    for n, sheet in enumerate(sheets):
        for name, table in replayed_games(sheet).items():
            rows = [row for row in together[name].to_pylist() if row["game_id"] == f"g{n}"]
            assert table.to_pylist() == rows


@given(st.integers(0, 2**32))
@settings(max_examples=20)
def test_every_table_keeps_its_contract_and_is_sorted_by_its_key(seed: int) -> None:
    tables = replayed_games(random_game(seed, "a"), random_game(seed + 1, "b"))
    assert set(tables) == set(REPLAY_TABLES)
    for name, table in tables.items():
        spec = registry()[name]
        assert check(spec, table).counts == {}
        keys = list(zip(*(table[column].to_pylist() for column in spec.key), strict=True))
        assert keys == sorted(keys)


def test_no_games_make_tables_without_rows() -> None:
    tables = replayed_games()
    assert {name: table.num_rows for name, table in tables.items()} == dict.fromkeys(REPLAY_TABLES, 0)
    for name, table in tables.items():
        assert table.schema.names == registry()[name].file_schema.names


def test_plays_out_of_the_order_of_games_are_refused() -> None:
    tables = inputs_of(Sheet(TEXT, game="b"), Sheet(TEXT, game="a"))
    with pytest.raises(ValueError, match="not sorted by game"):
        replay(tables, registry(), league="nba")
