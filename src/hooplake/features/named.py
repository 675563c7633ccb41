"""The 58 features of one game by name, as Python values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hooplake.features.catalog import features, group
from hooplake.features.tables import feature_tables
from hooplake.games.model import Game
from hooplake.games.silver import silver_tables
from hooplake.lake.table import TableSpec
from hooplake.replay.replay import replay


@dataclass(frozen=True, slots=True)
class NamedFeatures:
    """The features of one game.

    Attributes:
        game: the 20 features of the game by name.
        players: per listed player ``team_id``, ``player_id`` and his 25 features.
        plays: per play ``event_num`` and its 13 features, in the order of play.
        why_null: per feature the reasons of its nulls and how many rows each has; features without nulls are left out.
    """

    game: dict[str, Any]
    players: list[dict[str, Any]]
    plays: list[dict[str, Any]]
    why_null: dict[str, dict[str, int]]


def named_features(game: Game, specs: Mapping[str, TableSpec]) -> NamedFeatures:
    """All 58 features of a game, whichever kinds of document it was read from.

    Args:
        game: the game, as `hooplake.games.espn.read.read_game` reads it.
        specs: specs of all tables, such as `hooplake.lakehouse.registry` gives.
    """
    tables = silver_tables([game], specs)
    tables |= replay(tables, specs, league=game.league)
    made = feature_tables(tables, specs, league=game.league, season=game.season)
    (row,) = made["gold.game_features"].to_pylist()
    why: dict[str, dict[str, int]] = {}
    for each in made["gold.feature_quality"].to_pylist():
        why.setdefault(each["feature"], {})[each["reason"]] = each["nulls"]
    return NamedFeatures(
        _by_name(row, "game", ()),
        [_by_name(each, "player", ("team_id", "player_id")) for each in made["gold.player_game_features"].to_pylist()],
        [_by_name(each, "play", ("event_num",)) for each in made["gold.play_features"].to_pylist()],
        {feature.name: why[feature.name] for feature in features() if feature.name in why},
    )


def _by_name(row: Mapping[str, Any], name: str, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: row[key] for key in keys} | {feature.name: row[feature.column] for feature in group(name)}
