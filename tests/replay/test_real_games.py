"""The replay of all stored real games: what it reaches, and the traps of the reference on the games that showed them."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hooplake.errors import DocumentError
from hooplake.games.espn.decode import decode
from hooplake.games.espn.identity import identify
from hooplake.games.espn.read import Fetch, read_game
from hooplake.games.model import STATS, Game
from hooplake.games.silver import silver_tables
from hooplake.lake.contracts import check
from hooplake.lakehouse import registry
from hooplake.replay.replay import INPUT_TABLES, replay

SPECS = registry()
COLLEGE = ("mbb", "wbb")


class Real:
    """Every stored document, read and replayed.

    Attributes:
        outcomes: how many documents came to what.
        games: games by league.
        silver: the silver tables of each league.
        gold: the replay tables of each league.
    """

    def __init__(self, folder: Path) -> None:
        self.outcomes: Counter[str] = Counter()
        self.repairs: Counter[str] = Counter()
        found: dict[tuple[str, str], list[tuple[str, Any, Any]]] = defaultdict(list)
        for file in sorted(folder.glob("*/*.json.gz")):
            try:
                decoded = decode(gzip.decompress(file.read_bytes()))
                who = identify(decoded, league=file.parent.name)
            except DocumentError as error:
                self.outcomes[error.reason] += 1
                continue
            self.outcomes[f"{who.kind} {who.status}"] += 1
            found[file.parent.name, who.game_id].append((file.name, decoded, who))
        self.games: dict[str, list[Game]] = defaultdict(list)
        for (league, _), documents in found.items():
            fetches = [Fetch(name, n, decoded) for n, (name, decoded, _) in enumerate(documents, 1)]
            who = documents[0][2]
            game = read_game(fetches, league=league, season=who.season, game_date=who.game_date)
            self.games[league].append(game)
            self.repairs.update(game.repairs)
        self.silver = {league: silver_tables(games, SPECS) for league, games in self.games.items()}
        self.gold: dict[str, dict[str, pa.Table]] = {}
        for league, tables in self.silver.items():
            inputs = {name: tables.get(name, SPECS[name].file_schema.empty_table()) for name in INPUT_TABLES}
            self.gold[league] = replay(inputs, SPECS, league=league)

    def verdicts(self, *leagues: str) -> list[dict[str, Any]]:
        """Verifications of the games that could be verified."""
        rows = [row for league in leagues for row in self.gold[league]["gold.box_score_verification"].to_pylist()]
        return [row for row in rows if row["quality_grade"] is not None]

    def verdict(self, game: str) -> dict[str, Any]:
        """The verification of one game."""
        (row,) = self.rows("gold.box_score_verification", game)
        return row

    def rows(self, name: str, game: str) -> list[dict[str, Any]]:
        """Rows of a table of one game."""
        tables = [(self.silver if name.startswith("silver") else self.gold)[league][name] for league in self.games]
        return [row for table in tables for row in table.filter(pc.field("game_id") == game).to_pylist()]

    def plays(self, game: str) -> list[dict[str, Any]]:
        """The plays of one game."""
        return self.rows("silver.fct_plays", game)


@cache
def _real(folder: Path) -> Real:
    return Real(folder)


@pytest.fixture(scope="module")
def real(real_data: Path) -> Real:
    """Everything that is stored."""
    return _real(real_data / "espn")


def total(rows: list[dict[str, Any]], name: str) -> int:
    return sum(row[name] for row in rows)


def test_every_document_has_a_typed_outcome(real: Real, real_data: Path) -> None:
    with (real_data / "espn" / "index.csv").open() as file:
        assert sum(real.outcomes.values()) == sum(1 for _ in csv.DictReader(file)) == 358
    assert real.outcomes == {
        "summary final": 305, "gamepackage scheduled": 18, "gamepackage final": 11, "gamepackage in_progress": 8,
        "summary canceled": 4, "summary in_progress": 3, "summary postponed": 3, "page final": 2, "summary forfeit": 2,
        "gamepackage postponed": 1, "undated": 1,
    }  # fmt: skip


def test_no_repair_fires_on_any_real_game(real: Real) -> None:
    assert real.repairs == {}


def test_every_silver_row_keeps_its_contract(real: Real) -> None:
    for tables in real.silver.values():
        for name, table in tables.items():
            assert check(SPECS[name], table).counts == {}


def test_the_nba_is_exact_but_for_three_upstream_causes(real: Real) -> None:
    rows = real.verdicts("nba")
    assert len(rows) == 14
    assert (total(rows, "cells_compared"), total(rows, "cells_equal")) == (5520, 5515)
    assert (total(rows, "minutes_compared"), total(rows, "minutes_equal")) == (303, 303)
    assert (total(rows, "plus_minus_compared"), total(rows, "plus_minus_equal")) == (303, 303)
    assert (total(rows, "team_cells_compared"), total(rows, "team_cells_equal")) == (532, 529)
    assert Counter(row["quality_grade"] for row in rows) == {"A": 11, "B": 3}
    assert all(row["final_score_match"] and row["period_scores_match"] for row in rows)
    assert {row["lineup_status"] for row in rows} == {"complete"}
    cells = {
        (r["game_id"], r["player"], r["stat"], r["generated"], r["actual"]): r["cause"]
        for r in real.gold["nba"]["gold.box_score_differences"].to_pylist()
        if r["scope"] == "player"
    }
    assert cells == {
        ("401705044", "Jalen Wilson", "tov", 4, 3): "attribution",
        ("401705044", "Ziaire Williams", "fga", 9, 8): "revision",
        ("401705044", "Ziaire Williams", "tov", 1, 2): "revision",
        ("401705051", "Jake LaRavia", "ast", 9, 10): "missing_play",
        ("401859967", "Dylan Harper", "fta", 6, 5): "late_insert",
    }


def test_college_is_limited_by_what_is_missing_upstream(real: Real) -> None:
    rows = real.verdicts(*COLLEGE)
    assert len(rows) == 286
    assert (total(rows, "cells_compared"), total(rows, "cells_equal")) == (119_970, 119_575)
    women = real.verdicts("wbb")
    assert sum(row["final_score_match"] for row in women) == 275
    assert sum(row["period_scores_match"] for row in women) == 274
    assert Counter(row["quality_grade"] for row in women) == {"A": 206, "B": 44, "C": 22, "D": 3, "F": 7}
    assert Counter(row["quality_grade"] for row in real.verdicts("mbb")) == {"A": 2, "B": 1, "F": 1}
    timed = [row for row in rows if row["minutes_compared"]]
    # four games with substitutions; the other five minutes are off by one
    assert (len(timed), total(timed, "minutes_compared"), total(timed, "minutes_equal")) == (4, 84, 79)


def test_no_difference_is_unexplained(real: Real) -> None:
    causes = Counter(c for one in real.gold.values() for c in one["gold.box_score_differences"]["cause"].to_pylist())
    assert causes["unexplained"] == causes["unmapped_type"] == 0
    assert sum(causes.values()) > 600


def test_every_row_of_the_replay_keeps_its_contract(real: Real) -> None:
    for tables in real.gold.values():
        for name, table in tables.items():
            assert check(SPECS[name], table).counts == {}


def test_t40_period_boxes_sum_to_the_final_lines(real: Real) -> None:
    key, stats = ["game_id", "player_id"], list(STATS)
    for one in real.gold.values():
        quarters, snapshots = one["gold.quarter_box_scores"], one["gold.player_snapshots"]
        sums = quarters.group_by(key).aggregate([(stat, "sum") for stat in stats])
        # lines only grow, so the last of a player is his largest
        last = snapshots.group_by(key).aggregate([(stat, "max") for stat in stats])
        added = {tuple(row[k] for k in key): [row[f"{stat}_sum"] for stat in stats] for row in sums.to_pylist()}
        for row in last.to_pylist():
            assert [row[f"{stat}_max"] for stat in stats] == added.get(tuple(row[k] for k in key), [0] * 15)


def test_t41_ten_are_on_court_or_the_status_says_why_not(real: Real) -> None:
    for one in real.gold.values():
        states = one["gold.game_state_snapshots"]
        lineups = [states["home_lineup"].to_pylist(), states["away_lineup"].to_pylist()]
        assert all(five is None or len(set(five.split("-"))) == 5 for side in lineups for five in side)
        unknown = {game for game, *two in zip(states["game_id"].to_pylist(), *lineups, strict=True) if None in two}
        for row in one["gold.box_score_verification"].to_pylist():
            assert (row["lineup_status"] != "complete") == (row["game_id"] in unknown)
            assert row["lineup_status"] != "incomplete" or "players found" in row["notes"] or "on court" in row["notes"]


def test_t11_a_technical_on_a_coach(real: Real) -> None:
    assert any(play["player1_id"] == "4661" for play in real.plays("401705046"))
    assert "4661" not in {row["player_id"] for row in real.rows("gold.player_snapshots", "401705046")}


def test_t12_a_double_technical_is_a_row_of_both(real: Real) -> None:
    play = real.plays("401705050")[84]
    assert (play["event"], play["player1_id"] is not None, play["player2_id"] is not None) == (
        "double_technical",
        True,
        True,
    )
    assert json.loads(real.verdict("401705050")["causes"]) == {}


def test_t14_and_t15_a_heave_and_a_late_free_throw(real: Real) -> None:
    plays = real.plays("401859967")
    assert plays[375]["event"] == "missed_heave"
    late = plays[523]
    assert (late["event"], late["sequence"], late["event_num"]) == ("missed_ft", 773, 523)
    assert json.loads(real.verdict("401859967")["causes"]) == {"late_insert": 2}


def test_free_throws_count_for_those_who_were_there_at_the_foul(real: Real) -> None:
    # 401859967, first period 7:49, events 33 to 37: foul, free throw, Harper for Fox, K. Johnson for Champagnie, free throw
    plays, states = real.plays("401859967"), real.rows("gold.game_state_snapshots", "401859967")
    assert plays[33]["event"] == "foul"
    assert {plays[n]["clock"] for n in range(33, 38)} == {"7:49"}
    out = {plays[n]["player2_id"] for n in range(33, 38) if plays[n]["event"] == "substitution"}
    throw = states[37]
    side = "home" if plays[35]["home"] else "away"
    assert len(out) == 2
    assert out <= set(throw[f"{side}_credit_lineup"].split("-"))
    assert not out & set(throw[f"{side}_lineup"].split("-"))


def test_t18_a_substitution_for_nobody(real: Real) -> None:
    play = real.plays("401585607")[382]
    assert (play["event"], play["player2_id"]) == ("substitution", None)
    verdict = real.verdict("401585607")
    assert (verdict["lineup_status"], verdict["minutes_equal"]) == ("complete", verdict["minutes_compared"])
    assert "substitution_of_one_ignored:2" in verdict["repairs"]


def _at(real: Real, game: str, period: int, clock: str) -> list[tuple[int, int]]:
    plays = {play["event_num"] for play in real.plays(game) if (play["period"], play["clock"]) == (period, clock)}
    states = real.rows("gold.game_state_snapshots", game)
    return [(s["away_score"], s["home_score"]) for s in states if s["event_num"] in plays]


def test_t21_and_t22_rows_with_an_old_score(real: Real) -> None:
    assert _at(real, "401468642", 3, "7:27")[-1] == (65, 64)
    assert _at(real, "401585607", 1, "38.2")[-1] == (24, 26)


def test_t23_points_of_nobody(real: Real) -> None:
    verdict = real.verdict("401493512")
    assert (verdict["unattributed_points"], verdict["final_score_match"]) == (4, True)
    (row,) = [
        r
        for r in real.rows("gold.box_score_differences", "401493512")
        if r["scope"] == "player" and r["stat"] == "points"
    ]
    assert (row["player"].endswith("Taylor"), row["generated"], row["actual"], row["cause"]) == (
        True,
        19,
        23,
        "missing_play",
    )


def test_t29_fouls_and_turnovers_of_one_type(real: Real) -> None:
    rows = [play for play in real.plays("290710041") if play["type_id"] == "601"]
    assert len(rows) > 50
    for play in rows:
        assert play["event"] == ("foul" if play["description"].startswith("Foul on") else "turnover")


def test_six_overtimes_of_halves(real: Real) -> None:
    states = real.rows("gold.game_state_snapshots", "290710041")
    assert (states[-1]["period"], states[-1]["elapsed_seconds"]) == (8, 2 * 1200 + 6 * 300)
    assert (states[-1]["home_score"], states[-1]["away_score"]) in ((117, 127), (127, 117))


def test_t33_substitutions_of_a_college_clock(real: Real) -> None:
    verdict = real.verdict("401820771")
    assert (verdict["lineup_status"], verdict["minutes_compared"], verdict["minutes_equal"]) == ("complete", 25, 24)
    assert any(play["clock"] == "16:07" and play["event"] == "sub_out" for play in real.plays("401820771"))


def test_t32_a_college_game_without_substitutions(real: Real) -> None:
    rows = real.rows("gold.quarter_box_scores", "401474442")
    assert {(r["seconds"], r["minutes"], r["plus_minus"]) for r in rows} == {(None, None, None)}


def test_t35_a_placeholder_in_a_live_game(real: Real) -> None:
    plays = [play for play in real.plays("401705182") if play["event"] == "placeholder"]
    assert plays
    assert real.verdict("401705182")["quality_grade"] is None


def test_t37_a_shell_a_forfeit_and_no_plays(real: Real) -> None:
    games = {game.game_id: game for one in real.games.values() for game in one}
    assert (games["400827889"].box_status, games["400827889"].status) == ("shell", "final")
    assert (games["401498641"].status, games["401498641"].played) == ("forfeit", False)
    finals = [game for game in real.games["wbb"] if game.played and not len(game.plays)]
    assert len(finals) == 13
    replayed = set(real.gold["wbb"]["gold.box_score_verification"]["game_id"].to_pylist())
    assert not replayed & {game.game_id for game in finals}


def test_t38_event_time_never_goes_back(real: Real) -> None:
    for one in real.gold.values():
        states = one["gold.game_state_snapshots"]
        last: tuple[str, Any] = ("", None)
        for game, wall in zip(states["game_id"].to_pylist(), states["wallclock"].to_pylist(), strict=True):
            if wall is not None:
                assert last[0] != game or last[1] <= wall
                last = (game, wall)
    walls = [[w for w in game.plays.wallclock.to_pylist() if w is not None] for game in real.games["nba"]]
    assert sum(wall != sorted(wall) for wall in walls) == 22, "of 23 NBA documents with plays"


def test_t39_a_game_that_was_scheduled_and_is_final(real: Real) -> None:
    (game,) = [g for g in real.games["nba"] if g.game_id == "401705050"]
    assert sorted((d.status, d.used) for d in game.documents) == [("final", True), ("scheduled", False)]
    states = real.rows("gold.game_state_snapshots", "401705050")
    assert len(states) == len(game.plays) == 529


def test_401705050_at_some_moments(real: Real) -> None:
    """DEN 122 at SA 111, overtime: worked values of the reference."""
    states = real.rows("gold.game_state_snapshots", "401705050")
    assert (states[272]["home_score"], states[272]["away_score"]) == (69, 59)
    assert (states[234]["home_score"], states[234]["away_score"]) == (55, 54)
    assert (states[477]["home_score"], states[477]["away_score"]) == (108, 108)
    jokic, wembanyama = "3112335", "5104157"
    quarters = {(r["player_id"], r["period"]): r for r in real.rows("gold.quarter_box_scores", "401705050")}
    assert [quarters[jokic, p]["points"] for p in range(1, 6)] == [14, 4, 13, 6, 9]
    assert [quarters[jokic, p]["fgm"] for p in range(1, 6)] == [6, 2, 5, 2, 4]
    for player, seconds, net in (
        (jokic, [720, 1169, 1889, 2299, 2599], [3, 3, -7, -4, 7]),
        (wembanyama, [216, 857, 1460, 2040, 2340], [0, 6, 17, 11, 0]),
    ):
        rows = [quarters[player, p] for p in range(1, 6)]
        assert [sum(r["seconds"] for r in rows[: n + 1]) for n in range(5)] == seconds
        assert [sum(r["plus_minus"] for r in rows[: n + 1]) for n in range(5)] == net
