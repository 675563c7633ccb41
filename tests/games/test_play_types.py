"""Every play type of the source in the neutral vocabulary: the tables of the reference, one by one."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.games.espn import plays as reading
from hooplake.games.espn.play_types import by_words, free_throw_kind
from tests.games.documents import play, plays_of, read, summary

COLLEGE = ("mens-college-basketball", "womens-college-basketball")


def meaning(league: str = "nba", **fields: Any) -> tuple[str, str | None, int | None, int]:
    """Event, kind, value and points of one play."""
    plays = plays_of(read(summary(league=league, plays=[play(**fields)])))
    return plays.event[0], plays.kind[0], plays.shot_value[0], plays.points[0]


FOULS = {
    "44": "shooting", "45": "personal", "43": "loose_ball", "42": "offensive", "24": "charge", "22": "take",
    "257": "transition_take", "40": "away_from_play", "32": "flagrant_1", "33": "flagrant_2",
}  # fmt: skip
TURNOVERS = {
    "62": "bad_pass", "63": "lost_ball", "90": "out_of_bounds_bad_pass", "87": "out_of_bounds_lost_ball",
    "84": "offensive_foul", "64": "traveling", "86": "step_out_of_bounds", "72": "back_court", "67": "three_seconds",
    "65": "double_dribble", "66": "discontinued_dribble", "71": "inbound", "73": "offensive_goaltending",
    "74": "lane_violation", "77": "illegal_assist", "82": "basket_from_below", "70": "shot_clock",
    "69": "eight_seconds", "68": "five_seconds",
}  # fmt: skip
NO_EFFECT = {
    "615": "jump_ball", "16": "timeout", "412": "period_end", "402": "game_end", "12": "violation", "9": "violation",
    "8": "violation", "10": "violation", "213": "challenge", "214": "challenge", "215": "challenge",
    "216": "challenge", "277": "challenge", "278": "review", "279": "review", "280": "review",
}  # fmt: skip
SHOTS = (
    "92", "131", "144", "110", "132", "113", "109", "128", "141", "94", "121", "145", "130", "116", "146", "120", "125",
    "95", "151", "137", "129", "126", "115", "114", "119", "112", "93", "142", "138", "96", "111", "150", "127", "149",
    "122", "139", "124", "140", "133", "143", "135", "147", "117", "148", "134", "136", "153",
)  # fmt: skip


@pytest.mark.parametrize(("type_id", "kind"), FOULS.items())
def test_personal_fouls_of_the_nba(type_id: str, kind: str) -> None:
    assert meaning(type_id=type_id, text="whatever") == ("foul", kind, None, 0)


@pytest.mark.parametrize(
    ("type_id", "event", "kind"),
    [
        ("35", "technical_foul", "technical"),
        ("29", "technical_foul", "defensive_three_seconds"),
        ("30", "double_technical", None),
    ],
)
def test_technical_fouls_of_the_nba_are_not_personal(type_id: str, event: str, kind: str | None) -> None:
    assert meaning(type_id=type_id, text="A technical foul") == (event, kind, None, 0)


@pytest.mark.parametrize(("type_id", "kind"), TURNOVERS.items())
def test_turnovers_of_the_nba(type_id: str, kind: str) -> None:
    assert meaning(type_id=type_id, text="whatever") == ("turnover", kind, None, 0)


@pytest.mark.parametrize(("type_id", "event"), NO_EFFECT.items())
def test_types_without_effect(type_id: str, event: str) -> None:
    assert meaning(type_id=type_id, text="makes a three point shot")[0] == event


def test_rebounds_of_the_nba() -> None:
    assert meaning(type_id="155")[0] == "defensive_rebound"
    assert meaning(type_id="156")[0] == "offensive_rebound"


@pytest.mark.parametrize("type_id", SHOTS)
def test_every_other_shooting_play_is_a_field_goal(type_id: str) -> None:
    shot = {"type_id": type_id, "shootingPlay": True, "text": "A shot"}
    assert meaning(**shot, scoringPlay=True, scoreValue=2) == ("made_2", None, 2, 2)
    assert meaning(**shot, scoringPlay=True, scoreValue=3) == ("made_3", None, 3, 3)
    assert meaning(**shot, pointsAttempted=2) == ("missed_2", None, 2, 0)
    assert meaning(**shot, pointsAttempted=3) == ("missed_3", None, 3, 0)


def test_a_kind_of_shot_that_nobody_knows_still_counts() -> None:
    assert meaning(type_id="9999", shootingPlay=True, scoringPlay=True, scoreValue=3)[0] == "made_3"
    assert meaning(type_id=None, shootingPlay=True, scoringPlay=True, scoreValue=2)[0] == "made_2"


@pytest.mark.parametrize(
    ("type_id", "kind"),
    [
        ("97", "1_of_1"), ("98", "1_of_2"), ("99", "2_of_2"), ("100", "1_of_3"), ("101", "2_of_3"), ("102", "3_of_3"),
        ("103", "technical"), ("104", "flagrant_1_of_2"), ("105", "flagrant_2_of_2"), ("106", "flagrant_1_of_1"),
        ("157", "flagrant_1_of_3"), ("165", "flagrant_2_of_3"), ("166", "flagrant_3_of_3"),
    ],
)  # fmt: skip
def test_free_throws_of_the_nba(type_id: str, kind: str) -> None:
    text = "A makes free throw 1 of 1"
    assert meaning(type_id=type_id, shootingPlay=True, scoringPlay=True, scoreValue=1, text=text) == (
        "made_ft",
        kind,
        1,
        1,
    )
    assert meaning(type_id=type_id, shootingPlay=True, text=text) == ("missed_ft", kind, 1, 0)


def test_t14_a_missed_heave_is_no_attempt() -> None:
    heave = {"type_id": "282", "shootingPlay": True, "text": "A misses 60-foot three point heave", "pointsAttempted": 3}
    assert meaning(**heave) == ("missed_heave", "heave", 3, 0)
    assert meaning(**heave, scoringPlay=True, scoreValue=3) == ("made_3", None, 3, 3)


def test_t35_a_placeholder_scores_for_nobody() -> None:
    assert meaning(type_id="91", text="makes shot", shootingPlay=True, scoringPlay=True, scoreValue=2) == (
        "placeholder", None, None, 2,
    )  # fmt: skip
    assert meaning(type_id="91", text="misses shot", shootingPlay=True) == ("placeholder", None, None, 0)


def test_t17_a_line_break_in_a_text_changes_nothing() -> None:
    row = play(type={"id": "62", "text": "Bad Pass\nTurnover"}, text="A bad pass\n(B steals) ")
    plays = plays_of(read(summary(plays=[row])))
    assert (plays.event[0], plays.kind[0], plays.type_text[0]) == ("turnover", "bad_pass", "Bad Pass Turnover")
    for text in ("A misses\nthree \n point jumper", "A misses three\npoint jumper", "A misses  three  point jumper"):
        assert meaning(type_id="92", shootingPlay=True, text=text)[0] == "missed_3"


@pytest.mark.parametrize("league", COLLEGE)
@pytest.mark.parametrize("type_id", ["558", "572", "574", "437", "20558", "20424", "20574", "20437"])
def test_field_goals_of_college(league: str, type_id: str) -> None:
    shot = {"league": league, "type_id": type_id, "shootingPlay": True}
    assert meaning(**shot, text="A made Jumper.", scoringPlay=True, scoreValue=2) == ("made_2", None, 2, 2)
    # T30: the value stands on a miss too
    assert meaning(**shot, text="A missed Jumper.", scoreValue=3) == ("missed_3", None, 3, 0)
    assert meaning(**shot, text="A missed Jumper.", scoreValue=2) == ("missed_2", None, 2, 0)
    # 2009: only the words
    assert meaning(**shot, text="A missed Three Point Jumper.") == ("missed_3", None, 3, 0)
    assert meaning(**shot, text="A missed Layup.") == ("missed_2", None, 2, 0)


def test_t30_a_college_miss_with_a_value_of_three() -> None:
    shot = {"type_id": "558", "shootingPlay": True, "scoreValue": 3, "text": "A missed Three Point Jumper."}
    assert meaning("womens-college-basketball", **shot) == ("missed_3", None, 3, 0)


def test_the_three_of_the_older_college_files_is_a_type() -> None:
    assert meaning(COLLEGE[0], type_id="30558", shootingPlay=True, text="A missed.") == ("missed_3", None, 3, 0)


@pytest.mark.parametrize(
    ("type_id", "text", "kind"),
    [
        ("540", "A made Free Throw.", "free_throw"),
        ("540", "A makes free throw 2 of 2", "2_of_2"),
        ("540", "A makes technical free throw 1 of 2", "technical"),
        ("97", "A made Free Throw.", "free_throw"),
        ("97", "A makes free throw 1 of 1", "1_of_1"),
        ("0", "A made Free Throw.", "free_throw"),
    ],
)
def test_free_throws_of_college(type_id: str, text: str, kind: str) -> None:
    throw = {"league": COLLEGE[1], "type_id": type_id, "shootingPlay": True, "text": text, "scoreValue": 1}
    assert meaning(**throw, scoringPlay=True) == ("made_ft", kind, 1, 1)
    assert meaning(**throw) == ("missed_ft", kind, 1, 0)


@pytest.mark.parametrize(
    ("type_id", "event", "kind"),
    [
        ("587", "defensive_rebound", None),
        ("586", "offensive_rebound", None),
        ("449", "dead_ball_rebound", None),
        ("598", "turnover", None),
        ("607", "steal", None),
        ("618", "block", None),
        ("519", "foul", "personal"),
        ("521", "foul", "technical"),  # T31
        ("578", "timeout", "full"),
        ("579", "timeout", "short"),
        ("580", "timeout", "official"),
        ("615", "jump_ball", None),
        ("412", "period_end", None),
        ("402", "game_end", None),
    ],
)
def test_the_other_types_of_college(type_id: str, event: str, kind: str | None) -> None:
    for league in COLLEGE:
        assert meaning(league, type_id=type_id, text="text") == (event, kind, None, 0)


def test_t31_a_technical_of_college_is_a_foul() -> None:
    assert meaning(COLLEGE[1], type_id="521", text="Technical Foul on A.")[0] == "foul"
    assert meaning("nba", type_id="35", text="A technical foul")[0] == "technical_foul"


def test_t29_one_type_for_fouls_and_turnovers() -> None:
    for text, event in (
        ("Foul on A.", "foul"),
        ("A Turnover.", "turnover"),
        ("Foul on A. Turnover Smith", "foul"),
        (None, "unknown"),
    ):
        assert meaning(COLLEGE[0], type_id="601", text=text)[0] == event


def test_t34_a_row_without_a_text_says_nothing() -> None:
    assert meaning(COLLEGE[0], type_id="0", text=None) == ("unknown", None, None, 0)
    assert meaning("nba", type_id=None, text=None) == ("unknown", None, None, 0)
    # five rows of one women's game: the text is all there is
    shot = {"type_id": "0", "shootingPlay": True}
    assert meaning(COLLEGE[1], **shot, text="A made Jumper. Assisted by B.", scoringPlay=True) == ("made_2", None, 2, 2)
    assert meaning(COLLEGE[1], **shot, text="A missed Three Point Jumper.") == ("missed_3", None, 3, 0)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("A enters the game for B", "substitution"),
        ("A enters the game for  ", "substitution"),
        ("A subbing in for Team", "sub_in"),
        ("A subbing out for Team", "sub_out"),
    ],
)
def test_substitutions(text: str, event: str) -> None:
    assert meaning(type_id="584", text=text)[0] == event


@pytest.mark.parametrize(
    ("words", "event"),
    [
        ("dead ball team rebound", "dead_ball_rebound"), ("a offensive team rebound", "offensive_rebound"),
        ("team rebound", "defensive_rebound"), ("a defensive rebou.", "defensive_rebound"),
        ("coach's challenge (call stands)", "challenge"), ("ref-initiated review", "review"),
        ("instant replay", "review"), ("a full timeout", "timeout"), ("a vs. b (c gains possession)", "jump_ball"),
        ("a vs. b", "jump_ball"), ("jumpball", "jump_ball"), ("start of the 2nd quarter", "period_start"),
        ("end of the 1st quarter", "period_end"), ("end of the 1st overtime", "period_end"), ("end of game", "game_end"),
        ("a ejected", "ejection"), ("double technical foul: a and b", "double_technical"),
        ("double personal foul", "double_foul"), ("a bad pass (b steals)", "turnover"), ("a lost ball", "turnover"),
        ("5 second violation", "turnover"), ("8-second violation", "turnover"), ("shot clock violation", "turnover"),
        ("a traveling", "turnover"), ("a palming", "turnover"), ("a offensive charge", "foul"),
        ("a flagrant foul type 2", "foul"), ("a flagrant foul", "foul"),
        ("a defensive 3-seconds (technical foul)", "technical_foul"), ("hanging tech foul", "technical_foul"),
        ("a delay of game violation", "violation"), ("defensive goaltending", "violation"),
        ("a kicked ball violation", "violation"), ("a shooting foul", "foul"), ("foul on a", "foul"),
        ("a steals", "steal"), ("a blocked shot", "block"),
    ],
)  # fmt: skip
def test_types_that_no_table_holds_are_read_by_their_words(words: str, event: str) -> None:
    found = by_words(words)
    assert found is not None
    assert found[0] == event
    assert meaning(type_id="99999", type={"id": "99999", "text": words}, text="?")[0] == event
    assert meaning(type_id="99999", text=words)[0] == event


def test_what_no_table_and_no_word_explains_is_reported() -> None:
    assert meaning(type_id="99999", text="something new") == ("unmapped", None, None, 0)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a makes free throw 1 of 3", "1_of_3"),
        ("a makes free throw flagrant 1 of 2", "flagrant_1_of_2"),
        ("a makes technical free throw", "technical"),
        ("a made free throw.", "free_throw"),
    ],
)
def test_kinds_of_free_throws_by_their_words(text: str, kind: str) -> None:
    assert free_throw_kind(None, text) == kind


VALUES = (
    # fields, text, coordinate, value, how it is known
    ({"scoringPlay": True, "scoreValue": 3}, "A makes 19-foot two point shot", None, 3, "score"),
    ({"pointsAttempted": 2}, "A misses three point jumper", None, 2, "field"),
    ({}, "A misses 24-foot three point jumper", (25, 1), 3, "text"),
    ({}, "A misses three pointer", None, 3, "text"),
    ({}, "A misses 24-foot two point shot", (25, 24), 2, "text"),
    ({"type_id": "92"}, "A misses 25-foot jumper", (25, 25), 2, "text"),
    ({"type_id": "131"}, "A misses pullup jump shot", (3, 1), 2, "text"),
    ({}, "A misses 22-foot step back jumpshot", (2, 4), 3, "coordinate"),  # the corner
    ({}, "A misses 22-foot step back jumpshot", (47, 8), 3, "coordinate"),
    ({}, "A misses 22-foot step back jumpshot", (47, 9), 2, "distance"),
    ({}, "A misses 23-foot step back jumpshot", (13, 19), 2, "distance"),  # 401705180
    ({}, "A misses 24-foot step back jumpshot", (13, 19), 3, "distance"),  # 401705506: the same spot
    ({}, "A misses step back jumpshot", (25, 24), 3, "coordinate"),
    ({}, "A misses step back jumpshot", (25, 23), 2, "coordinate"),
    ({}, "A misses step back jumpshot", None, 2, "assumed"),
    ({}, "A misses step back jumpshot", (-214748340, -214748365), 2, "assumed"),
)


@pytest.mark.parametrize(("fields", "text", "xy", "value", "source"), VALUES)
def test_two_or_three(fields: dict[str, Any], text: str, xy: Any, value: int, source: str) -> None:
    shot = {"type_id": "132", "shootingPlay": True, "text": text} | fields | ({"xy": xy} if xy else {})
    plays = plays_of(read(summary(plays=[play(**shot)])))
    assert (plays.shot_value[0], plays.value_source[0]) == (value, source)


def test_college_texts_name_every_three() -> None:
    shot = play(type_id="558", shootingPlay=True, text="A missed Jumper.", xy=(1, 1))
    plays = plays_of(read(summary(league=COLLEGE[0], plays=[shot])))
    assert (plays.shot_value[0], plays.value_source[0]) == (2, "text")


def test_t24_made_missed_and_blocked_threes() -> None:
    for text, made in (
        ("A makes 25-foot three point jumper (B assists)", True),
        ("A misses 25-foot three point jumper", False),
        ("C blocks A 's 25-foot three point jumper", False),
    ):
        found = meaning(type_id="92", shootingPlay=True, scoringPlay=made, scoreValue=3 if made else 0, text=text)
        assert found == (("made_3", None, 3, 3) if made else ("missed_3", None, 3, 0))


FIELDS = list(
    product(
        ("92", "132", "97", "98", "103", "282", "540", "558", "584", "601", "0", "99999", None),
        (True, False, None),
        (True, False, None),
        (0, 1, 2, 3, None),
        (1, 2, 3, None),
    )
)
TEXTS = (
    "A makes jumper", "A misses three point jumper", "A misses free throw 1 of 2", "A makes technical free throw",
    "B blocks A 's layup", "Foul on A.", "A Turnover.", "A subbing in for T", "something new", None,
)  # fmt: skip


@given(st.integers(0, 2**32))
def test_what_a_play_means_does_not_depend_on_the_plays_before_it(seed: int) -> None:
    random = Random(seed)
    rows = []
    for number in range(120):
        type_id, shooting, scoring, value, attempted = random.choice(FIELDS)
        fields = {"shootingPlay": shooting, "scoringPlay": scoring, "scoreValue": value, "pointsAttempted": attempted}
        rows.append(play(number, type_id, random.choice(TEXTS), **fields))
    league = random.choice(("nba", "mens-college-basketball"))

    def meanings(chosen: list[dict[str, Any]]) -> dict[str | None, tuple[Any, ...]]:
        reading._KNOWN.clear()
        reading._KNOWN_COLLEGE.clear()
        p = plays_of(read(summary(league=league, plays=chosen)))
        found = zip(p.event, p.kind, p.shot_value, p.points, p.value_source, strict=True)
        return dict(zip(p.play_id, found, strict=True))

    assert meanings(rows) == meanings(rows[::-1])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_a_meaning_is_told_by_its_play_alone_and_not_by_plays_before_it(order: tuple[int, ...]) -> None:
    # one id and one text, but another name of the type, or another part of the floor
    shot = {"shootingPlay": True, "scoringPlay": False, "scoreValue": 0, "text": f"Somebody misses jumper {order}"}
    rows = [
        play(1, "901", **shot, type={"id": "901", "text": "Free Throw"}),
        play(2, "901", **shot, type={"id": "901", "text": "Jump Shot"}, xy=(25, 30)),
        play(3, "901", **shot, type={"id": "901", "text": "Jump Shot"}, xy=(25, 10)),
    ]
    plays = plays_of(read(summary(plays=[rows[place] for place in order])))
    expected = ["missed_ft", "missed_3", "missed_2"]
    assert plays.event == [expected[place] for place in order]


def test_a_full_memory_of_meanings_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MOST_KNOWN", 3)
    monkeypatch.setattr(reading, "_KNOWN", {})
    told = {"shootingPlay": True, "scoringPlay": False, "scoreValue": 0}
    rows = [play(n, "92", **told, text=f"A misses {n}-foot jumper", type={"id": "110"}) for n in range(20, 30)]
    assert plays_of(read(summary(plays=rows))).shot_value == [2, 2, 2, 2, 3, 3, 3, 3, 3, 3]
    assert 0 < len(reading._KNOWN) <= 3
