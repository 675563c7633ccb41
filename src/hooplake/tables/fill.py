"""Features with nothing missing, for models that need that: what was filled in is always told beside it.

The feature store holds NULL where a feature is not known. Filling is a matter of reading, with values learnt from rows
that the reader chooses, such as those before a test season.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hooplake.errors import ConfigError

_MASK_BITS = 63


class Fills(NamedTuple):
    """What stands for a feature that is not known.

    Attributes:
        feature_version: the features that they are for, such as ``v3_60``.
        values: one per feature; None for one that was never known.
        version: a hash of both, to be kept with what was made of the filled features.
    """

    feature_version: str
    values: tuple[float | None, ...]
    version: str


def learn_fills(rows: pa.Table) -> Fills:
    """The medians of the known values of each feature.

    Args:
        rows: of ``gold.ml_feature_store``, of one feature version: those that a model is trained on, for a median over
            later ones would let it look ahead.

    Raises:
        ConfigError: the rows are of no or of several feature versions.
    """
    version, features = _features(rows)
    values = tuple(
        float(np.median(known)) if len(known := column[~np.isnan(column)]) else None for column in features.T
    )
    digest = hashlib.blake2b(repr((version, values)).encode(), digest_size=8).hexdigest()
    return Fills(version, values, digest)


def fill_features(rows: pa.Table, fills: Fills) -> pa.Table:
    """The rows with ``features_filled``, ``default_mask`` and ``fill_version``.

    Args:
        rows: of ``gold.ml_feature_store``, of the feature version of the fills.
        fills: from `learn_fills`.

    Returns:
        The rows; in ``features_filled`` a feature is NULL only if it was never known, and bit i of ``default_mask`` is 1
        if feature i was filled in.

    Raises:
        ConfigError: the rows are of another feature version.
    """
    version, features = _features(rows)
    if version != fills.feature_version:
        raise ConfigError(f"the fills are of features {fills.feature_version}, the rows have {version}")
    known = np.array([value is not None for value in fills.values])
    values = np.array([np.nan if value is None else value for value in fills.values])
    filled = np.isnan(features) & known
    features = np.where(filled, values, features)
    mask = filled @ (1 << np.arange(features.shape[1], dtype=np.int64))
    items = pa.array(features.reshape(-1), mask=np.isnan(features).reshape(-1))
    offsets = pa.array(np.arange(0, features.size + 1, features.shape[1], dtype=np.int32))
    rows = rows.append_column("features_filled", pa.ListArray.from_arrays(offsets, items))
    rows = rows.append_column("default_mask", pa.array(mask, pa.int64()))
    return rows.append_column("fill_version", pa.array([fills.version] * len(rows), pa.string()))


def _features(rows: pa.Table) -> tuple[str, npt.NDArray[np.float64]]:
    """The feature version of rows, and their features with NaN where NULL: rows x features."""
    versions = rows.column("feature_version").unique().to_pylist()
    if len(versions) != 1:
        raise ConfigError(f"rows of one feature version are needed, these have {', '.join(versions) or 'none'}")
    lists = rows.column("features").combine_chunks()
    values = np.asarray(lists.flatten().cast(pa.float64()).fill_null(np.nan)).reshape(len(rows), -1)
    if values.shape[1] > _MASK_BITS:
        raise ConfigError(f"a mask has {_MASK_BITS} bits, the rows have {values.shape[1]} features")
    return versions[0], values
