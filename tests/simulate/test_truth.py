"""What is recorded of a simulated game agrees with itself."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hooplake import simulate
from hooplake.simulate.rules import LEAGUES
from hooplake.simulate.truth import DREB, FG3A, FG3M, FGA, FGM, FTA, FTM, OREB, POINTS, REB

leagues = st.sampled_from(sorted(LEAGUES))
seeds = st.integers(0, 10_000)


@lru_cache(maxsize=64)
def game(league: str, seed: int, season: int = 2025) -> simulate.Game:
    return simulate.season(league, season, days=1, teams=4, seed=seed).games[0]


@given(leagues, seeds)
@settings(max_examples=40, deadline=None)
def test_lines_keep_the_identities_of_basketball(league: str, seed: int) -> None:
    truth = game(league, seed).truth
    for line in truth.lines.values():
        s = line.stats
        assert s[POINTS] == 2 * s[FGM] + s[FG3M] + s[FTM]
        assert s[REB] == s[OREB] + s[DREB]
        assert s[FGM] <= s[FGA]
        assert s[FG3M] <= s[FG3A] <= s[FGA]
        assert s[FTM] <= s[FTA]
        assert min(s) >= 0


@given(leagues, seeds)
@settings(max_examples=40, deadline=None)
def test_points_of_the_players_are_the_score_of_the_teams_and_of_their_periods(league: str, seed: int) -> None:
    truth = game(league, seed).truth
    for side in (0, 1):
        players = [i for i in range(len(truth.players)) if truth.side(i) == side]
        assert sum(truth.stats()[i][POINTS] for i in players) == truth.score[side] == sum(truth.line_score[side])
    assert truth.score[0] != truth.score[1]


@given(leagues, seeds)
@settings(max_examples=40, deadline=None)
def test_five_a_side_share_every_second_of_every_period(league: str, seed: int) -> None:
    it = game(league, seed)
    truth = it.truth
    rules = it.league.rules
    assert len(truth.periods) >= rules.periods
    for period in truth.periods:
        for side in (0, 1):
            mine = [t for i, t in enumerate(period.tenths) if truth.side(i) == side]
            assert sum(mine) == 5 * 10 * rules.length(period.number)
    for event in truth.events:
        for side in (0, 1):
            assert len(set(event.fives[side])) == 5
            assert all(truth.side(i) == side for i in event.fives[side])


@given(leagues, seeds)
@settings(max_examples=40, deadline=None)
def test_plus_minus_is_five_times_the_margin_and_nothing_over_both_teams(league: str, seed: int) -> None:
    truth = game(league, seed).truth
    home = sum(p for i, p in enumerate(truth.plus_minus) if truth.side(i) == 0)
    assert home == 5 * (truth.score[0] - truth.score[1])
    assert sum(truth.plus_minus) == 0


@given(leagues, seeds)
@settings(max_examples=30, deadline=None)
def test_reading_the_events_gives_what_was_added_up_in_play(league: str, seed: int) -> None:
    truth = game(league, seed).truth
    stats, tenths, plus, seen = truth.at(len(truth.events) - 1)
    assert stats == truth.stats()
    assert tuple(tenths) == truth.tenths
    assert tuple(plus) == truth.plus_minus
    assert tuple(seen) == truth.appeared


@given(leagues, seeds)
@settings(max_examples=20, deadline=None)
def test_period_lines_add_up_to_the_final_line(league: str, seed: int) -> None:
    truth = game(league, seed).truth
    total: dict[str, list[int]] = {}
    for period in truth.periods:
        for player, line in truth.period_lines(period.number).items():
            kept = total.setdefault(player, [0] * 17)
            for place, amount in enumerate((*line.stats, line.tenths, line.plus_minus)):
                kept[place] += amount
    for player, line in truth.lines.items():
        assert total.get(player, [0] * 17) == [*line.stats, line.tenths, line.plus_minus]


@given(leagues, seeds)
@settings(max_examples=30, deadline=None)
def test_clocks_run_down_and_scores_run_up(league: str, seed: int) -> None:
    it = game(league, seed)
    events = it.truth.events
    rules = it.league.rules
    assert [event.num for event in events] == list(range(len(events)))
    for before, after in pairwise(events):
        assert (after.period, -after.clock) >= (before.period, -before.clock)
        assert after.home >= before.home
        assert after.away >= before.away
        assert after.wall >= before.wall
    for event in events:
        assert 0 <= event.clock <= 10 * rules.length(event.period)
        if event.clock >= 600 or not rules.shows_tenths:
            assert event.clock % 10 == 0
    assert events[-1].event == "game_end"
    assert sum(event.event == "period_end" for event in events) == len(it.truth.periods)


@given(leagues, seeds)
@settings(max_examples=30, deadline=None)
def test_nobody_plays_on_with_too_many_fouls_and_everybody_who_plays_all_period_does_something(
    league: str, seed: int
) -> None:
    it = game(league, seed)
    truth = it.truth
    limit = it.league.rules.foul_limit
    fouls: dict[int, int] = {}
    by_event: dict[int, list[int]] = {}
    for event, player, stat, amount in truth.deltas:
        if stat == 14:
            by_event.setdefault(event, []).extend([player] * amount)
    gone: set[int] = set()
    for event in truth.events:
        for player in by_event.get(event.num, ()):
            assert player not in gone
            fouls[player] = fouls.get(player, 0) + 1
        if event.event not in ("foul", "technical_foul", "double_technical", "substitution", "turnover", "ejection"):
            for player in [p for p, n in fouls.items() if n >= limit]:
                gone.add(player)
        assert max(fouls.values(), default=0) <= limit + 1
    assert all(not period.untraced for period in truth.periods)


def test_a_game_is_the_same_however_it_is_reached() -> None:
    short = simulate.season("nba", 2025, days=3, seed=11)
    long = simulate.season("nba", 2025, days=9, seed=11)
    assert [g.id for g in long.games[: len(short.games)]] == [g.id for g in short.games]
    last, again = short.games[-1], long.game(short.games[-1].id)
    assert again.truth.lines == last.truth.lines
    assert again.document() == last.document()


def test_another_seed_is_another_league() -> None:
    one, other = simulate.season(days=1, seed=1).games[0], simulate.season(days=1, seed=2).games[0]
    assert one.home.name != other.home.name
    assert one.truth.score != other.truth.score


def test_silent_men_play_a_whole_period_and_do_nothing() -> None:
    games = simulate.season("nba", 2025, days=2, seed=3, silent=0.5).games
    found = 0
    for it in games:
        truth = it.truth
        for period in truth.periods:
            stats = truth.stats(period.first, period.last)
            for player in period.untraced:
                found += 1
                assert stats[player] == [0] * 15
                assert period.tenths[player] == 10 * it.league.rules.length(period.number)
    assert found > 5


@pytest.mark.parametrize(
    ("league", "points"), [("nba", (100, 125)), ("wnba", (74, 95)), ("mbb", (66, 85)), ("wbb", (58, 80))]
)
def test_scores_are_like_those_of_the_league(league: str, points: tuple[int, int]) -> None:
    games = simulate.season(league, 2025, days=20, seed=5).games[:40]
    scores = [score for g in games for score in g.truth.score]
    assert points[0] < sum(scores) / len(scores) < points[1]


@given(leagues, seeds)
@settings(max_examples=20, deadline=None)
def test_shots_are_taken_on_the_floor_and_their_place_tells_their_value(league: str, seed: int) -> None:
    for event in game(league, seed).truth.events:
        if event.event not in ("made_2", "made_3", "missed_2", "missed_3"):
            continue
        assert 0 <= event.x <= 50
        assert -4 <= event.y <= 90
        corner = abs(event.x - 25) >= 22 and event.y <= 8
        assert (corner or event.feet >= 24) is event.event.endswith("3")
        assert abs(int(hypot(event.x - 25, event.y)) - event.feet) <= 1
