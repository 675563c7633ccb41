"""What must hold between the rows of the college tables, beyond what each table declares of its own rows.

A check is a query for what is wrong. Some of it is a fault of ours or of the server, and breaks the contract; some of it
happens in real seasons, is worth a look, and is told as a warning: what is made of boxes leaves such games out by itself.
"""

from __future__ import annotations

from typing import NamedTuple


class Check(NamedTuple):
    """A question to built tables.

    Attributes:
        table: where what is found is told; the check is made if it has rows.
        needs: the other tables that it reads; it is left out where one of them has no rows.
        breaks: whether a finding breaks the contract, or is a warning.
        sql: a query for what is wrong, one text a row.
    """

    name: str
    table: str
    needs: tuple[str, ...]
    breaks: bool
    meaning: str
    sql: str


_GAMES, _PERIODS, _BOXES = "silver.cbbd_fct_games", "silver.cbbd_fct_game_periods", "silver.cbbd_fct_game_teams"
_PLAYERS, _PLAYS, _SENT = "silver.cbbd_fct_game_players", "silver.cbbd_fct_plays", "bronze.games_teams"
_TEAMS, _SUMMARY = "silver.cbbd_dim_team_seasons", "gold.team_season_summary"
_RANKINGS = "gold.team_power_rankings"
_FEATURES, _LINES, _IMPACT = "gold.game_predictions_features", "silver.cbbd_fct_lines", "gold.player_season_impact"
_FINISHED = """select season from silver.cbbd_fct_games group by season
    having max(case when status in ('scheduled', 'in_progress') then game_date end) is null
        or max(case when status in ('scheduled', 'in_progress') then game_date end)
            <= max(case when is_final then game_date end)"""
"""The seasons of which no game is waiting."""


def _ranges(table: str, what: str, least: str, ranges: dict[str, tuple[float, float]]) -> str:
    """Rows of a table, of those that a condition picks, with a value out of its range."""
    return "\nunion all\n".join(
        f"select season || ' ' || {what} || ' {column} ' || {column} from {table}"
        f" where {least} and not {column} between {low} and {high}"
        for column, (low, high) in ranges.items()
    )


def _factors(side: str) -> str:
    """Where the factors that the server sends of a side are others than those of its counts, in percent."""
    own = f"{side}_stats"
    other = "opponent_stats" if side == "team" else "team_stats"
    sent = {
        f"{own}_four_factors_effective_field_goal_pct": (
            f"100 * ({own}_field_goals_made + 0.5 * {own}_three_point_field_goals_made) / {own}_field_goals_attempted",
            0.06,
        ),
        f"{own}_four_factors_free_throw_rate": (
            f"100 * {own}_free_throws_attempted / cast({own}_field_goals_attempted as double)", 0.06,
        ),
        f"{own}_four_factors_turnover_ratio": (
            f"100 * {own}_turnovers_total / nullif(cast({own}_possessions as double), 0)", 0.06,
        ),
        f"{own}_four_factors_offensive_rebound_pct": (
            f"100 * {own}_rebounds_offensive / nullif(cast({own}_rebounds_total as double), 0)", 0.06,
        ),
        f"{own}_rating": (f"100 * {own}_points_total / nullif(cast({own}_possessions as double), 0)", 0.06),
        f"{own}_true_shooting": (
            f"100 * {own}_points_total / nullif(2 * ({own}_field_goals_attempted + 0.44 * {own}_free_throws_attempted), 0)",
            0.06,
        ),
        f"{own}_field_goals_pct": (
            f"100 * {own}_field_goals_made / nullif(cast({own}_field_goals_attempted as double), 0)", 0.51,
        ),
        f"{own}_three_point_field_goals_pct": (
            f"100 * {own}_three_point_field_goals_made"
            f" / nullif(cast({own}_three_point_field_goals_attempted as double), 0)", 0.51,
        ),
        f"{own}_free_throws_pct": (
            f"100 * {own}_free_throws_made / nullif(cast({own}_free_throws_attempted as double), 0)", 0.51,
        ),
    }  # fmt: skip
    if side == "team":
        both = f"({own}_possessions + {other}_possessions) / 2.0"
        sent["pace"] = (f"40 * {both} / nullif(game_minutes, 0)", 0.06)
    return "\nunion all\n".join(
        f"select game_id || ' {column} ' || {column} || ' is not ' || round({formula}, 3)"
        f" from {_SENT} where abs({column} - {formula}) > {most}"
        for column, (formula, most) in sent.items()
    )


CHECKS: tuple[Check, ...] = (
    Check(
        "winner_has_more_points", _GAMES, (), True, "the winner that the server names has more points",
        f"""select game_id from {_GAMES} where is_final and home_pts <> away_pts
        and ((home_winner is not null and home_winner <> (home_pts > away_pts))
            or (away_winner is not null and away_winner <> (away_pts > home_pts)))""",
    ),
    Check(
        "season_has_its_games", _GAMES, (), False, "a finished season has 6,300 final games, more or less a tenth",
        f"""select 'season ' || season || ' has ' || count(*) || ' final games' from {_GAMES}
        where is_final and season in ({_FINISHED}) group by season having not count(*) between 5670 and 6930""",
    ),
    Check(
        "season_has_its_teams", _TEAMS, (), False, "a season has 364 Division I teams, 15 more or less",
        f"""select 'season ' || season || ' has ' || count(*) || ' teams' from {_TEAMS}
        group by season having not count(*) between 349 and 379""",
    ),
    Check(
        "periods_make_the_score", _PERIODS, (_GAMES,), False, "the points of the periods are those of the game",
        f"""select side.game_id || ' ' || side.team_id from (
            select game_id, home_team_id as team_id, home_pts as pts from {_GAMES} where is_final
            union all
            select game_id, away_team_id as team_id, away_pts as pts from {_GAMES} where is_final
        ) side
        join (select game_id, team_id, sum(pts) as pts from {_PERIODS} group by game_id, team_id) period
            on period.game_id = side.game_id and period.team_id = side.team_id
        where period.pts <> side.pts""",
    ),
    Check(
        "two_boxes_a_game", _BOXES, (_GAMES,), False, "a final game with a box has those of both sides, and no other",
        f"""select game.game_id from {_GAMES} game join {_BOXES} box on box.game_id = game.game_id where game.is_final
        group by game.game_id, game.home_team_id, game.away_team_id
        having count(*) <> 2
            or count(case when box.team_id in (game.home_team_id, game.away_team_id) then 1 end) <> 2""",
    ),
    Check(
        "box_adds_up", _BOXES, (_GAMES,), False, "the counts of a box of a final game add up",
        f"""select box.game_id || ' ' || box.team_id from {_BOXES} box
        join {_GAMES} game on game.game_id = box.game_id
        where game.is_final and (2 * fg2m + 3 * fg3m + ftm <> pts or fg2m + fg3m <> fgm or fgm > fga or fg2m > fg2a
            or fg3m > fg3a or ftm > fta or oreb + dreb <> reb)""",
    ),
    Check(
        "box_has_the_score", _BOXES, (_GAMES,), False, "the points of a box are those of the game",
        f"""select box.game_id || ' ' || box.team_id from {_BOXES} box join {_GAMES} game on game.game_id = box.game_id
        where game.is_final
            and box.pts <> case box.team_id when game.home_team_id then game.home_pts else game.away_pts end""",
    ),
    Check(
        "periods_of_the_box", _SENT, (), False, "the points of the periods in a box are its points",
        f"""select game_id || ' ' || team_id from {_SENT}
        where (len(team_stats_points_by_period) > 0
                and list_sum(team_stats_points_by_period) <> team_stats_points_total)
            or (len(opponent_stats_points_by_period) > 0
                and list_sum(opponent_stats_points_by_period) <> opponent_stats_points_total)""",
    ),
    Check(
        "factors_follow_from_the_counts", _SENT, (), True, "the factors that the server sends are those of its counts",
        _factors("team") + "\nunion all\n" + _factors("opponent"),
    ),
    Check(
        "possessions_are_near_those_of_the_server", _BOXES, (), False, "possessions differ by 8 at most from the server's",
        f"""select game_id || ' ' || team_id from {_BOXES}
        where abs(possessions_api - (fga + 0.44 * fta - oreb + tov)) > 8""",
    ),
    Check(
        "players_make_the_points", _PLAYERS, (_BOXES,), False, "the points of the players are those of the team",
        f"""select player.game_id || ' ' || player.team_id
        from (select game_id, team_id, sum(pts) as pts from {_PLAYERS} group by game_id, team_id) player
        join {_BOXES} box on box.game_id = player.game_id and box.team_id = player.team_id
        where player.pts <> box.pts""",
    ),
    Check(
        "players_make_the_minutes", _PLAYERS, (_GAMES,), False, "the minutes of five players, 5 more or less",
        f"""select player.game_id || ' ' || player.team_id || ' ' || player.minutes
        from (select game_id, team_id, sum(minutes) as minutes from {_PLAYERS} group by game_id, team_id) player
        join {_GAMES} game on game.game_id = player.game_id
        where game.is_final and abs(player.minutes - 5 * game.minutes) > 5""",
    ),
    Check(
        "scores_never_fall", _PLAYS, (), False, "no play has fewer points than the one before it",
        f"""select distinct game_id from (
            select game_id, home_score < max(home_score) over (partition by game_id order by play_seq
                rows between unbounded preceding and 1 preceding) or away_score < max(away_score) over (
                partition by game_id order by play_seq rows between unbounded preceding and 1 preceding) as fell
            from {_PLAYS}
        ) play where fell""",
    ),
    Check(
        "plays_end_at_the_score", _PLAYS, (_GAMES,), False, "the last play has the score of the game",
        f"""select game.game_id from {_GAMES} game
        join (select game_id, max(home_score) as home, max(away_score) as away from {_PLAYS} group by game_id) play
            on play.game_id = game.game_id
        where game.is_final and (play.home <> game.home_pts or play.away <> game.away_pts)""",
    ),
    Check(
        "lineup_is_its_players", "silver.cbbd_bridge_lineup_players", (), True, "the name of a lineup lists its players",
        """select distinct id_hash || ' ' || player_id from silver.cbbd_bridge_lineup_players
        where not ('-' || id_hash || '-') like ('%-' || player_id || '-%')""",
    ),
    Check(
        "net_is_the_difference", "silver.cbbd_fct_ratings_adjusted", (), True, "net is offence less defence, within 0.2",
        """select season || ' ' || team_id from silver.cbbd_fct_ratings_adjusted
        where abs(off_rating - def_rating - net_rating) > 0.2""",
    ),
    Check(
        "moneylines_are_american", _LINES, (), True, "American odds are 100 at least, either way",
        f"""select game_id || ' ' || provider from {_LINES}
        where abs(home_moneyline) < 100 or abs(away_moneyline) < 100""",
    ),
    Check(
        "sides_mirror_each_other", _FEATURES, (), True, "what a row says of the opponent the other row says of its team",
        f"""select one.game_id || ' ' || one.team_id from {_FEATURES} one
        left join {_FEATURES} two on two.game_id = one.game_id and two.team_id = one.opponent_id
        where two.game_id is null or one.is_home = two.is_home or one.spread <> -two.spread
            or one.team_adj_net is distinct from two.opp_adj_net or one.team_ppg is distinct from two.opp_ppg
            or one.team_margin <> -two.team_margin""",
    ),
    Check(
        "seasons_are_as_seasons_are", _SUMMARY, (), True, "the columns of a team with 10 games lie in their ranges",
        _ranges(_SUMMARY, "team_id", "games >= 10", {
            "ppg": (40, 110), "opp_ppg": (40, 110), "margin": (-50, 50),
        }) + "\nunion all\n" + _ranges(_SUMMARY, "team_id", "box_games >= 10", {
            "efg_pct": (0.3, 0.7), "opp_efg_pct": (0.3, 0.7), "tov_ratio": (0.08, 0.35), "opp_tov_ratio": (0.08, 0.35),
            "oreb_pct": (0.1, 0.5), "opp_oreb_pct": (0.1, 0.5), "ft_rate": (0.1, 0.6), "opp_ft_rate": (0.1, 0.6),
            "pace": (55, 85),
        }),
    ),
    Check(
        "plays_make_seasons_as_seasons_are", _RANKINGS, (), True,
        "the columns by the plays of a team with 10 such games lie in their ranges",
        _ranges(_RANKINGS, "team_id", "pbp_games >= 10", {
            "pbp_off_eff": (50, 160), "pbp_def_eff": (50, 160), "pbp_net_eff": (-90, 90), "pbp_adj_off_eff": (60, 150),
            "pbp_adj_def_eff": (60, 150), "pbp_adj_net_eff": (-70, 70), "pbp_pace": (50, 95),
        }),
    ),
    Check(
        "usage_is_a_share_of_five", _IMPACT, (), True, "from 40 minutes on nobody uses more than 7 of 10 plays",
        _ranges(_IMPACT, "player_id", "minutes >= 40", {"usage_rate": (0, 0.7)}),
    ),
)  # fmt: skip
"""All checks, in the order in which they are told."""
