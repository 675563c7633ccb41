"""Distance and zone of field-goal attempts, from spots on the floor."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

HOOP_X = 25.0
"""The hoop is at (25, 0) feet; the baseline is at y = -5.25."""

ZONES = (
    "restricted_area", "paint", "mid_range", "left_corner_3", "right_corner_3", "above_break_3", "backcourt",
)  # fmt: skip
"""Names of the zones, in the order of their codes."""

_RESTRICTED, _FREE_THROW_LINE, _CORNER_Y, _HALF_COURT = 4.0, 13.75, 8.75, 41.75
_FEET = re.compile(r"(\d+)[- ](?:foot|ft|feet)\b", re.I)


def shot_zones(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    value: npt.NDArray[np.floating | np.integer],
    texts: pa.ChunkedArray,
    lane: float,
) -> tuple[pa.Array, pa.Array]:
    """Distance and zone of shots.

    The value of the shot decides between two- and three-point zones, the spot within them, since a spot is rounded to
    a foot and cannot tell a foot on the line.

    Args:
        x: feet across the floor, 0 to 50, NaN where not known; shape (n,).
        y: feet along the floor from the hoop, NaN where not known; shape (n,).
        value: points attempted, 2 or 3; shape (n,).
        texts: texts of the plays, for the distance where there is no spot.
        lane: width of the lane in feet.

    Returns:
        Distance in feet (from the spot, else from the text, else NULL) and zone (NULL without a spot).
    """
    with np.errstate(invalid="ignore"):
        distance = np.hypot(x - HOOP_X, y)
        three = np.asarray(value) == 3
        codes = np.full(len(x), 2, np.int8)
        codes[(np.abs(x - HOOP_X) <= lane / 2) & (y <= _FREE_THROW_LINE)] = 1
        codes[distance <= _RESTRICTED] = 0
        codes[three] = 5
        corner = three & (y <= _CORNER_Y)
        codes[corner & (x < HOOP_X)] = 3
        codes[corner & (x >= HOOP_X)] = 4
        codes[y > _HALF_COURT] = 6
    known = ~(np.isnan(x) | np.isnan(y))
    zone = pa.DictionaryArray.from_arrays(pa.array(codes, mask=~known), pa.array(ZONES)).cast(pa.string())
    unknown = np.flatnonzero(~known)
    for place, text in zip(unknown.tolist(), texts.take(pa.array(unknown)).to_pylist(), strict=True):
        found = _FEET.search(text or "")
        distance[place] = float(found.group(1)) if found else np.nan
    return pa.array(distance, mask=np.isnan(distance)), zone
