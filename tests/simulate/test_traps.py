"""Every trap changes the document, and a reader that follows the reference finds what is expected of it."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from hooplake import simulate
from hooplake.errors import ConfigError
from hooplake.simulate import CELLS, SITUATIONS, TRAPS
from tests.simulate.reading import STATS, inner, read_seconds, read_stats

DIALECTS = {
    "pro": ("nba", 2025),
    "2009": ("mbb", 2009),
    "2013": ("mbb", 2013),
    "2023": ("wbb", 2023),
    "2026": ("mbb", 2026),
}
EVERY = [
    (name, dialect, status)
    for name, trap in TRAPS.items()
    for dialect in sorted(trap.dialects)
    for status in sorted(trap.statuses)
]


@cache
def _season(dialect: str) -> simulate.Season:
    league, season = DIALECTS[dialect]
    return simulate.season(league, season, days=4, teams=8, seed=9)


def games(dialect: str, count: int = 3) -> tuple[simulate.Game, ...]:
    return _season(dialect).games[:count]


def plays(it: simulate.Game, *traps: str, status: str = "final") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = inner(it.document(status=status, traps=traps))["plays"]
    return found


@pytest.mark.parametrize(("name", "dialect", "status"), EVERY)
def test_every_trap_really_changes_the_document(name: str, dialect: str, status: str) -> None:
    changed = [
        name in it.expected(status=status, traps=[name]).sprung
        and it.document(status=status, traps=[name]) != it.document(status=status)
        for it in games(dialect)
    ]
    # A live document may break off before there is a place for it.
    assert all(changed) if status == "final" else any(changed)


@pytest.mark.parametrize(("name", "dialect", "status"), EVERY)
def test_a_reader_finds_what_is_expected(name: str, dialect: str, status: str) -> None:
    for it in games(dialect):
        expected = it.expected(status=status, traps=[name])
        document = inner(it.document(status=status, traps=[name]))
        lines = read_stats(document["plays"], it.league.rules.college)
        for player, cells in expected.replayed.items():
            line = lines.get(player, dict.fromkeys(STATS, 0))
            assert [line[s] for s in STATS] == list(cells[:15]), (player, name)
        if expected.replayed:
            assert {p for p, line in lines.items() if any(line.values())} <= expected.replayed.keys()


@pytest.mark.parametrize(("name", "dialect", "status"), EVERY)
def test_what_is_not_destroyed_is_true(name: str, dialect: str, status: str) -> None:
    for it in games(dialect, 2):
        plain = it.expected(status=status)
        trapped = it.expected(status=status, traps=[name])
        if not trapped.replayed:
            assert {player for player, _ in trapped.destroyed} == plain.replayed.keys()
        for player, cells in trapped.replayed.items():
            for cell, value, truth in zip(CELLS, cells, plain.replayed[player], strict=True):
                assert value == truth or (player, cell) in trapped.destroyed
        if TRAPS[name].destroys == "" and not trapped.differences:
            assert trapped.replayed == plain.replayed


@pytest.mark.parametrize(("name", "dialect"), [(n, d) for n, d, s in EVERY if s == "final"])
def test_every_difference_to_the_box_has_its_cause(name: str, dialect: str) -> None:
    for it in games(dialect):
        expected = it.expected(traps=[name])
        if name == "T36":
            assert len({player for player, _ in expected.differences}) == 1
        else:
            assert expected.differences.keys() <= expected.causes.keys()


@pytest.mark.parametrize("name", ["T11", "T13", "T14", "T18", "T19", "T27", "T33", "T44", "T45", "duplicate_row"])
def test_lineups_stand(name: str) -> None:
    dialect = "2026" if name == "T33" else "pro"
    for it in games(dialect, 4):
        rosters = ({p.id for p in it.home.players}, {p.id for p in it.away.players})
        found = read_seconds(plays(it, name), rosters, it.league.rules.seconds)
        assert found is not None
        for player, line in it.truth.lines.items():
            assert round(10 * found.get(player, 0.0)) == line.tenths


def test_all_traps_at_once() -> None:
    fitting = [n for n, t in TRAPS.items() if "pro" in t.dialects and "final" in t.statuses and not n.startswith("T37")]
    it = games("pro")[0]
    expected = it.expected(traps=fitting)
    assert expected.sprung == set(fitting)
    rows = plays(it, *fitting)
    assert len(rows) == len(expected.sources)
    lines = read_stats(rows, False)
    for player, cells in expected.replayed.items():
        line = lines.get(player, dict.fromkeys(STATS, 0))
        assert [line[s] for s in STATS] == list(cells[:15])


def test_the_order_in_which_traps_are_named_does_not_matter() -> None:
    it = games("pro")[0]
    assert it.document(traps=["T23", "T11", "T42"]) == it.document(traps={"T42", "T23", "T11"})


# What single traps look like


def test_t11_a_coach_is_in_no_box() -> None:
    it = games("pro")[0]
    before, after = Counter(map(_text, plays(it))), Counter(map(_text, plays(it, "T11")))
    (text,) = (after - before).elements()
    assert text in {f"{team.coach} technical foul" for team in (it.home, it.away)}
    assert sum(it.expected(traps=["T11"]).technicals) == sum(it.truth.technicals) + 1


def _text(play: dict[str, Any]) -> str:
    return str(play.get("text"))


def test_t15_the_late_row_stands_before_the_end() -> None:
    it = games("pro")[0]
    rows = plays(it, "T15")
    numbers = [int(play["sequenceNumber"]) for play in rows]
    place = numbers.index(max(numbers))
    assert place < len(rows) - 2
    assert rows[place]["text"].endswith("misses free throw 2 of 2")
    assert max(numbers) > numbers[-1]
    assert rows[-1]["type"]["text"] == "End Game"


def test_t21_and_t22_the_score_falls() -> None:
    for name in ("T21", "T22"):
        it = games("pro")[0]
        falls = [
            key
            for key in ("homeScore", "awayScore")
            for one, other in zip(plays(it, name), plays(it, name)[1:], strict=False)
            if other[key] < one[key]
        ]
        assert len(falls) == 1


def test_t23_the_score_jumps_and_a_scorer_is_short() -> None:
    it = games("2023")[0]
    expected = it.expected(traps=["T23"])
    scored = sum(play["scoreValue"] for play in plays(it, "T23") if play["scoringPlay"])
    assert scored < sum(it.truth.score)
    assert (plays(it, "T23")[-1]["homeScore"], plays(it, "T23")[-1]["awayScore"]) == it.truth.score
    short = sum(mine - other for (_, stat), (mine, other) in expected.differences.items() if stat == "points")
    assert short == scored - sum(it.truth.score)
    assert set(expected.causes.values()) == {"missing_play"}


def test_t35_a_placeholder_names_nobody() -> None:
    found = [
        play for it in games("pro") for play in plays(it, "T35", status="in_progress") if play["type"]["id"] == "91"
    ]
    assert found
    assert all("participants" not in play and play["text"] == "makes shot" for play in found)


def test_t36_the_totals_keep_the_man_without_a_row() -> None:
    it = games("pro")[0]
    plain, trapped = inner(it.document()), inner(it.document(traps=["T36"]))
    assert plain["boxscore"]["teams"] == trapped["boxscore"]["teams"]
    assert len(it.expected(traps=["T36"]).box) == len(it.truth.lines) - 1


def test_t37_shell() -> None:
    it = games("pro")[0]
    document = inner(it.document(traps=["T37"]))
    assert document["plays"] == []
    scores = [side["score"] for side in document["header"]["competitions"][0]["competitors"]]
    assert tuple(map(int, scores)) == it.truth.score
    rows = [
        row for team in document["boxscore"]["players"] for row in team["statistics"][0]["athletes"] if row["stats"]
    ]
    assert {row["stats"][0] for row in rows} == {"--"}
    assert {cell for row in rows for cell in row["stats"][1:]} == {"0", "0-0"}


def test_t42_two_men_of_one_name() -> None:
    it = games("pro")[0]
    document = inner(it.document(traps=["T42"]))
    for team in document["boxscore"]["players"]:
        names = Counter(row["athlete"]["displayName"] for row in team["statistics"][0]["athletes"])
        assert max(names.values()) == 2
        assert team["team"]["displayName"] in names


def test_last_point_missing_ends_short_of_the_header() -> None:
    it = games("pro")[0]
    last = plays(it, "last_point_missing")[-1]
    assert last["homeScore"] + last["awayScore"] < sum(it.truth.score)
    assert it.expected(traps=["last_point_missing"]).score == it.truth.score


def test_missing_substitution_forgets_the_team() -> None:
    it = games("pro")[0]
    expected = it.expected(traps=["missing_substitution"])
    unknown = {player for player, cells in expected.replayed.items() if cells[15] is None}
    squads = [{p.id for p in team.players} for team in (it.home, it.away)]
    assert any(unknown <= squad for squad in squads)
    assert len(unknown) > 5


# What does not fit is refused


def test_a_trap_of_another_dialect_is_refused() -> None:
    with pytest.raises(ConfigError, match="T33 does not fit the dialect pro"):
        games("pro")[0].document(traps=["T33"])


def test_a_trap_of_another_status_is_refused() -> None:
    with pytest.raises(ConfigError, match="T35 does not fit the status final"):
        games("pro")[0].document(traps=["T35"])


def test_situations_need_no_injection() -> None:
    with pytest.raises(ConfigError, match="needs no injection"):
        games("pro")[0].document(traps=["T25"])
    assert not SITUATIONS.keys() & TRAPS.keys()


def test_the_table_says_what_is_destroyed() -> None:
    for name, trap in TRAPS.items():
        lost = any(it.expected(traps=[name]).destroyed for it in _fit(name)) if "final" in trap.statuses else True
        told = bool(trap.destroys)
        # Rows too many destroy nothing: the truth is there, beside them.
        assert told or not lost or set(_causes(name)) <= {"late_insert", "duplicate_row", "surplus_play"}


def _fit(name: str) -> tuple[simulate.Game, ...]:
    dialect = "pro" if "pro" in TRAPS[name].dialects else sorted(TRAPS[name].dialects)[-1]
    return games(dialect, 1)


def _causes(name: str) -> list[str]:
    return [cause for it in _fit(name) for cause in it.expected(traps=[name]).causes.values()]


def test_documents_with_traps_are_json() -> None:
    for name, dialect, status in EVERY:
        if status == "final":
            json.loads(games(dialect, 1)[0].document(traps=[name]))
