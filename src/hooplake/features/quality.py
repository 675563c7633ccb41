"""Why a feature is null: one reason for every null, tested in a fixed order.

The conditions are SQL over the row of the feature (``f``), the game it belongs to (``g``) and, for plays, the play
(``p``). The first that holds is the reason; where none does, the document could have said it and does not (``absent``).
"""

from __future__ import annotations

from functools import cache

from hooplake.features.catalog import GROUPS, KINDS, Feature, group

REASONS: dict[str, str] = {
    "no_source": "no document of any kind says it",
    "kind_lacks": "none of the kinds of document in hand says it",
    "not_final": "the game is not played to its end",
    "halves": "the game is played in halves, not quarters",
    "implausible": "the value would be one that no game can have",
    "no_plays": "the game has no plays",
    "no_box": "the game has no box score",
    "did_not_play": "the player did not play",
    "shell": "the box score is an empty shell: zeros in every line",
    "no_column": "the box score has no such column",
    "no_attempts": "nothing was attempted",
    "not_a_shot": "the play is neither a shot nor, where those count, a free throw",
    "not_made": "the play is no field goal that went in",
    "unassisted": "nobody is named as assisting",
    "no_possession": "the play does not tell whose ball it is",
    "not_replayed": "the game is not replayed",
    "absent": "the document could say it and does not",
}
"""The reasons, in the order in which they are tested as far as they apply."""

_NOT_FINAL = ("not_final", "not g.played")
_LINE = (("did_not_play", "f.did_not_play"), ("shell", "g.box_status = 'shell'"))
_SHOT = "p.event in ('made_2', 'made_3', 'missed_2', 'missed_3', 'missed_heave')"
_NOT_A_SHOT = ("not_a_shot", f"not ({_SHOT})")
_NOT_AN_ATTEMPT = ("not_a_shot", f"not ({_SHOT}) and p.event not in ('made_ft', 'missed_ft')")
_QUARTER = (("halves", "g.regulation_periods <> 4"), _NOT_FINAL)

_RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "home_score": (_NOT_FINAL,),
    "away_score": (_NOT_FINAL,),
    **{f"home_q{number}_score": _QUARTER for number in (1, 2, 3, 4)},
    "attendance": (_NOT_FINAL,),
    "game_duration": (
        _NOT_FINAL,
        ("no_plays", "g.play_count = 0"),
        ("implausible", "g.first_play_utc is not null"),
    ),
    "overtime": (_NOT_FINAL,),
    "margin_of_victory": (_NOT_FINAL,),
    **{feature.name: _LINE for feature in group("player")},
    "field_goal_pct": (*_LINE, ("no_attempts", "f.field_goals_attempted = 0")),
    "three_point_pct": (*_LINE, ("no_attempts", "f.three_pointers_attempted = 0")),
    "free_throw_pct": (*_LINE, ("no_attempts", "f.free_throws_attempted = 0")),
    "plus_minus": (*_LINE, ("no_column", "count(f.plus_minus) over (partition by f.game_id) = 0")),
    "starter": (),
    "position": (),
    "jersey_number": (),
    "shot_x_coord": (_NOT_A_SHOT,),
    "shot_y_coord": (_NOT_A_SHOT,),
    "shot_distance": (_NOT_A_SHOT,),
    "shot_made": (_NOT_AN_ATTEMPT,),
    "shot_type": (_NOT_AN_ATTEMPT,),
    "shot_value": (_NOT_AN_ATTEMPT,),
    "assist_player_id": (("not_made", "p.event not in ('made_2', 'made_3')"), ("unassisted", "true")),
    "score_margin": (("not_replayed", "true"),),
    "possession_team": (
        (
            "no_possession",
            f"not ({_SHOT}) and p.event not in ('made_ft', 'missed_ft', 'turnover', 'offensive_rebound', "
            "'defensive_rebound', 'dead_ball_rebound', 'steal', 'block') "
            "and not (p.event = 'foul' and coalesce(p.kind, '') <> 'technical')",
        ),
    ),
}

_FROM = {
    "game": "gold.game_features as f join silver.fct_games as g on g.game_id = f.game_id",
    "player": "gold.player_game_features as f join silver.fct_games as g on g.game_id = f.game_id",
    "play": "gold.play_features as f join silver.fct_games as g on g.game_id = f.game_id "
    "join silver.fct_plays as p on p.game_id = f.game_id and p.event_num = f.event_num",
}
_MISSING = {"player": "no_box", "play": "no_plays"}


def rules_of(feature: Feature) -> tuple[tuple[str, str], ...]:
    """Reasons of a feature with their conditions, in the order in which they are tested."""
    where = [kind for kind in KINDS if feature.path(kind)]
    if not where:
        return (("no_source", "true"),)
    rules = _RULES.get(feature.name, ())
    if len(where) < len(KINDS):
        listed = ", ".join(f"'{kind}'" for kind in where)
        rules = (("kind_lacks", f"len(g.kinds) > 0 and not list_has_any(g.kinds, [{listed}])"), *rules)
    return rules


@cache
def quality_query() -> str:
    """The query of ``gold.feature_quality`` over the feature tables and the silver facts."""
    parts = [*map(_nulls, GROUPS), *map(_without_rows, _MISSING)]
    return "\nunion all\n".join(parts) + "\norder by game_id, feature, reason"


def _nulls(name: str) -> str:
    """Counts of the nulls of one group: each row tells its nulls as ``feature reason``, and these are counted."""
    told = []
    for feature in group(name):
        conditions = "".join(
            f" when {condition} then '{feature.name} {reason}'" for reason, condition in rules_of(feature)
        )
        told.append(f"case when f.{feature.column} is not null then null{conditions} else '{feature.name} absent' end")
    return (
        "select game_id, any_value(game_date) as game_date, split_part(told, ' ', 1) as feature, "
        f"'{name}' as feature_group, split_part(told, ' ', 2) as reason, "
        "cast(count(*) as integer) as nulls, cast(any_value(of_game) as integer) as rows from ("
        "select f.game_id, f.game_date, count(*) over (partition by f.game_id) as of_game, "
        f"unnest([{', '.join(told)}]) as told from {_FROM[name]}"
        ") as each where told is not null group by game_id, told"
    )


def _without_rows(name: str) -> str:
    table = group(name)[0].table
    listed = ", ".join(f"('{feature.name}')" for feature in group(name))
    return (
        f"select g.game_id, g.game_date, v.feature, '{name}' as feature_group, '{_MISSING[name]}' as reason, "
        f"0 as nulls, 0 as rows from silver.fct_games as g cross join (values {listed}) as v(feature) "
        f"where g.game_id not in (select game_id from {table})"
    )
