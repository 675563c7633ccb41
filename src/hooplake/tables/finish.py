"""What every analytics row gets after its query: reasons as a set, quality, and the hash of its content.

The queries return `missing` as one text, ``group:REASON`` joined by commas. A table's spec says which columns are of
which group; a column whose group has no source, or does not apply, does not count against a row's quality.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hooplake.lake.rowhash import hash_version, row_hashes
from hooplake.lake.table import TableSpec

NOT_APPLICABLE = ("NO_SOURCE", "NOT_DERIVED", "DNP")
"""Reasons for which a NULL is no lack of the row."""

OLDER_NAMES = {"data_quality_tier": "quality_tier", "cache_quality_score": "quality_score"}
"""Columns that repeat another one under the name by which it is known elsewhere."""

TIERS = (("gold", 95.0), ("silver", 75.0), ("bronze", 50.0), ("poor", 25.0), ("unusable", -1.0))


def finish_rows(spec: TableSpec, rows: pa.Table) -> pa.Table:
    """Complete the rows of an analytics table.

    Args:
        spec: the table.
        rows: what its query returned: every column but those of this function, `missing` as text.

    Returns:
        The rows with `missing` as a sorted set, `quality_score`, `quality_tier`, `data_hash` and `hash_version`;
        window columns that the query left out are NULL; completeness is found of expected games where it left that out.
    """
    if "completeness_pct" in spec.columns and "completeness_pct" not in rows.column_names:
        rows = rows.append_column("completeness_pct", _completeness(rows))
    for name in spec.columns:
        if name.startswith(("window_", "completeness_")) and name not in rows.column_names:
            rows = rows.append_column(name, pa.nulls(len(rows)))
    if "is_bootstrap" not in rows.column_names:
        rows = rows.append_column("is_bootstrap", pa.array(np.zeros(len(rows), np.bool_)))
    texts = rows.column("missing").cast(pa.string()).combine_chunks()
    rows = rows.set_column(rows.schema.get_field_index("missing"), "missing", _sets(texts))
    score = quality_scores(spec, rows, texts)
    rows = rows.append_column("quality_score", pa.array(score, mask=np.isnan(score)))
    rows = rows.append_column("quality_tier", tiers(score, rows.column("window_games_found")))
    for name, source in OLDER_NAMES.items():
        if name in spec.columns:
            rows = rows.append_column(name, rows.column(source))
    return hashed(spec, rows)


def _completeness(rows: pa.Table) -> pa.Array | pa.ChunkedArray:
    """Found of expected games, in percent; NULL where none is expected."""
    if "window_games_expected" not in rows.column_names:
        return pa.nulls(len(rows), pa.float64())
    expected = rows.column("window_games_expected").cast(pa.float64())
    expected = pc.if_else(pc.equal(expected, 0.0), None, expected)
    return pc.divide(pc.multiply(rows.column("window_games_found").cast(pa.float64()), 100.0), expected)


def hashed(spec: TableSpec, rows: pa.Table) -> pa.Table:
    """The rows with their `data_hash` and `hash_version`, old ones replaced."""
    rows = rows.drop_columns([name for name in ("data_hash", "hash_version") if name in rows.column_names])
    rows = rows.append_column("data_hash", row_hashes(spec, rows))
    return rows.append_column("hash_version", pa.array([hash_version(spec)] * len(rows), pa.string()))


def _sets(texts: pa.Array) -> pa.Array:
    """Each text's entries, sorted and once each; the few different texts are cut up once."""
    encoded = texts.fill_null("").dictionary_encode()
    lists = [sorted({part for part in text.split(",") if part}) for text in encoded.dictionary.to_pylist()]
    return pa.array(lists, pa.list_(pa.string())).take(encoded.indices)


def quality_scores(spec: TableSpec, rows: pa.Table, texts: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Share of the applicable columns that are known, in percent; NaN where none applies.

    Args:
        spec: the table; its columns with a group count, each with the same weight.
        rows: the rows.
        texts: their reasons, ``group:REASON`` joined by commas.
    """
    known = np.zeros(len(rows))
    applicable = np.zeros(len(rows))
    excused: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]] = {}
    for column in spec.columns.values():
        if not column.group:
            continue
        if column.group not in excused:
            reasons = "|".join(NOT_APPLICABLE)
            pattern = f"(^|,){column.group}:({reasons})(,|$)"
            found = pc.match_substring_regex(texts, pattern).fill_null(False)
            excused[column.group] = np.asarray(found)
        there = np.asarray(rows.column(column.name).is_valid())
        known += there
        applicable += there | ~excused[column.group]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(applicable > 0, 100.0 * known / applicable, np.nan)


def tiers(score: np.ndarray[tuple[int], np.dtype[np.float64]], games: pa.ChunkedArray) -> pa.Array:
    """The name of a quality: no better than silver on fewer than 10 games, than bronze on fewer than 5.

    Args:
        score: 0 to 100; NaN, where nothing applies, counts as full.
        games: games that a row of a table before the game is made from; NULL in other tables.
    """
    names = [name for name, _ in TIERS]
    place = np.select([np.nan_to_num(score, nan=100.0) >= least for _, least in TIERS], list(range(len(TIERS))))
    used = np.asarray(games.cast(pa.float64()).fill_null(np.inf))
    place = np.maximum(place, np.where(used < 5, 2, np.where(used < 10, 1, 0)))
    return pa.array(names, pa.string()).take(pa.array(place))
