"""The checks of one enriched document, by name. Each returns what is wrong, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hooplake.features.catalog import features, group
from hooplake.features.document import PlayerStats, share
from hooplake.postgres.rows import (
    check_jsonb_path_exists,
    get_espn_box_score,
    get_espn_game_info,
    get_quarter_scores,
    navigate_jsonb_path,
)

SECTIONS = ("game_info", "scoring", "venue", "officials", "box_score", "plays_summary", "source_data")
"""The parts of every enriched document."""

PLACES: dict[str, str] = {
    "game_date": "game_info.game_date", "season": "game_info.season", "season_type": "game_info.season_type",
    "home_team_abbr": "scoring.home.abbreviation", "away_team_abbr": "scoring.away.abbreviation",
    "home_score": "scoring.home.total", "away_score": "scoring.away.total",
    **{f"home_q{number}_score": "scoring.home.quarters" for number in (1, 2, 3, 4)},
    "venue_name": "venue.name", "venue_city": "venue.city", "attendance": "game_info.attendance",
    "sold_out": "game_info.sold_out", "broadcast_network": "game_info.broadcast",
    "game_duration": "game_info.game_duration", "referee_1": "officials", "overtime": "game_info.overtime",
    "margin_of_victory": "game_info.margin_of_victory",
    **{feature.name: "box_score.players" for feature in group("player")},
    **{feature.name: "plays_summary" for feature in group("play")},
}  # fmt: skip
"""Where each feature of the catalogue is in the document; those of plays are summed up."""

_SIDES = ("home", "away")
_PLAYER_KEYS = {"starter": "starter", "position": "position", "jersey_number": "jersey"}
_FIVE = ("points", "rebounds", "assists", "steals", "blocks")
_SHARES = (
    ("field_goal_pct", "field_goals_made", "field_goals_attempted"),
    ("three_point_pct", "three_pointers_made", "three_pointers_attempted"),
    ("free_throw_pct", "free_throws_made", "free_throws_attempted"),
)

Check = Callable[[Mapping[str, Any]], Iterator[str]]
"""A check of a row: what is wrong with it, in words."""


def missing_features(row: Mapping[str, Any]) -> Iterator[str]:
    """Every one of the 58 features is there as a key."""
    for feature in features():
        if feature.group == "player":
            for side in _SIDES:
                for player in get_espn_box_score(row, side):
                    key = _PLAYER_KEYS.get(feature.name)
                    if (feature.name not in player.get("stats", {})) if key is None else (key not in player):
                        yield f"{feature.name} of {player.get('name')}"
        elif not _has(row, PLACES[feature.name]):
            yield feature.name


def known_nulls(row: Mapping[str, Any]) -> Iterator[str]:
    """What no document says is not said: ``sold_out``."""
    if get_espn_game_info(row).get("sold_out") is not None:
        yield "sold_out has a value"


def recounted(row: Mapping[str, Any]) -> Iterator[str]:
    """The stored feature count is that of the document."""
    stored = navigate_jsonb_path(row, "data.metadata.enrichment.feature_count")
    found = count_features(row)
    if stored != found:
        yield f"stored {stored}, counted {found}"


def count_features(row: Mapping[str, Any]) -> int:
    """The feature count of a document, counted again from its JSON by the rule of the published reference."""

    def known(path: str) -> bool:
        return navigate_jsonb_path(row, f"data.espn_features.{path}") is not None

    names = (
        "game_id", "game_date", "season", "season_year", "season_type", "attendance", "broadcast", "overtime",
        "margin_of_victory",
    )  # fmt: skip
    count = sum(known(f"game_info.{name}") for name in names)
    count += sum(known(f"scoring.{side}.total") for side in _SIDES)
    count += sum(known(f"venue.{name}") for name in ("name", "city", "state"))
    count += bool(navigate_jsonb_path(row, "data.espn_features.officials"))
    count += 3 * known("plays_summary.total_plays")
    return count + sum(
        value is not None
        for side in _SIDES
        for player in get_espn_box_score(row, side)
        for name, value in player.get("stats", {}).items()
        if name in PlayerStats.__struct_fields__
    )


def wrong_shares(row: Mapping[str, Any]) -> Iterator[str]:
    """A percentage is made of attempted, from 0 to 1, and null where nothing was attempted."""
    for name, stats in _lines(row):
        for pct, made, attempted in _SHARES:
            expected, found = share(stats.get(made), stats.get(attempted)), stats.get(pct)
            if (found is None) != (expected is None) or (
                found is not None and expected is not None and not (0 <= found <= 1 and abs(found - expected) <= 0.001)
            ):
                yield f"{name}: {pct} {found}, expected {expected}"


def wrong_doubles(row: Mapping[str, Any]) -> Iterator[str]:
    """A double-double is two of five categories at 10 or more, a triple-double three."""
    for name, stats in _lines(row):
        tens = sum((stats.get(each) or 0) >= 10 for each in _FIVE)
        for key, least in (("double_double", 2), ("triple_double", 3)):
            if stats.get(key) is not None and stats[key] != (tens >= least):
                yield f"{name}: {key} {stats[key]} with {tens} categories"


def impossible_lines(row: Mapping[str, Any]) -> Iterator[str]:
    """Made is at most attempted, threes are part of field goals, rebounds and points add up."""
    for name, s in _lines(row):
        rules = (
            ("field_goals_made <= field_goals_attempted", _most(s, "field_goals_made", "field_goals_attempted")),
            ("three_pointers_made <= three_pointers_attempted",
             _most(s, "three_pointers_made", "three_pointers_attempted")),
            ("free_throws_made <= free_throws_attempted", _most(s, "free_throws_made", "free_throws_attempted")),
            ("three_pointers_made <= field_goals_made", _most(s, "three_pointers_made", "field_goals_made")),
            ("three_pointers_attempted <= field_goals_attempted",
             _most(s, "three_pointers_attempted", "field_goals_attempted")),
            ("rebounds = offensive_rebounds + defensive_rebounds",
             _sums(s, "rebounds", {"offensive_rebounds": 1, "defensive_rebounds": 1})),
            ("points = 2 * field_goals_made + three_pointers_made + free_throws_made",
             _sums(s, "points", {"field_goals_made": 2, "three_pointers_made": 1, "free_throws_made": 1})),
        )  # fmt: skip
        for rule, holds in rules:
            if not holds:
                yield f"{name}: not {rule}"


def wrong_team_sums(row: Mapping[str, Any]) -> Iterator[str]:
    """The points of the players are those of the team, in a final with a box; an empty shell has none."""
    for side in _SIDES:
        total, players = _total(row, side), get_espn_box_score(row, side)
        if total is None or not players:
            continue
        points = sum(player.get("stats", {}).get("points") or 0 for player in players)
        if points != total:
            yield f"{side}: players {points}, team {total}"


def wrong_quarters(row: Mapping[str, Any]) -> Iterator[str]:
    """The periods of a side sum to its total."""
    for side in _SIDES:
        total, quarters = _total(row, side), get_quarter_scores(row, side)
        if total is not None and quarters and (None in quarters or sum(quarters) != total):
            yield f"{side}: {quarters} do not sum to {total}"


def too_few_players(row: Mapping[str, Any]) -> Iterator[str]:
    """A side of a final with a box has at least five players with a line."""
    if is_final(row):
        for side, count in _played(row).items():
            if get_espn_box_score(row, side) and count < 5:
                yield f"{side}: {count} players with a line"


def odd_number_of_players(row: Mapping[str, Any]) -> Iterator[str]:
    """A side has 5 to 15 players with a line."""
    if is_final(row):
        for side, count in _played(row).items():
            if count > 15:
                yield f"{side}: {count} players with a line"


def missing_scores(row: Mapping[str, Any]) -> Iterator[str]:
    """A final has both scores."""
    if is_final(row):
        for side in _SIDES:
            if _total(row, side) is None:
                yield f"{side}: no score"


def odd_scores(row: Mapping[str, Any]) -> Iterator[str]:
    """NBA teams score 50 to 200 points."""
    if get_espn_game_info(row).get("league") == "nba":
        for side in _SIDES:
            total = _total(row, side)
            if total is not None and not 50 <= total <= 200:
                yield f"{side}: {total}"


def odd_minutes(row: Mapping[str, Any]) -> Iterator[str]:
    """Nobody plays longer than the game, to the rounded minute."""
    league = get_espn_game_info(row).get("league")
    regulation, periods = (40, 2 if league == "mbb" else 4) if league != "nba" else (48, 4)
    overtimes = max(len(get_quarter_scores(row)) - periods, 0)
    longest = regulation + 5 * overtimes + 1
    for name, stats in _lines(row):
        if (stats.get("minutes") or 0) > longest:
            yield f"{name}: {stats['minutes']} minutes"


def swapped_sides(row: Mapping[str, Any]) -> Iterator[str]:
    """The box of a side is that of its team."""
    for side in _SIDES:
        box = navigate_jsonb_path(row, f"data.espn_features.box_score.{side}.team_id")
        scoring = navigate_jsonb_path(row, f"data.espn_features.scoring.{side}.team_id")
        if box != scoring:
            yield f"{side}: box of team {box}, score of team {scoring}"


CHECKS: dict[str, tuple[Check, str]] = {
    "all 58 features": (missing_features, "fail"),
    "features no document has": (known_nulls, "warn"),
    "feature count recounted": (recounted, "fail"),
    "percentages": (wrong_shares, "fail"),
    "double and triple doubles": (wrong_doubles, "fail"),
    "player lines": (impossible_lines, "fail"),
    "team sums": (wrong_team_sums, "fail"),
    "quarters": (wrong_quarters, "fail"),
    "players per team": (too_few_players, "fail"),
    "many players": (odd_number_of_players, "warn"),
    "scores of finals": (missing_scores, "fail"),
    "score range": (odd_scores, "warn"),
    "minutes": (odd_minutes, "warn"),
    "sides": (swapped_sides, "fail"),
}
"""The checks of a document by name, and how a validation ends where one is broken."""


def is_final(row: Mapping[str, Any]) -> bool:
    """The game was played to its end."""
    return get_espn_game_info(row).get("status") == "STATUS_FINAL"


def _has(row: Mapping[str, Any], path: str) -> bool:
    return check_jsonb_path_exists(row, f"data.espn_features.{path}")


def _lines(row: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for side in _SIDES:
        for player in get_espn_box_score(row, side):
            stats = player.get("stats")
            if isinstance(stats, dict):
                yield str(player.get("name")), stats


def _total(row: Mapping[str, Any], side: str) -> int | None:
    total = navigate_jsonb_path(row, f"data.espn_features.scoring.{side}.total")
    return total if isinstance(total, int) else None


def _played(row: Mapping[str, Any]) -> dict[str, int]:
    return {
        side: sum(player.get("stats", {}).get("points") is not None for player in get_espn_box_score(row, side))
        for side in _SIDES
    }


def _most(stats: Mapping[str, Any], less: str, more: str) -> bool:
    low, high = stats.get(less), stats.get(more)
    return low is None or high is None or low <= high


def _sums(stats: Mapping[str, Any], whole: str, parts: Mapping[str, int]) -> bool:
    if any(stats.get(name) is None for name in (whole, *parts)):
        return True
    return bool(stats[whole] == sum(stats[name] * factor for name, factor in parts.items()))
