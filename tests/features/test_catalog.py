"""The catalogue: 58 features, each told once, and the tables and the enriched document that are made by it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from hooplake.features.catalog import GROUPS, KINDS, features, group
from hooplake.features.document import Player, PlayerStats
from hooplake.features.quality import REASONS, rules_of
from hooplake.lakehouse import registry

DERIVED = {
    "game_duration", "overtime", "margin_of_victory", "field_goal_pct", "three_point_pct", "free_throw_pct",
    "double_double", "triple_double", "shot_distance", "score_margin",
}  # fmt: skip
TYPES = {
    "date": {"date"}, "text": {"text"}, "integer": {"int16", "int32"}, "fraction": {"decimal(4,3)"},
    "number": {"decimal(6,1)"}, "boolean": {"bool"},
}  # fmt: skip


def test_there_are_58_features_in_three_groups() -> None:
    assert len(features()) == 58
    assert len({feature.name for feature in features()}) == 58
    assert Counter(feature.group for feature in features()) == GROUPS
    assert [feature.number for feature in features()] == list(range(1, 59))
    assert [features()[n - 1].name for n in (1, 20, 21, 40, 45, 46, 58)] == [
        "game_date", "margin_of_victory", "minutes", "plus_minus", "triple_double", "shot_x_coord",
        "event_description",
    ]  # fmt: skip


def test_ten_features_are_computed() -> None:
    assert {feature.name for feature in features() if feature.derived} == DERIVED


def test_only_sold_out_is_said_nowhere() -> None:
    assert [f.name for f in features() if not any(f.path(kind) for kind in KINDS)] == ["sold_out"]


def test_what_a_kind_lacks() -> None:
    lacks = {kind: {f.name for f in features() if not f.path(kind)} - {"sold_out"} for kind in KINDS}
    assert lacks == {
        "summary": set(),
        "gamepackage": {"venue_name", "venue_city", "attendance", "referee_1"},
        "page": {"game_duration", "position"},
    }


def test_an_unknown_kind_or_group_is_an_error() -> None:
    with pytest.raises(ValueError, match="no kind of document 'pages'"):
        features()[0].path("pages")
    with pytest.raises(ValueError, match="no group of features 'team'"):
        group("team")


@pytest.mark.parametrize("feature", features(), ids=lambda feature: feature.name)
def test_each_feature_is_a_column_of_its_table_and_means_the_same_there(feature) -> None:  # type: ignore[no-untyped-def]
    column = registry()[feature.table].columns[feature.column]
    assert column.meaning == feature.meaning
    assert str(column.type) in TYPES[feature.type]
    assert column.unit == feature.unit
    assert column.null == (feature.name not in {"game_date", "season", "period"})


def test_the_stats_of_the_enriched_document_are_the_player_features_but_three() -> None:
    elsewhere = {"starter", "position", "jersey_number"}
    assert sorted(PlayerStats.__struct_fields__) == sorted(f.name for f in group("player") if f.name not in elsewhere)


@pytest.mark.parametrize("struct", [Player, PlayerStats])
def test_the_keys_of_a_player_are_in_the_order_of_jsonb(struct: type[msgspec.Struct]) -> None:
    # Postgres sorts them for every player of every game otherwise
    names = struct.__struct_fields__
    assert list(names) == sorted(names, key=lambda name: (len(name), name))


def test_every_reason_of_a_null_is_explained() -> None:
    used = {reason for feature in features() for reason, _ in rules_of(feature)}
    assert used | {"absent", "no_box", "no_plays"} == set(REASONS)


def test_tables_are_declared_beside_their_queries() -> None:
    folder = Path(__file__).parents[2] / "src/hooplake/features/tables"
    assert {file.stem for file in folder.glob("*.sql")} == {
        registry()[f"gold.{name}"].table for name in ("game_features", "player_game_features", "play_features")
    }
