"""Filled features: never without the mask that says which they are."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hooplake.errors import ConfigError
from hooplake.tables.fill import fill_features, learn_fills
from tests.tables.lakes import SeasonLake

ROWS = pa.table(
    {
        "feature_version": ["v"] * 3,
        "features": pa.array([[1.0, None, None], [3.0, 5.0, None], [None, 8.0, None]], pa.list_(pa.float64())),
    }
)


def test_what_is_not_known_becomes_the_median_of_what_is_and_is_marked() -> None:
    fills = learn_fills(ROWS)
    assert fills.values == (2.0, 6.5, None)
    found = fill_features(ROWS, fills)
    assert found.column("features_filled").to_pylist() == [[1.0, 6.5, None], [3.0, 5.0, None], [2.0, 8.0, None]]
    assert found.column("default_mask").to_pylist() == [0b010, 0b000, 0b001]
    assert found.column("features").equals(ROWS.column("features"))
    assert set(found.column("fill_version").to_pylist()) == {fills.version}
    assert learn_fills(ROWS.slice(1)).version != fills.version


def test_fills_are_of_one_version() -> None:
    other = ROWS.set_column(0, "feature_version", pa.array(["v", "v", "w"]))
    with pytest.raises(ConfigError, match="one feature version"):
        learn_fills(other)
    with pytest.raises(ConfigError, match="the rows have w"):
        fill_features(other.slice(2), learn_fills(ROWS))


def test_every_filled_feature_of_a_season_is_in_its_mask(season_lake: SeasonLake) -> None:
    rows = season_lake.rows("gold.ml_feature_store")
    rows = rows.filter(pc.equal(rows.column("feature_version"), "v3_60"))
    fills = learn_fills(rows)
    for row in fill_features(rows, fills).to_pylist():
        for place, (value, filled) in enumerate(zip(row["features"], row["features_filled"], strict=True)):
            marked = bool(row["default_mask"] >> place & 1)
            assert marked == (value is None and fills.values[place] is not None)
            assert filled == (fills.values[place] if marked else value)
