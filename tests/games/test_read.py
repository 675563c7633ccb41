"""The documents of one game, merged: the one that has gone furthest rules, the others fill what it lacks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hooplake.errors import DocumentError
from hooplake.games.leagues import Rules
from tests.games.documents import (
    LINE,
    athlete,
    box,
    competition,
    page,
    page_athlete,
    page_box,
    page_play,
    play,
    plays_of,
    read,
    summary,
)


def test_a_summary() -> None:
    game = read(summary(plays=[play()], players=[box("24", athlete())]))
    assert (game.league, game.season, game.game_id, game.season_type) == ("nba", 2025, "401", 2)
    assert (game.tipoff_utc, str(game.game_date)) == (datetime(2025, 1, 5, 1, tzinfo=UTC), "2025-01-04")
    assert (game.status, game.played, game.box_status, game.kinds) == ("final", True, "full", ("summary",))
    assert [(t.team_id, t.home, t.score, t.opponent_team_id) for t in game.teams] == [
        ("24", True, 111, "7"),
        ("7", False, 122, "24"),
    ]
    assert [(p.team_id, p.period, p.home, p.points) for p in game.periods] == [
        ("24", 1, True, 27), ("24", 2, True, 84), ("7", 1, False, 30), ("7", 2, False, 92),
    ]  # fmt: skip
    assert game.rules == Rules(4, 720)


def test_sides_are_told_by_their_flag_and_never_by_their_place() -> None:
    document = summary()
    competition(document)["competitors"].reverse()
    game = read(document)
    assert [(t.team_id, t.home, t.score) for t in game.teams] == [("24", True, 111), ("7", False, 122)]


def test_a_third_competitor_of_a_side_is_left_out() -> None:
    document = summary()
    competition(document)["competitors"].append({"homeAway": "home", "team": {"id": "5"}, "score": "9"})
    assert [t.team_id for t in read(document).teams] == ["24", "7"]


def test_two_sides_of_one_id_are_no_teams() -> None:
    game = read(summary(home="7", away="7", players=[box("7", athlete())]))
    assert game.teams == []
    assert game.players[0].home is None


@pytest.mark.parametrize("status", ["SCHEDULED", "POSTPONED", "CANCELED", "IN_PROGRESS"])
def test_scores_count_only_in_games_that_are_over(status: str) -> None:
    game = read(summary(status=status, score=("0", "0")))
    assert [t.score for t in game.teams] == [None, None]


def test_a_forfeit_has_its_score_and_no_periods() -> None:
    game = read(summary(status="FORFEIT", score=("2", "0")))
    assert ([t.score for t in game.teams], game.periods, game.played) == ([2, 0], [], False)


def test_odd_scores_are_not_known() -> None:
    game = read(summary(score=("-5", "lots")))
    assert [t.score for t in game.teams] == [None, None]


@pytest.mark.parametrize(
    ("stated", "rules"),
    [
        (None, Rules(4, 720)),
        ({"regulation": {"periods": 2, "clock": 1200.0}}, Rules(2, 1200)),
        ({"regulation": {"periods": 4, "clock": 600}, "overtime": {"clock": 240}}, Rules(4, 600, 240)),
        ({"regulation": {"periods": 3, "clock": 720}}, Rules(4, 720)),
        ({"regulation": {"periods": 4, "clock": 1e9}}, Rules(4, 720)),
        ({"regulation": {"periods": 4}}, Rules(4, 720)),
        ({}, Rules(4, 720)),
    ],
)
def test_the_rules_of_the_clock(stated: Any, rules: Rules) -> None:
    assert read(summary(format=stated)).rules == rules


@pytest.mark.parametrize(
    ("periods", "rules"), [(4, Rules(4, 720)), (2, Rules(2, 1200)), (3, Rules(4, 720)), (None, Rules(4, 720))]
)
def test_the_rules_of_a_page(periods: int | None, rules: Rules) -> None:
    assert read(page(maxPeriods=periods)).rules == rules


def test_t39_a_final_document_beats_a_scheduled_one_whatever_their_order() -> None:
    scheduled = summary(status="SCHEDULED", score=(None, None))
    final = summary(plays=[play()])
    for documents in ((scheduled, final), (final, scheduled)):
        game = read(*documents)
        assert (game.status, len(game.plays), [t.score for t in game.teams]) == ("final", 1, [111, 122])
        assert [d.used for d in game.documents] == [one is final for one in documents]


def test_a_live_document_beats_a_scheduled_one_and_a_final_one_a_live_one() -> None:
    scheduled, live, final = (summary(status=s) for s in ("SCHEDULED", "IN_PROGRESS", "FINAL"))
    assert read(live, scheduled).status == "in_progress"
    assert read(final, live, scheduled).status == "final"
    assert read(scheduled, summary(status="POSTPONED")).status == "postponed"
    assert read(summary(status="POSTPONED"), scheduled).status == "scheduled"


def test_of_equals_the_later_fetch_counts() -> None:
    early, late = summary(score=("110", "122")), summary(score=("111", "122"))
    assert read(early, late).teams[0].score == 111
    assert read(late, early).teams[0].score == 110


def test_kinds_fill_what_others_lack() -> None:
    inner = summary(plays=[play(text="of the gamepackage")], players=[box("24", athlete())])
    outer = summary(
        gameInfo={
            "venue": {"id": "5", "fullName": "An Arena", "address": {"city": "Here", "state": "TX"}},
            "attendance": 18_354,
        }
    )
    other = page(gmInfo={"loc": "Another", "attnd": 5, "refs": [{"dspNm": "R. One", "pos": "Referee"}]})
    game = read({"gamepackageJSON": inner}, other, outer)
    assert (game.venue, game.attendance, game.venue_city) == ("An Arena", 18_354, "Here")
    assert [o.official for o in game.officials] == ["R. One"]
    assert plays_of(game).description == ["of the gamepackage"]
    assert game.kinds == ("summary", "gamepackage", "page")
    assert game.box_status == "full"


def test_a_box_page_and_a_page_of_plays_make_one_game() -> None:
    boxes = page(bxscr=[page_box("24", [page_athlete("1", "A B")], [])])
    rows = page(pbp={"playGrps": [[page_play("A B makes layup")]]})
    for documents in ((boxes, rows), (rows, boxes)):
        game = read(*documents)
        assert (len(game.players), len(game.plays), game.box_status) == (1, 1, "full")
        assert all(d.used for d in game.documents)


def test_each_part_of_the_pages_is_taken_from_its_latest() -> None:
    first = page(bxscr=[page_box("24", [page_athlete("1", "A B", ("10",))], [])])
    second = page(bxscr=[page_box("24", [page_athlete("1", "A B", ("12",))], [])])
    rows = page(pbp={"playGrps": [[page_play("A B makes layup")]]})
    game = read(first, rows, second)
    assert game.players[0].minutes == 12
    assert [d.used for d in game.documents] == [False, True, True]


def test_the_better_box_counts() -> None:
    shell = summary(players=[box("24", athlete("1", ("--", "0", "0-0")), athlete("2", ()))])
    full = page(bxscr=[page_box("24", [page_athlete("1", "A B")], [])])
    game = read(shell, full)
    assert (game.box_status, game.players[0].points, game.players[0].player) == ("full", 24, "A B")


def test_a_player_is_filled_from_another_kind_but_does_not_play_by_it() -> None:
    listed = summary(players=[box("24", athlete("1"), athlete("2", (), reason="INJURY"))])
    paged = page(
        bxscr=[
            page_box(
                "24", [page_athlete("1", "A B") | {"athlt": {"id": "1", "jersey": "00"}}], [page_athlete("2", "C D")]
            )
        ]
    )
    first, second = read(listed, paged).players
    assert (first.jersey, first.points) == ("00", 24)
    assert (second.did_not_play, second.points, second.reason, second.short_name) == (True, None, "INJURY", "P. 2")


def test_documents_of_several_games_are_not_one() -> None:
    for other in (summary(game_id="402"), summary(league="wnba")):
        with pytest.raises(DocumentError) as caught:
            read(summary(), other)
        assert caught.value.reason == "several_games"


def test_repairs_of_values_and_of_the_order_are_told() -> None:
    document = summary(game_id=401, plays=[play(1, clock="5:00"), play(2, clock="6:00")])
    assert read(document).repairs == ["value:$.header.id:1", "clock_order:1"]


def test_the_network_is_national_television_before_streams_before_home() -> None:
    rows = [
        {"type": {"shortName": "TV"}, "market": {"type": "Away"}, "media": {"shortName": "Away TV"}},
        {"type": {"shortName": "TV"}, "market": {"type": "Home"}, "media": {"shortName": "Home TV"}},
        {"type": {"shortName": "Streaming"}, "market": {"type": "National"}, "media": {"shortName": "Stream"}},
        {"type": {"shortName": "TV"}, "market": {"type": "National"}, "media": {"shortName": "Nation"}},
        {"type": {"shortName": "TV"}, "market": {"type": "National"}, "media": {}},
    ]
    for last, name in ((5, "Nation"), (3, "Stream"), (2, "Home TV"), (1, "Away TV"), (0, None)):
        document = summary()
        competition(document)["broadcasts"] = rows[:last]
        assert read(document).network == name


def test_attendance_of_none_is_not_known() -> None:
    assert [read(summary(gameInfo={"attendance": n})).attendance for n in (0, -1, 18_000, None)] == [
        None,
        None,
        18_000,
        None,
    ]


def test_officials_in_the_order_that_the_document_gives() -> None:
    crew = [
        {"fullName": "Second", "order": 2, "position": {"name": "Umpire"}},
        {"displayName": "First", "order": 1},
        {"order": 0},
        {"fullName": "Last"},
    ]
    found = read(summary(gameInfo={"officials": crew})).officials
    assert [(o.official_order, o.official, o.position) for o in found] == [
        (1, "First", None), (2, "Second", "Umpire"), (3, "Last", None),
    ]  # fmt: skip


def test_the_first_line_of_each_provider() -> None:
    pick = {
        "provider": {"id": "100", "name": "Book"},
        "details": "SA -5.5",
        "spread": -5.5,
        "overUnder": 0,
        "homeTeamOdds": {"moneyLine": -220.0, "spreadOdds": -110.0},
        "awayTeamOdds": {"moneyLine": 50},
        "pointSpread": {"home": {"open": {"line": "-4.5"}}},
        "total": {"over": {"open": {"line": "o217.5"}}},
        "moneyline": {"home": {"open": {"odds": "EVEN"}}, "away": {"open": {"odds": "+180"}}},
    }
    (line,) = read(summary(pickcenter=[pick, pick | {"spread": 9}, {"spread": 1}])).lines
    assert (line.provider_id, line.spread, line.total, line.home_moneyline, line.away_moneyline) == (
        "100",
        -5.5,
        None,
        -220,
        None,
    )
    assert (line.open_spread, line.open_total, line.open_home_moneyline, line.open_away_moneyline) == (
        -4.5,
        217.5,
        100,
        180,
    )


@pytest.mark.parametrize(
    ("words", "spread"), [("SA -5.5", -5.5), ("DEN -3", 3.0), ("EVEN", None), ("XYZ -3", None), (None, None)]
)
def test_the_line_of_a_page_is_signed_by_its_team(words: str | None, spread: float | None) -> None:
    (line,) = read(page(gmInfo={"lne": words, "ovUnd": "217.5"})).lines
    assert (line.spread, line.total, line.provider_id) == (spread, 217.5, "page")


def test_win_probability_keeps_rows_that_name_their_play() -> None:
    rows = [{"playId": "1", "homeWinPercentage": 0.5, "tiePercentage": 0.0}, {"homeWinPercentage": 0.6}]
    found = read(summary(winprobability=rows)).win_probability
    assert [list(column) for column in (found.play_id.to_pylist(), found.home_win_pct, found.tie_pct)] == [
        ["1"],
        [0.5],
        [0.0],
    ]


def test_injuries_are_numbered_per_player() -> None:
    row = {"status": "Out", "date": "2025-01-03T18:00Z", "athlete": {"id": "1", "displayName": "A"}}
    detail = {"details": {"type": "Knee", "detail": "Surgery", "side": "Left", "returnDate": "2025-02-01"}}
    found = read(
        summary(injuries=[{"team": {"id": "24"}, "injuries": [row, row | detail, {"status": "Out"}]}])
    ).injuries
    assert [(i.report_num, i.injury, str(i.return_date)) for i in found] == [
        (0, None, "None"),
        (1, "Knee", "2025-02-01"),
    ]


def test_a_page() -> None:
    game = read(page(bxscr=[page_box("24", [page_athlete("1", "A B", LINE)], [])]))
    assert (game.status, game.box_status, game.neutral_site) == ("final", "full", None)
    assert [(t.abbr, t.score, t.home) for t in game.teams] == [("SA", 111, True), ("DEN", 122, False)]
    assert [p.points for p in game.periods] == [27, 84, 30, 92]
