"""What holds of every game, whoever made it: real ones of all kinds, and simulated ones."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hooplake
from hooplake.errors import ConfigError
from hooplake.games.model import STATS
from hooplake.replay.moments.answers import StatLine
from hooplake.replay.moments.game import GameView
from tests.replay.test_moments_truth import LEAGUES, pair

WITH_LINEUPS = ("401705050", "401585607", "401859967", "401820771")
WITHOUT_LINEUPS = ("401706886", "290710041", "401493512")
LIVE = "401705508"
EVERY = (*WITH_LINEUPS, *WITHOUT_LINEUPS, LIVE)

leagues = st.sampled_from(LEAGUES)
seeds = st.integers(0, 12)
shares = st.floats(0, 1)


@pytest.fixture(scope="module")
def games(real_lake: Path) -> dict[str, GameView]:
    with hooplake.open(real_lake) as lake:
        return {game: lake.game(game) for game in EVERY}


def numbers(line: StatLine) -> tuple[int, ...]:
    return tuple(getattr(line, stat) for stat in STATS)


@pytest.mark.parametrize("game_id", EVERY)
def test_period_boxes_are_the_stored_ones(real_lake: Path, games: dict[str, GameView], game_id: str) -> None:
    with hooplake.open(real_lake) as lake:
        rows = lake.sql("select * from gold.quarter_box_scores where game_id = ?", [game_id]).to_pylist()
    stored = {(row["period"], row["player_id"]): row for row in rows}
    for period in games[game_id].line_score():
        for line in games[game_id].quarter_box(period.period).lines:
            row = stored.pop((period.period, line.player_id), None)
            if row is None:
                assert not any(numbers(line))
                assert not line.seconds
                continue
            assert numbers(line) == tuple(row[stat] for stat in STATS)
            assert (line.seconds, line.plus_minus) == (row["seconds"], row["plus_minus"])
    assert stored == {}


@pytest.mark.parametrize("game_id", EVERY)
@pytest.mark.parametrize("seconds", [360, 180, 90, 61.7, 1])
def test_stretches_of_a_game_add_up_to_it(games: dict[str, GameView], game_id: str, seconds: float) -> None:
    game = games[game_id]
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0] * 17)
    for line in game.interval_boxes(seconds):
        for place, value in enumerate((*numbers(line), line.seconds or 0, line.plus_minus or 0)):
            totals[line.player_id][place] += value
    for final in game.box_at("end").lines:
        expected = (*numbers(final), final.seconds or 0, final.plus_minus or 0)
        assert totals[final.player_id] == pytest.approx(list(expected))


@pytest.mark.parametrize("game_id", EVERY)
def test_lead_changes_ties_and_time_leading_by_counting(games: dict[str, GameView], game_id: str) -> None:
    game = games[game_id]
    changes = ties = 0
    leader = 0
    seconds = {1: 0.0, -1: 0.0, 0: 0.0}
    before, margin = 0.0, 0
    for row in game.progression():
        seconds[(margin > 0) - (margin < 0)] += row.elapsed_seconds - before
        before, margin = row.elapsed_seconds, row.home_score - row.away_score
        ahead = (margin > 0) - (margin < 0)
        ties += ahead == 0
        changes += ahead == -leader != 0
        leader = ahead or leader
    seconds[(margin > 0) - (margin < 0)] += game.moment("end").elapsed_seconds - before
    time = game.time_leading()
    assert (len(game.lead_changes()), len(game.ties())) == (changes, ties)
    assert [time.home_seconds, time.away_seconds, time.tied_seconds] == pytest.approx(
        [seconds[1], seconds[-1], seconds[0]]
    )


@pytest.mark.parametrize("game_id", WITH_LINEUPS)
def test_lineups_have_the_time_and_the_points_of_their_players(games: dict[str, GameView], game_id: str) -> None:
    game = games[game_id]
    seconds: dict[str, float] = defaultdict(float)
    net: dict[str, int] = defaultdict(int)
    for lineup in game.lineups():
        assert len(set(lineup.player_ids)) == 5
        for player in lineup.player_ids:
            seconds[player] += lineup.seconds
            net[player] += lineup.net_points
    stints = game.stints()
    for line in game.box_at("end").lines:
        assert seconds[line.player_id] == pytest.approx(line.seconds)
        assert net[line.player_id] == line.plus_minus
        assert sum(stint.seconds for stint in stints if stint.player_id == line.player_id) == pytest.approx(
            line.seconds
        )
    stays = game.lineup_stints("home")
    assert sum(stay.seconds for stay in stays) == pytest.approx(game.moment("end").elapsed_seconds)
    assert sum(stay.points_for for stay in stays) == game.score_at("end").home_score


def test_free_throws_count_for_those_on_court_at_the_foul(games: dict[str, GameView]) -> None:
    # foul at 7:49 (33), a free throw, Harper for Fox, K. Johnson for Champagnie, the second free throw (37)
    game = games["401859967"]
    first, second = game.plays(start=33, end=37, event="made_ft")
    assert (first.event_num, second.event_num) == (34, 37)
    span = game.between(36, 37)
    gained = {
        line.player: line.plus_minus for line in span.lines if line.plus_minus and line.home == (second.side == "home")
    }
    assert {"De'Aaron Fox", "Julian Champagnie"} <= set(gained)
    assert not {"Dylan Harper", "Keldon Johnson"} & set(gained)
    assert set(gained.values()) == {1}
    assert game.box_at(37)["Harper"].on_court is True


@pytest.mark.parametrize("game_id", WITHOUT_LINEUPS)
def test_what_is_not_known_is_not_zero(games: dict[str, GameView], game_id: str) -> None:
    game = games[game_id]
    for when in ("start", "half", "end"):
        lines = game.box_at(when).lines
        assert {(line.seconds, line.minutes, line.plus_minus, line.on_court) for line in lines} == {(None,) * 4}
        court = game.on_court(when)
        assert (court.home, court.away) == (None, None)
    assert {(line.seconds, line.plus_minus) for line in game.clutch().lines} <= {(None, None)}
    assert list(game.lineups()) == list(game.stints()) == list(game.lineup_stints()) == []


def test_unattributed_points_are_in_the_score_and_in_no_line(games: dict[str, GameView]) -> None:
    home, away = games["401493512"].team_box()
    assert (home.unattributed_points, away.unattributed_points) == (4, 0)
    assert home.points == sum(line.points for line in games["401493512"].box_at("end").home_lines)
    assert home.score == home.points + 4


def test_six_overtimes(games: dict[str, GameView]) -> None:
    game = games["290710041"]
    assert [period.period_name for period in game.line_score()] == ["H1", "H2", "OT", *(f"{n}OT" for n in range(2, 7))]
    moment = game.moment("6OT 2:30")
    assert moment.elapsed_seconds == 2400 + 5 * 300 + 150
    overtime = game.quarter_box("overtime")
    assert overtime.home_points == sum(row.home_points for row in game.line_score()[2:])
    assert game.score_at("regulation").margin == 0


def test_overtime_of_quarters_is_timed_from_the_tip_off() -> None:
    _, view = pair("nba", 1)
    seconds = view.rules.start(6) + 300 - view.rules.length(6)
    assert seconds == 2880 + 300  # 2OT begins after four quarters and one overtime
    assert view.rules.start(5) + 150 == 2880 + 150


def test_a_game_that_is_on(games: dict[str, GameView]) -> None:
    game = games[LIVE]
    assert game.status == "in_progress"
    now = game.moment("end")
    assert (now.period, now.event_num) == (2, len(game.plays()) - 1)
    assert now.elapsed_seconds < 1440
    assert game.state_at("end").possession == "away"  # Siakam of IND made the last play, a dunk
    assert sum(period.home_points for period in game.line_score()) == game.score_at("end").home_score
    verdict = game.verify()
    assert verdict is not None
    assert (verdict.quality_grade, verdict.cells_compared) == (None, 0)
    assert game.summary().home_score == game.score_at("end").home_score
    with pytest.raises(ConfigError, match="no Q3: the game has only come to Q2"):
        game.score_at("Q3 12:00")
    with pytest.raises(ConfigError, match=r"the game has only come to Q2 .*: ask again later"):
        game.score_at("Q2 0:00")
    with pytest.raises(ConfigError, match="t=1440 is after the end"):
        game.score_at("t=1440")
    for line in game.box_at("end").lines:
        assert line.seconds is not None
        assert line.seconds <= now.elapsed_seconds


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("OT 5:00", "no OT: the game ended after Q4"),
        (-1, "no event -1: the game has events 0 to"),
        ("t=2881", "t=2881 is after the end: the game lasted 2880 seconds"),
    ],
)
def test_moments_that_a_game_does_not_have(games: dict[str, GameView], when: str | int, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        games["401585607"].score_at(when)


def test_a_game_without_times_of_day_says_so(games: dict[str, GameView]) -> None:
    with pytest.raises(ConfigError, match="no time of day: ask by period and clock"):
        games["290710041"].score_at("2009-03-13T02:00:00Z")


def test_clutch_and_garbage_time_by_counting(games: dict[str, GameView]) -> None:
    for game in games.values():
        rules, clutch, garbage = game.rules, game.clutch(seconds=120, margin=3), game.garbage_time()
        before = 0
        counted = {"clutch": [0, 0, 0], "garbage_time": [0, 0, 0]}
        for play in game.plays():
            late = play.period >= rules.regulation_periods and play.clock_seconds <= 120
            decided = play.period == rules.regulation_periods and (
                (play.clock_seconds <= 600 and abs(before) >= 20) or (play.clock_seconds <= 300 and abs(before) >= 15)
            )
            for name, inside in (("clutch", late and abs(before) <= 3), ("garbage_time", decided)):
                if inside:
                    counted[name][0] += 1
                    counted[name][1] += play.points * (play.side == "home")
                    counted[name][2] += play.points * (play.side == "away")
            before = play.home_score - play.away_score
        for split in (clutch, garbage):
            found = [split.events, sum(line.points for line in split.lines if line.home)]
            found.append(sum(line.points for line in split.lines if line.home is False))
            assert found == counted[split.name]


@given(leagues, seeds, shares, shares, shares)
def test_stretches_between_moments_add_up(league: str, seed: int, one: float, two: float, three: float) -> None:
    _, view = pair(league, seed)
    last = view.moment("end")
    first, middle, end = (f"t={round(share * last.elapsed_seconds, 1)}" for share in sorted((one, two, three)))
    parts, whole = (view.between(first, middle), view.between(middle, end)), view.between(first, end)
    for line in whole.lines:
        a, b = (part[line.player_id] for part in parts)
        assert numbers(line) == tuple(x + y for x, y in zip(numbers(a), numbers(b), strict=True))
        if line.seconds is not None and a.seconds is not None and b.seconds is not None:
            assert line.seconds == pytest.approx(a.seconds + b.seconds)
    assert whole.home_points == parts[0].home_points + parts[1].home_points
    played = sum(line.seconds or 0 for line in whole.lines if line.home)
    assert played == pytest.approx(5 * (whole.end.elapsed_seconds - whole.start.elapsed_seconds))


@given(leagues, seeds, st.integers(0, 3 * 3600), st.integers(0, 3600))
def test_later_times_of_day_are_later_events(league: str, seed: int, minute: int, more: int) -> None:
    _, view = pair(league, seed)
    tip_off = view.state_at(0).wallclock or datetime(2025, 1, 1, tzinfo=UTC)
    early = tip_off + timedelta(seconds=minute)
    assert view.moment(early).event_num <= view.moment(early + timedelta(seconds=more)).event_num
    assert view.moment(tip_off - timedelta(days=1)).event_num == -1
    assert view.moment(tip_off + timedelta(days=1)) == view.moment("end")


@given(leagues, seeds, shares)
def test_a_moment_is_at_or_after_the_events_before_it(league: str, seed: int, share: float) -> None:
    _, view = pair(league, seed)
    rows = view.plays()
    play = rows[min(int(share * len(rows)), len(rows) - 1)]
    moment = view.moment(f"P{play.period} {play.clock}")
    same = [row.event_num for row in rows if (row.period, row.clock) == (play.period, play.clock)]
    assert moment.event_num == same[-1] >= play.event_num
    assert view.moment(moment) == moment
    assert view.score_at(f"t={play.elapsed_seconds}").elapsed_seconds == play.elapsed_seconds
