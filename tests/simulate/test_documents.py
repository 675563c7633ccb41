"""Documents look like those of the source, and say what is true."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hooplake import simulate
from hooplake.errors import ConfigError
from hooplake.simulate.box import KEYS, ORDERS
from hooplake.simulate.rules import LEAGUES
from tests.simulate.reading import STATS, inner, read_seconds, read_stats, seconds

SOME_SEASONS = [
    ("nba", 2025), ("nba", 2026), ("wnba", 2025), ("wbb", 2023), ("wbb", 2026), ("mbb", 2009), ("mbb", 2013),
    ("mbb", 2025), ("mbb", 2026),
]  # fmt: skip
seasons = st.sampled_from(SOME_SEASONS)
seeds = st.integers(0, 5_000)


def game(league: str, season: int, seed: int = 7) -> simulate.Game:
    return simulate.season(league, season, days=1, teams=4, seed=seed).games[0]


def box_rows(document: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The cells of every player of the box by key, for those who played."""
    found = {}
    for team in document["boxscore"]["players"]:
        table = team["statistics"][0]
        for row in table["athletes"]:
            if row["stats"]:
                found[row["athlete"]["id"]] = dict(zip(table["keys"], row["stats"], strict=True))
    return found


@given(seasons, seeds, st.sampled_from(["summary", "gamepackage"]))
@settings(max_examples=60, deadline=None)
def test_the_box_is_the_truth(which: tuple[str, int], seed: int, kind: str) -> None:
    it = game(*which, seed)
    rows = box_rows(inner(it.document(kind)))
    assert rows.keys() == it.truth.lines.keys()
    for player, cells in rows.items():
        line = it.truth.lines[player]
        assert cells["minutes"] == str(line.minutes)
        assert cells["points"] == str(line["points"])
        assert cells["fieldGoalsMade-fieldGoalsAttempted"] == f"{line['fgm']}-{line['fga']}"
        assert cells["threePointFieldGoalsMade-threePointFieldGoalsAttempted"] == f"{line['fg3m']}-{line['fg3a']}"
        assert cells["freeThrowsMade-freeThrowsAttempted"] == f"{line['ftm']}-{line['fta']}"
        for key, stat in (
            ("rebounds", "reb"), ("offensiveRebounds", "oreb"), ("defensiveRebounds", "dreb"), ("assists", "ast"),
            ("steals", "stl"), ("blocks", "blk"), ("turnovers", "tov"), ("fouls", "pf"),
        ):  # fmt: skip
            assert cells[key] == str(line[stat])
        if it.league.rules.college:
            assert "plusMinus" not in cells
        else:
            assert int(cells["plusMinus"]) == line.plus_minus


@given(seasons, seeds)
@settings(max_examples=60, deadline=None)
def test_reading_the_rows_gives_the_truth(which: tuple[str, int], seed: int) -> None:
    it = game(*which, seed)
    plays = inner(it.document())["plays"]
    lines = read_stats(plays, it.league.rules.college)
    for player, line in it.truth.lines.items():
        assert tuple(lines.get(player, dict.fromkeys(STATS, 0)).values()) == line.stats
    assert lines.keys() <= it.truth.lines.keys()


@given(st.sampled_from([("nba", 2025), ("nba", 2026), ("wnba", 2025), ("wbb", 2026), ("mbb", 2026)]), seeds)
@settings(max_examples=40, deadline=None)
def test_reading_the_substitutions_gives_the_seconds(which: tuple[str, int], seed: int) -> None:
    it = game(*which, seed)
    rosters = ({p.id for p in it.home.players}, {p.id for p in it.away.players})
    found = read_seconds(inner(it.document())["plays"], rosters, it.league.rules.seconds)
    assert found is not None
    for player, line in it.truth.lines.items():
        assert round(10 * found.get(player, 0.0)) == line.tenths


@given(seasons, seeds)
@settings(max_examples=40, deadline=None)
def test_rows_show_the_events_that_expected_says(which: tuple[str, int], seed: int) -> None:
    it = game(*which, seed)
    plays = inner(it.document())["plays"]
    sources = it.expected().sources
    assert len(plays) == len(sources)
    assert list(sources) == sorted(sources)
    for play, source in zip(plays, sources, strict=True):
        event = it.truth.events[source]
        assert (play["homeScore"], play["awayScore"]) == (event.home, event.away)
        assert play["period"]["number"] == event.period
        assert seconds(play["clock"]["displayValue"]) == event.clock / 10
    assert len({play["id"] for play in plays}) == len(plays)


@pytest.mark.parametrize(("league", "season"), SOME_SEASONS)
def test_header_and_line_score(league: str, season: int) -> None:
    it = game(league, season)
    header = inner(it.document())["header"]
    competition = header["competitions"][0]
    home, away = competition["competitors"]
    assert [home["homeAway"], away["homeAway"]] == ["home", "away"]
    assert (int(home["score"]), int(away["score"])) == it.truth.score
    shown = tuple(tuple(int(p["displayValue"]) for p in side["linescores"]) for side in (home, away))
    assert shown == it.truth.line_score
    assert home["winner"] is (it.truth.score[0] > it.truth.score[1])
    assert header["season"]["year"] == season
    assert header["league"]["slug"] == LEAGUES[league].slug
    assert competition["date"] == it.fixture.tipoff.strftime("%Y-%m-%dT%H:%MZ")
    assert competition["status"]["type"]["name"] == "STATUS_FINAL"


def test_the_box_has_the_away_team_first() -> None:
    it = game("nba", 2025)
    box = inner(it.document())["boxscore"]
    assert [team["homeAway"] for team in box["teams"]] == ["away", "home"]
    assert [team["team"]["id"] for team in box["players"]] == [it.away.id, it.home.id]
    assert sum(row["starter"] for team in box["players"] for row in team["statistics"][0]["athletes"]) == 10


@pytest.mark.parametrize("order", list(ORDERS))
def test_orders_of_columns(order: str) -> None:
    league = "mbb" if order.startswith("college") else "nba"
    it = game(league, 2025)
    document = inner(it.document(columns=order))
    table = document["boxscore"]["players"][0]["statistics"][0]
    assert " ".join(table["labels"]) == ORDERS[order]
    assert table["keys"] == [KEYS[label][0] for label in ORDERS[order].split()]
    points = table["labels"].index("PTS")
    for row in table["athletes"]:
        if row["stats"]:
            assert row["stats"][points] == str(it.truth.lines[row["athlete"]["id"]]["points"])


def test_team_totals() -> None:
    it = game("nba", 2026)
    truth = it.truth
    for team in inner(it.document())["boxscore"]["teams"]:
        side = int(team["homeAway"] == "away")
        named = {stat["name"]: stat["displayValue"] for stat in team["statistics"]}
        mine = [line for i, line in enumerate(truth.stats()) if truth.side(i) == side]
        sums = dict(zip(STATS, map(sum, zip(*mine, strict=True)), strict=True))
        assert named["fieldGoalsMade-fieldGoalsAttempted"] == f"{sums['fgm']}-{sums['fga']}"
        assert named["totalRebounds"] == str(sums["reb"])
        assert named["turnovers"] == str(sums["tov"])
        assert named["teamTurnovers"] == str(truth.team_turnovers[side])
        assert named["totalTurnovers"] == str(sums["tov"] + truth.team_turnovers[side])
        assert named["technicalFouls"] == str(truth.technicals[side])


def test_a_gamepackage_lacks_what_the_real_one_lacks() -> None:
    whole = json.loads(game("nba", 2025).document("gamepackage"))
    package = whole["gamepackageJSON"]
    assert not {"gameInfo", "format", "pickcenter", "leaders"} & package.keys()
    assert package["winprobability"] == []
    assert len(package["plays"]) > 300


def test_win_probability_has_a_row_per_play() -> None:
    document = inner(game("wbb", 2023).document())
    assert [row["playId"] for row in document["winprobability"]] == [play["id"] for play in document["plays"]]
    last = document["winprobability"][-1]["homeWinPercentage"]
    home, away = document["header"]["competitions"][0]["competitors"]
    assert (last > 0.5) is (int(home["score"]) > int(away["score"]))


@pytest.mark.parametrize(
    ("status", "name", "state", "completed"),
    [
        ("scheduled", "STATUS_SCHEDULED", "pre", False),
        ("in_progress", "STATUS_IN_PROGRESS", "in", False),
        ("final", "STATUS_FINAL", "post", True),
        ("forfeit", "STATUS_FORFEIT", "post", True),
        ("canceled", "STATUS_CANCELED", "post", False),
        ("postponed", "STATUS_POSTPONED", "post", False),
    ],
)
@pytest.mark.parametrize("kind", ["summary", "gamepackage"])
def test_statuses(kind: str, status: str, name: str, state: str, completed: bool) -> None:
    it = game("nba", 2025)
    document = inner(it.document(kind, status))
    competition = document["header"]["competitions"][0]
    shown = competition["status"]["type"]
    assert (shown["name"], shown["state"], shown["completed"]) == (name, state, completed)
    scores = [side.get("score") for side in competition["competitors"]]
    expected = it.expected(kind, status)
    if status == "scheduled":
        assert scores == [None, None]
        assert "plays" not in document
        assert "players" not in document["boxscore"]
    elif status in ("postponed", "canceled", "forfeit"):
        assert scores == (["2", "0"] if status == "forfeit" else ["0", "0"])
        assert document["plays"] == []
        assert "linescores" not in competition["competitors"][0]
    if status not in ("final", "in_progress"):
        assert expected.score is None
        assert expected.replayed == expected.box == {}


@given(seasons, seeds)
@settings(max_examples=30, deadline=None)
def test_a_live_document_is_the_beginning_of_the_game(which: tuple[str, int], seed: int) -> None:
    it = game(*which, seed)
    expected = it.expected(status="in_progress")
    document = inner(it.document(status="in_progress"))
    lines = read_stats(document["plays"], it.league.rules.college)
    for player, cells in expected.replayed.items():
        assert tuple(lines.get(player, dict.fromkeys(STATS, 0)).values()) == cells[:15]
    status = document["header"]["competitions"][0]["status"]
    last = it.truth.events[expected.sources[-1]]
    assert last.num < len(it.truth.events) - 1
    assert status["period"] >= last.period
    rows = box_rows(document)
    assert rows.keys() == {p for p, cells in expected.box.items() if cells}
    for player, cells in rows.items():
        assert cells["points"] == str(expected.box[player][0])


@pytest.mark.parametrize(
    ("league", "season", "some", "none"),
    [
        ("nba", 2025, {"92", "155", "584", "615", "412", "402"}, {"282", "558"}),
        ("mbb", 2009, {"20558", "30558", "601", "97", "0"}, {"558", "584", "598"}),
        ("wbb", 2023, {"558", "572", "540", "587", "598", "607", "618", "519"}, {"584", "615", "20558"}),
        ("mbb", 2026, {"558", "584", "615", "540", "449"}, {"155", "601"}),
    ],
)
def test_type_ids_of_the_dialects(league: str, season: int, some: set[str], none: set[str]) -> None:
    games = simulate.season(league, season, days=3, seed=1).games[:4]
    ids = {play["type"]["id"] for it in games for play in inner(it.document())["plays"]}
    assert some <= ids
    assert not none & ids


def test_clocks_of_the_dialects() -> None:
    def clocks(league: str, season: int) -> set[str]:
        return {play["clock"]["displayValue"] for play in inner(game(league, season).document())["plays"]}

    assert "12:00" in clocks("nba", 2025)
    assert all(":" in text for text in clocks("mbb", 2025))
    last_minute = [text for text in clocks("nba", 2025) if ":" not in text]
    assert "0.0" in last_minute
    assert all(float(text) < 60 for text in last_minute)


def test_ids_of_the_dialects() -> None:
    for league, season, length in (("mbb", 2025, 18), ("mbb", 2026, 18), ("mbb", 2009, 13)):
        plays = inner(game(league, season).document())["plays"]
        assert {len(play["id"]) for play in plays} == {length}
        assert all(isinstance(play["id"], str) for play in plays)
    old = game("mbb", 2009)
    assert old.id == f"{old.date.year - 1980:02d}{old.date.timetuple().tm_yday:03d}{old.home.id}"


def test_sequence_numbers_and_wall_clocks_are_not_in_order() -> None:
    games = simulate.season("nba", 2025, days=3, seed=1).games[:8]
    late = behind = 0
    for it in games:
        plays = inner(it.document())["plays"]
        numbers = [int(play["sequenceNumber"]) for play in plays]
        walls = [play["wallclock"] for play in plays]
        assert len(set(numbers)) == len(numbers)
        late += numbers != sorted(numbers)
        behind += walls != sorted(walls)
    assert late >= 5
    assert behind == 8


def test_a_miss_has_its_value_in_college() -> None:
    plays = inner(game("wbb", 2023).document())["plays"]
    threes = [play for play in plays if "missed Three Point" in play["text"]]
    assert threes
    assert {play["scoreValue"] for play in threes} == {3}
    assert {play["scoringPlay"] for play in threes} == {False}


def test_heaves_count_for_nobody_in_the_nba_since_2026() -> None:
    games = simulate.season("nba", 2026, days=10, seed=2).games
    heaves = [event for it in games for event in it.truth.events if event.event == "missed_heave"]
    assert heaves
    old = simulate.season("nba", 2025, days=10, seed=2).games
    assert not [event for it in old for event in it.truth.events if event.event == "missed_heave"]


def test_pages() -> None:
    it = game("nba", 2025)
    box = json.loads(it.document("page"))["page"]["content"]["gamepackage"]
    plays = json.loads(it.document("page_plays"))["page"]["content"]["gamepackage"]
    assert box["gmStrp"]["gid"] == plays["gmStrp"]["gid"] == it.id
    assert "pbp" not in box
    assert "bxscr" not in plays
    assert box["gmInfo"]["loc"] == it.home.venue.name
    assert [team["tm"]["hm"] for team in box["bxscr"]] == [False, True]
    for team in box["bxscr"]:
        assert [group["type"] for group in team["stats"]] == ["starters", "bench", "totals"]
        assert len(team["stats"][0]["athlts"]) == 5
        for row in team["stats"][0]["athlts"] + team["stats"][1]["athlts"]:
            line = it.truth.lines.get(row["athlt"]["id"])
            if line is None:
                assert row["stats"] == []
                assert row["dnpRsn"].startswith("DNP-")
            else:
                assert row["stats"][-1] == str(line["points"])
    groups = plays["pbp"]["playGrps"]
    assert len(groups) == len(it.truth.periods)
    assert not {"type", "participants", "team", "coordinate"} & groups[0][0].keys()
    shots = {shot["id"] for shot in plays["shtChrt"]["plays"]}
    tries = sum(event.event in ("made_2", "made_3", "missed_2", "missed_3") for event in it.truth.events)
    assert len(shots) == tries
    assert shots <= {play["id"] for group in groups for play in group}


@pytest.mark.parametrize("kind", ["summary", "gamepackage", "page", "page_plays"])
def test_padding_fills_a_document_to_the_byte(kind: str) -> None:
    it = game("nba", 2025)
    plain, padded = it.document(kind), it.document(kind, padding_bytes=550_000)
    assert len(padded) == 550_000
    assert it.document(kind, padding_bytes=1_000) == plain

    def without_news(document: bytes) -> Any:
        whole = json.loads(document)
        part = whole
        for key in ("gamepackageJSON", "page", "content", "gamepackage"):
            part = part.get(key, part)
        assert part["news"].pop("articles") is not None
        return whole

    assert without_news(padded) == without_news(plain)


def test_a_padded_document_compresses_like_a_real_one() -> None:
    from zstandard import ZstdCompressor

    document = game("nba", 2025).document(padding_bytes=550_000)
    assert 8 < len(document) / len(ZstdCompressor(level=3).compress(document)) < 14


@pytest.mark.parametrize(
    ("argument", "value"),
    [("kind", "matchup"), ("status", "delayed"), ("era", "1999"), ("columns", "alphabetical"), ("traps", ["T99"])],
)
def test_what_does_not_exist_is_refused(argument: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=r"1999|matchup|delayed|alphabetical|T99"):
        game("nba", 2025).document(**{argument: value})
