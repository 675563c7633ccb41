"""Reading a row of ``raw_data.nba_games``: its JSON by name, without a thought about what may be missing.

A row is a mapping with ``data`` and ``metadata``, as any driver gives it. No function raises where a part is missing or
of another kind; each says what it returns then.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]

_MISSING = object()
_SIDES = ("home", "away")
_REQUIRED = (
    "data.game_info.game_id", "data.game_info.game_date", "data.teams.home.name", "data.teams.away.name",
    "data.teams.home.score", "data.teams.away.score", "metadata.collection.source_system",
)  # fmt: skip


def navigate_jsonb_path(row: Row, path: str, default: Any = None) -> Any:
    """The value at a path such as ``data.teams.home.score``; in a list a part is a place: ``officials.0.name``.

    Returns:
        The value; the default where the path does not exist or leads to null.
    """
    found = _walk(row, path)
    return default if found is _MISSING or found is None else found


def check_jsonb_path_exists(row: Row, path: str) -> bool:
    """Whether a path exists, even if it leads to null."""
    return _walk(row, path) is not _MISSING


def extract_all_jsonb_keys(row: Row, column: str = "data") -> list[str]:
    """The keys of a JSON column, ``[]`` where it is no object."""
    return list(_object(row, column))


# What the enrichment added.


def get_espn_game_info(row: Row) -> dict[str, Any]:
    """``espn_features.game_info``: date, season, attendance, broadcast, overtime, margin ...; ``{}`` where it is not."""
    return _object(row, "data.espn_features.game_info")


def get_espn_box_score(row: Row, team: str = "home") -> list[dict[str, Any]]:
    """The listed players of a side, each with ``name``, ``starter``, ``stats`` ...; ``[]`` where there are none.

    Args:
        row: the row.
        team: ``home`` or ``away``.
    """
    return _objects(row, f"data.espn_features.box_score.{team}.players") if team in _SIDES else []


def get_espn_venue(row: Row) -> dict[str, Any]:
    """Name, city and state of the venue; ``{}`` where it is not."""
    return _object(row, "data.espn_features.venue")


def get_espn_officials(row: Row) -> list[dict[str, Any]]:
    """The crew in its order, each with ``name`` and ``position``; ``[]`` where it is not known."""
    return _objects(row, "data.espn_features.officials")


def get_quarter_scores(row: Row, team: str = "home") -> list[int]:
    """Points of a side in every period, overtimes at the end; ``[]`` where they are not known."""
    found = _walk(row, f"data.espn_features.scoring.{team}.quarters") if team in _SIDES else None
    return list(found) if isinstance(found, list) else []


def get_player_stats(row: Row, team: str, player_name: str) -> dict[str, Any] | None:
    """The stats of a player of a side.

    Args:
        row: the row.
        team: ``home`` or ``away``.
        player_name: his name as it is printed, else his id, else his name without regard to case and accents.

    Returns:
        His 22 stats, null throughout where he did not play; None where no such player is listed.
    """
    players = get_espn_box_score(row, team)
    wanted = _folded(player_name)
    for fits in (
        lambda player: player.get("name") == player_name,
        lambda player: player.get("player_id") == player_name,
        lambda player: isinstance(player.get("name"), str) and _folded(player["name"]) == wanted,
    ):
        for player in players:
            if fits(player):
                return _object(player, "stats")
    return None


def get_top_scorer(row: Row, team: str) -> dict[str, Any] | None:
    """The player of a side with most points, the first listed of equals; None where nobody is listed.

    Args:
        row: the row.
        team: ``home`` or ``away``.
    """
    return max(get_espn_box_score(row, team), key=_points, default=None)


# What the row had before.


def get_game_info(row: Row) -> dict[str, Any]:
    """``game_id``, ``game_date``, ``season`` and ``season_year``, each None where neither part of the row says it."""
    names = ("game_id", "game_date", "season", "season_year")
    info, espn = _object(row, "data.game_info"), get_espn_game_info(row)
    found = {name: info.get(name) if info.get(name) is not None else espn.get(name) for name in names}
    if found["game_id"] is None:
        found["game_id"] = navigate_jsonb_path(row, "game_id")
    return found


def get_game_score(row: Row) -> dict[str, int | None]:
    """Final scores by side, None where not known."""
    return {side: _either(row, f"teams.{side}.score", f"scoring.{side}.total") for side in _SIDES}


def get_team_info(row: Row) -> dict[str, dict[str, str | None]]:
    """Name and abbreviation by side, None where not known."""
    return {
        side: {
            "name": _either(row, f"teams.{side}.name", f"box_score.{side}.team_name"),
            "abbreviation": _either(row, f"teams.{side}.abbreviation", f"box_score.{side}.team_abbreviation"),
        }
        for side in _SIDES
    }


def get_play_summary(row: Row) -> dict[str, Any]:
    """``total_plays`` (0 where there are none), ``periods`` (None) and ``event_types`` (``{}``)."""
    return {
        "total_plays": _either(row, "play_by_play.total_plays", "plays_summary.total_plays") or 0,
        "periods": _either(row, "play_by_play.summary.periods", "plays_summary.periods"),
        "event_types": _object(row, "data.play_by_play.summary.event_types")
        or _object(row, "data.espn_features.plays_summary.event_types"),
    }


def get_source_data(row: Row) -> dict[str, Any]:
    """``original_game_id`` and ``source``, None where not known."""
    source = _either(row, "source_data.source", "source_data.source")
    return {
        "original_game_id": _either(row, "source_data.original_game_id", "source_data.original_game_id"),
        "source": source if source is not None else navigate_jsonb_path(row, "source"),
    }


def get_collection_info(row: Row) -> dict[str, Any]:
    """``collected_at``, ``updated_at`` and ``source_system`` of the column ``metadata``, None where not known."""
    return _named(row, "metadata.collection", {"collected_at": None, "updated_at": None, "source_system": None})


def get_validation_status(row: Row) -> dict[str, Any]:
    """``has_play_by_play`` (False), ``play_count`` (0) and ``validated_at`` (None) of the column ``metadata``."""
    return _named(row, "metadata.validation", {"has_play_by_play": False, "play_count": 0, "validated_at": None})


def get_migration_info(row: Row) -> dict[str, Any]:
    """``migrated_at``, ``migrated_from`` and ``migration_version`` of the column ``metadata``, None where not known."""
    return _named(row, "metadata.migration", {"migrated_at": None, "migrated_from": None, "migration_version": None})


def get_game_summary_string(row: Row) -> str:
    """One line: ``2025-01-04: San Antonio Spurs 111 - Denver Nuggets 122 (529 plays)``; ``?`` for what is not known."""
    teams, scores = get_team_info(row), get_game_score(row)
    sides = [f"{_shown(teams[side]['name'])} {_shown(scores[side])}" for side in _SIDES]
    plays = get_play_summary(row)["total_plays"]
    return f"{_shown(get_game_info(row)['game_date'])}: {' - '.join(sides)} ({plays} plays)"


def validate_required_fields(row: Row) -> tuple[bool, list[str]]:
    """Whether every field is there that a row must have, and the paths of those that are not."""
    missing = [path for path in _REQUIRED if not check_jsonb_path_exists(row, path)]
    return not missing, missing


def check_data_completeness(row: Row) -> dict[str, bool]:
    """Which parts the row has, by name."""
    return {
        "has_game_info": check_jsonb_path_exists(row, "data.game_info"),
        "has_teams": check_jsonb_path_exists(row, "data.teams"),
        "has_scores": all(check_jsonb_path_exists(row, f"data.teams.{side}.score") for side in _SIDES),
        "has_play_by_play": check_jsonb_path_exists(row, "data.play_by_play"),
        "has_source_data": check_jsonb_path_exists(row, "data.source_data"),
        "has_espn_features": check_jsonb_path_exists(row, "data.espn_features"),
        "has_metadata": check_jsonb_path_exists(row, "metadata"),
        "has_collection_info": check_jsonb_path_exists(row, "metadata.collection"),
        "has_validation": check_jsonb_path_exists(row, "metadata.validation"),
    }


def _walk(value: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(value, Mapping):
            if part not in value:
                return _MISSING
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return _MISSING
    return value


def _object(row: Any, path: str) -> dict[str, Any]:
    found = _walk(row, path)
    return dict(found) if isinstance(found, Mapping) else {}


def _objects(row: Any, path: str) -> list[dict[str, Any]]:
    found = _walk(row, path)
    return [dict(item) for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _either(row: Row, before: str, added: str) -> Any:
    """What the row had before, else what the enrichment added."""
    found = navigate_jsonb_path(row, f"data.{before}")
    return found if found is not None else navigate_jsonb_path(row, f"data.espn_features.{added}")


def _named(row: Row, path: str, empty: dict[str, Any]) -> dict[str, Any]:
    found = _object(row, path)
    return {name: found.get(name, value) for name, value in empty.items()}


def _points(player: Mapping[str, Any]) -> float:
    points = _walk(player, "stats.points")
    return points if isinstance(points, (int, float)) else 0


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split()).casefold()


def _shown(value: Any) -> str:
    return "?" if value is None else str(value)
