"""What must hold between the rows of the ten analytics tables: one game told twice must be told the same.

Each is a query for what is wrong, as those of college games (`hooplake.tables.college.checks`). What a source itself
gets wrong in real seasons is a warning.
"""

from __future__ import annotations

from hooplake.tables.college.checks import Check

_OFFENCE, _DEFENCE = "gold.team_offense_game_summary", "gold.team_defense_game_summary"
_PLAYERS, _SHOTS = "gold.player_game_summary", "silver.fct_shots"
_TEAMS_BEFORE, _PLAYERS_BEFORE = "gold.upcoming_team_game_context", "gold.upcoming_player_game_context"
_ZONES, _FACTORS, _FEATURES = "gold.player_shot_zone_analysis", "gold.player_composite_factors", "gold.ml_feature_store"

_GAME = "{a}.league = {b}.league and {a}.source = {b}.source and {a}.season = {b}.season and {a}.game_id = {b}.game_id"


def _same(a: str, b: str) -> str:
    return _GAME.format(a=a, b=b)


def _mirrored(columns: dict[str, str]) -> str:
    """Where a column of a team's defence is not that of the other team's offence."""
    told = " or ".join(f"d.{own} is distinct from o.{other}" for own, other in columns.items())
    return (
        f"select d.game_id || ' ' || d.team_id from {_DEFENCE} as d left join {_OFFENCE} as o on {_same('d', 'o')} "
        f"and o.team_id = d.opponent_team_id where o.game_id is null or {told}"
    )


def _copied(columns: tuple[str, ...]) -> str:
    """Where a column of a player's context is not that of his team's."""
    told = " or ".join(f"p.{name} is distinct from t.{name}" for name in columns)
    return (
        f"select p.game_id || ' ' || p.player_id from {_PLAYERS_BEFORE} as p left join {_TEAMS_BEFORE} as t "
        f"on {_same('p', 't')} and t.team_id = p.team_id where t.game_id is null or {told}"
    )


_LINE = """case
        when s.league = 'nba' then case when s.season between 1995 and 1997 then 22.0 else {nba} end
        when s.league = 'wnba' then case when s.season >= 2013 then {new} when s.season >= 2004 then 20.5 else 19.75 end
        when s.league = 'mbb' then case when s.season >= 2020 then {new} when s.season >= 2009 then 20.75 else 19.75 end
        else case when s.season >= 2022 then {new} when s.season >= 2012 then 20.75 else 19.75 end
    end"""
_CORNER, _BREAK = _LINE.format(nba=22.0, new=21.654), _LINE.format(nba=23.75, new=22.146)
"""How far the three-point line is from the hoop in the corner, and elsewhere, in feet."""

IDENTITIES = (
    Check(
        "near threes", _SHOTS, (), False, "no three is shot from a foot inside the line in the corner",
        f"select league || ' ' || source || ' ' || season || ': ' || count(*) from {_SHOTS} as s "
        f"where s.shot_value = 3 and s.distance < {_CORNER} - 1 group by league, source, season",
    ),
    Check(
        "far twos", _SHOTS, (), False, "at most 1 % of the twos are shot from beyond the line",
        f"select league || ' ' || source || ' ' || season || ': ' || count(*) from {_SHOTS} as s "
        f"where s.shot_value = 2 and s.distance is not null group by league, source, season "
        f"having 100 * sum(case when s.distance >= {_BREAK} then 1 else 0 end) > count(*)",
    ),
    Check(
        "players listed", _PLAYERS, (), False, "a team lists at least 8 players",
        f"select game_id || ' ' || team_id from {_PLAYERS} group by league, source, season, game_id, team_id having count(*) < 8",
    ),
    Check(
        "two sides", _OFFENCE, (), True, "a game has two rows, of one pace, one winner, and margins that cancel",
        f"select game_id from {_OFFENCE} group by league, source, season, game_id "
        "having count(*) <> 2 or min(pace) is distinct from max(pace) or sum(case when win_flag then 1 else 0 end) <> 1 "
        "or sum(margin_of_victory) <> 0 or min(game_minutes) <> max(game_minutes)",
    ),
    Check(
        "defence mirrors offence", _DEFENCE, (_OFFENCE,), True, "what a team allows is what the other team does",
        _mirrored(
            {
                "points_allowed": "points_scored", "opp_fg_makes": "fg_makes", "opp_fg_attempts": "fg_attempts",
                "opp_three_pt_attempts": "three_pt_attempts", "opp_ft_attempts": "ft_attempts",
                "opp_rebounds": "rebounds", "opp_assists": "assists", "turnovers_forced": "turnovers",
                "opp_paint_attempts": "team_paint_attempts", "opp_mid_range_attempts": "team_mid_range_attempts",
                "opp_three_attempts": "team_three_attempts", "defensive_rating": "offensive_rating",
                "opponent_pace": "pace", "opponent_ts_pct": "ts_pct", "overtime_periods": "overtime_periods",
            }
        ),
    ),
    Check(
        "points of players", _PLAYERS, (_OFFENCE,), False, "the points of the players are those of the team",
        f"select o.game_id || ' ' || o.team_id from {_OFFENCE} as o inner join {_PLAYERS} as p on {_same('o', 'p')} "
        "and p.team_id = o.team_id group by o.league, o.source, o.season, o.game_id, o.team_id, o.points_scored "
        "having sum(case when p.points is null and not p.is_dnp then 1 else 0 end) = 0 and sum(p.points) <> o.points_scored",
    ),
    Check(
        "minutes of players", _PLAYERS, (_OFFENCE,), False, "five players are on court: seconds add up within 1 %",
        f"select o.game_id || ' ' || o.team_id from {_OFFENCE} as o inner join {_PLAYERS} as p on {_same('o', 'p')} "
        "and p.team_id = o.team_id group by o.league, o.source, o.season, o.game_id, o.team_id, o.game_minutes "
        "having sum(case when p.seconds_played is null and not p.is_dnp then 1 else 0 end) = 0 "
        "and abs(sum(p.seconds_played) - 300 * o.game_minutes) > 3 * o.game_minutes",
    ),
    Check(
        "starters", _PLAYERS, (), False, "five players start",
        f"select game_id || ' ' || team_id from {_PLAYERS} group by league, source, season, game_id, team_id "
        "having count(starter_flag) = count(*) and sum(case when starter_flag then 1 else 0 end) <> 5",
    ),
    Check(
        "lines have two sides", _TEAMS_BEFORE, (), True, "a spread of one team is that of the other turned round",
        f"select game_id from {_TEAMS_BEFORE} group by league, source, season, game_id "
        "having count(*) <> 2 or abs(sum(game_spread)) > 0.001 or min(game_total) <> max(game_total) "
        "or count(game_spread) = 1 or count(game_total) = 1",
    ),
    Check(
        "contexts agree", _PLAYERS_BEFORE, (_TEAMS_BEFORE,), True, "what a player's context has of his team is the team's",
        _copied(
            (
                "game_spread", "game_total", "travel_miles", "time_zone_changes", "consecutive_road_games",
                "next_game_days_rest", "games_in_next_7_days", "next_opponent_win_pct", "opponent_days_rest",
            )
        ),
    ),
    Check(
        "zones are all shots", _ZONES, (), True, "shares of the three zones add up to 100",
        f"select game_date || ' ' || player_id from {_ZONES} "
        "where abs(paint_rate_last_10 + mid_range_rate_last_10 + three_pt_rate_last_10 - 100) > 0.0201",
    ),
    Check(
        "a factor for every player", _FACTORS, (_PLAYERS_BEFORE,), True, "who has factors is expected for the game",
        f"select f.game_id || ' ' || f.player_id from {_FACTORS} as f left join {_PLAYERS_BEFORE} as p "
        f"on {_same('f', 'p')} and p.player_id = f.player_id where p.game_id is null",
    ),
    Check(
        "features of zones", _FEATURES, (), True, "shares of the three zones add up to 1",
        f"select game_id || ' ' || player_id from {_FEATURES} where abs(features[19] + features[20] + features[21] - 1) > 0.00031",
    ),
    Check(
        "features of every player", _FEATURES, (_FACTORS,), True, "who has features has factors, and those are the same",
        f"select f.game_id || ' ' || f.player_id from {_FEATURES} as f left join {_FACTORS} as c "
        f"on {_same('f', 'c')} and c.player_id = f.player_id "
        "where c.game_id is null or f.features[8] <> c.pace_score or f.features[7] <> c.shot_zone_mismatch_score",
    ),
)  # fmt: skip
"""In the order of the tables."""
