"""Reading rows: what is there by name, the documented empties for what is not, and never an error."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooplake.features.document import enriched
from hooplake.features.extract import read_counted
from hooplake.games.espn.decode import decode
from hooplake.games.espn.read import Fetch
from hooplake.postgres import rows

ROW: dict[str, Any] = {
    "game_id": "401705050",
    "source": "ESPN",
    "data": {
        "game_info": {"game_id": "401705050", "game_date": "2025-01-04", "season": "2024-25", "season_year": 2025},
        "teams": {
            "home": {"name": "San Antonio Spurs", "abbreviation": "SA", "score": 111},
            "away": {"name": "Denver Nuggets", "abbreviation": "DEN", "score": 122},
        },
        "source_data": {"original_game_id": "401705050", "source": "ESPN"},
        "play_by_play": {"total_plays": 529, "summary": {"periods": 5, "event_types": {"Defensive Rebound": 91}}},
        "espn_features": {
            "game_info": {"game_id": "401705050", "attendance": None, "overtime": True},
            "scoring": {"home": {"quarters": [27, 28, 37, 16, 3], "total": 111}, "away": {"quarters": None}},
            "venue": {"name": None, "city": None, "state": None},
            "officials": [{"name": "James Capers", "position": "Referee", "number": None}],
            "box_score": {
                "home": {
                    "players": [
                        {"player_id": "1", "name": "Nikola Jokić", "stats": {"points": None}},
                        {"player_id": "2", "name": "Ann Other", "stats": {"points": 20}},
                        {"player_id": "3", "name": "Ann Third", "stats": {"points": 20}},
                        {"player_id": "Ann Other", "name": "Odd Id", "stats": {"points": 3}},
                    ]
                }
            },
        },
    },
    "metadata": {
        "collection": {"collected_at": "2025-01-05", "source_system": "ESPN"},
        "validation": {"has_play_by_play": True, "play_count": 529},
        "migration": {"migrated_from": "master.nba_games"},
    },
}

EMPTY: list[tuple[Callable[..., Any], tuple[Any, ...], Any]] = [
    (rows.get_espn_game_info, (), {}),
    (rows.get_espn_box_score, (), []),
    (rows.get_espn_box_score, ("away",), []),
    (rows.get_espn_venue, (), {}),
    (rows.get_espn_officials, (), []),
    (rows.get_quarter_scores, (), []),
    (rows.get_quarter_scores, ("away",), []),
    (rows.get_player_stats, ("home", "Nobody"), None),
    (rows.get_top_scorer, ("home",), None),
    (rows.get_game_info, (), dict.fromkeys(("game_id", "game_date", "season", "season_year"))),
    (rows.get_game_score, (), {"home": None, "away": None}),
    (rows.get_team_info, (), {side: {"name": None, "abbreviation": None} for side in ("home", "away")}),
    (rows.get_play_summary, (), {"total_plays": 0, "periods": None, "event_types": {}}),
    (rows.get_source_data, (), {"original_game_id": None, "source": None}),
    (rows.get_collection_info, (), {"collected_at": None, "updated_at": None, "source_system": None}),
    (rows.get_validation_status, (), {"has_play_by_play": False, "play_count": 0, "validated_at": None}),
    (rows.get_migration_info, (), {"migrated_at": None, "migrated_from": None, "migration_version": None}),
    (rows.get_game_summary_string, (), "?: ? ? - ? ? (0 plays)"),
    (rows.extract_all_jsonb_keys, (), []),
    (rows.navigate_jsonb_path, ("data.x", 7), 7),
    (rows.check_jsonb_path_exists, ("data.x",), False),
]


@pytest.mark.parametrize(
    ("function", "arguments", "empty"), EMPTY, ids=lambda value: getattr(value, "__name__", str(value))
)
@pytest.mark.parametrize(
    "row",
    [{}, {"data": None}, {"data": {}}, {"data": {"espn_features": None}}, {"data": [], "metadata": 3}, {"data": "{}"}],
    ids=str,
)
def test_what_is_missing_is_the_documented_empty(
    function: Callable[..., Any], arguments: tuple[Any, ...], empty: Any, row: dict[str, Any]
) -> None:
    found = function(row, *arguments)
    if function is rows.extract_all_jsonb_keys and isinstance(row.get("data"), dict):
        assert found == list(row["data"])
    else:
        assert found == empty


def test_values_of_an_enriched_row() -> None:
    assert rows.get_espn_game_info(ROW)["overtime"] is True
    assert rows.get_quarter_scores(ROW) == [27, 28, 37, 16, 3]
    assert rows.get_quarter_scores(ROW, "away") == []
    assert rows.get_espn_officials(ROW)[0]["name"] == "James Capers"
    assert rows.get_espn_venue(ROW) == {"name": None, "city": None, "state": None}
    assert len(rows.get_espn_box_score(ROW)) == 4
    assert rows.get_espn_box_score(ROW, "somebody") == []


def test_a_player_is_found_by_name_then_by_id_then_by_folded_name() -> None:
    assert rows.get_player_stats(ROW, "home", "Ann Other") == {"points": 20}  # a name goes before an id
    assert rows.get_player_stats(ROW, "home", "3") == {"points": 20}
    assert rows.get_player_stats(ROW, "home", "nikola JOKIC") == {"points": None}
    assert rows.get_player_stats(ROW, "away", "Ann Other") is None


def test_the_top_scorer_is_the_first_of_equals_and_null_is_nothing() -> None:
    top = rows.get_top_scorer(ROW, "home")
    assert top is not None
    assert top["player_id"] == "2"


def test_values_of_the_row_before() -> None:
    assert rows.get_game_info(ROW) == ROW["data"]["game_info"]
    assert rows.get_game_score(ROW) == {"home": 111, "away": 122}
    assert rows.get_team_info(ROW)["away"] == {"name": "Denver Nuggets", "abbreviation": "DEN"}
    assert rows.get_play_summary(ROW) == {"total_plays": 529, "periods": 5, "event_types": {"Defensive Rebound": 91}}
    assert rows.get_source_data(ROW) == {"original_game_id": "401705050", "source": "ESPN"}
    assert rows.get_collection_info(ROW)["source_system"] == "ESPN"
    assert rows.get_validation_status(ROW) == {"has_play_by_play": True, "play_count": 529, "validated_at": None}
    assert rows.get_migration_info(ROW)["migrated_from"] == "master.nba_games"
    assert rows.get_game_summary_string(ROW) == "2025-01-04: San Antonio Spurs 111 - Denver Nuggets 122 (529 plays)"
    assert rows.validate_required_fields(ROW) == (True, [])
    assert set(rows.check_data_completeness(ROW).values()) == {True}
    assert rows.extract_all_jsonb_keys(ROW, "metadata") == ["collection", "validation", "migration"]


def test_paths() -> None:
    assert rows.navigate_jsonb_path(ROW, "data.espn_features.officials.0.name") == "James Capers"
    assert rows.navigate_jsonb_path(ROW, "data.espn_features.officials.1.name", "none") == "none"
    assert rows.navigate_jsonb_path(ROW, "data.espn_features.venue.name", "unknown") == "unknown"
    assert rows.check_jsonb_path_exists(ROW, "data.espn_features.venue.name")
    assert rows.validate_required_fields({"data": {"game_info": {"game_id": "1"}}})[1][0] == "data.game_info.game_date"


def test_a_row_that_was_only_enriched_answers_too(real_data: Path) -> None:
    import gzip

    body = gzip.decompress((real_data / "espn/nba/401705050.gamepackage.json.gz").read_bytes())
    counted = read_counted([Fetch("x", 1, decode(body))], league="nba", season=2025, game_date=date(2025, 1, 4))
    row = {"data": {"espn_features": json.loads(enriched(counted.game, counted.tally, key="x").to_json())}}
    assert rows.get_game_summary_string(row) == "2025-01-04: San Antonio Spurs 111 - Denver Nuggets 122 (529 plays)"
    stats = rows.get_player_stats(row, "home", "victor wembanyama")
    assert stats is not None
    assert (stats["points"], stats["rebounds"]) == (20, 23)
    top = rows.get_top_scorer(row, "away")
    assert top is not None
    assert top["stats"]["points"] == max(p["stats"]["points"] or 0 for p in rows.get_espn_box_score(row, "away"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["espn_features", "game_info", "teams", "home", "away", "score", "players", "stats", "points", "venue",
             "officials", "scoring", "quarters", "box_score", "play_by_play", "summary", "collection", "name"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(json_values, json_values)
def test_no_row_raises(data: Any, metadata: Any) -> None:
    row = {"data": data, "metadata": metadata}
    for name, function in inspect.getmembers(rows, inspect.isfunction):
        if name.startswith("_") or function.__module__ != rows.__name__:
            continue
        extra = {"path": "data.teams.home", "team": "home", "player_name": "a", "column": "data"}
        given_too = {key: extra[key] for key in inspect.signature(function).parameters if key in extra}
        function(row, **given_too)
