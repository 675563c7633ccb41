"""Leagues and schedules: invented, balanced, rested, and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hooplake import simulate
from hooplake.errors import ConfigError
from hooplake.simulate.rules import LEAGUES
from hooplake.simulate.schedule import eastern_offset

leagues = st.sampled_from(sorted(LEAGUES))


@given(leagues, st.integers(0, 1000), st.integers(2, 40))
@settings(max_examples=40, deadline=None)
def test_no_team_plays_twice_a_day(league: str, seed: int, teams: int) -> None:
    games = simulate.season(league, 2025, days=20, teams=teams, seed=seed).games
    played = [(game.date, team.id) for game in games for team in (game.home, game.away)]
    assert len(set(played)) == len(played)
    assert all(game.home.id != game.away.id for game in games)
    assert len({game.id for game in games}) == len(games)


@given(leagues, st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_home_and_away_are_in_balance(league: str, seed: int) -> None:
    games = simulate.season(league, 2025, days=60, teams=12, seed=seed).games
    home, away = Counter(g.home.id for g in games), Counter(g.away.id for g in games)
    assert all(abs(home[team] - away[team]) <= 3 for team in home | away)


def test_two_days_running_are_rare() -> None:
    season = simulate.season("nba", 2025, days=100, seed=2)
    days: dict[str, list[date]] = {}
    for game in season.games:
        for team in (game.home, game.away):
            days.setdefault(team.id, []).append(game.date)
    gaps = [(b - a).days for played in days.values() for a, b in pairwise(played)]
    assert 0.02 < gaps.count(1) / len(gaps) < 0.3
    assert 30 < sum(map(len, days.values())) / len(days) < 60


def test_the_date_is_the_eastern_one() -> None:
    games = simulate.season("nba", 2025, days=30).games
    assert any(game.fixture.tipoff.date() == game.date + timedelta(days=1) for game in games)
    for game in games:
        local = game.fixture.tipoff - timedelta(hours=eastern_offset(game.date))
        assert local.date() == game.date


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2024, 3, 9), 5), (date(2024, 3, 10), 4), (date(2024, 11, 2), 4), (date(2024, 11, 3), 5),
        (date(2025, 3, 9), 4), (date(2025, 11, 1), 4), (date(2025, 11, 2), 5), (date(2025, 1, 1), 5),
    ],
)  # fmt: skip
def test_eastern_offset(day: date, hours: int) -> None:
    assert eastern_offset(day) == hours


def test_rosters() -> None:
    for league in LEAGUES:
        season = simulate.season(league, 2025, days=0)
        ids = [player.id for team in season.teams for player in team.players]
        assert len(set(ids)) == len(ids)
        assert len({team.abbreviation for team in season.teams}) == len(season.teams)
        assert len({player.name for team in season.teams for player in team.players}) == len(ids)
        assert all(13 <= len(team.players) <= 17 for team in season.teams)
        for team in season.teams:
            jerseys = [player.jersey for player in team.players if player.jersey is not None]
            assert len(set(jerseys)) == len(jerseys)


def test_teams_and_players_stay_from_season_to_season() -> None:
    one, other = simulate.season("nba", 2024, days=1), simulate.season("nba", 2025, days=1)
    assert [(t.id, t.name, t.players) for t in one.teams] == [(t.id, t.name, t.players) for t in other.teams]
    assert [t.strength for t in one.teams] != [t.strength for t in other.teams]
    assert not {g.id for g in one.games} & {g.id for g in other.games}


def test_the_season_is_the_ending_year() -> None:
    assert simulate.season("nba", 2025, days=0).start == date(2024, 10, 22)
    assert simulate.season("wnba", 2025, days=0).start == date(2025, 5, 16)


def test_the_stronger_team_wins_more_often() -> None:
    games = simulate.season("wnba", 2025, days=120, seed=6).games
    better = [
        (g.truth.score[0] > g.truth.score[1]) == (g.home.strength > g.away.strength)
        for g in games
        if abs(g.home.strength - g.away.strength) > 0.7
    ]
    assert len(better) > 50
    assert sum(better) / len(better) > 0.55


def test_unknown_leagues_and_lone_teams_are_refused() -> None:
    with pytest.raises(ConfigError, match="no league 'aba'"):
        simulate.season("aba")
    with pytest.raises(ConfigError, match="at least two teams"):
        simulate.season("nba", teams=1)
    with pytest.raises(ConfigError, match="no game 'x'"):
        simulate.season("nba", days=1).game("x")
