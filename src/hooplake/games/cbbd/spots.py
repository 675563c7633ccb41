"""Where shots were taken: from the whole floor of the API to the half floor of the neutral model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float64]
LENGTH, WIDTH = 94.0, 50.0
"""Feet; the API states tenths of them, along the floor from one baseline and across it."""
HOOP = 5.25
"""Feet from the baseline to the middle of the hoop."""


def half_floor(x: Float, y: Float, attack: npt.NDArray[np.int64]) -> tuple[Float, Float]:
    """Spots relative to the basket that a team attacks.

    Which of the two that is follows from where most of its shots of a period are: a shot from beyond half-court is one
    at the far basket, and not a near one at the other.

    Args:
        x: tenths of feet along the floor, NaN where not known; shape (n,).
        y: tenths of feet across it; shape (n,).
        attack: a number for each team, period and game; shape (n,).

    Returns:
        Feet across the floor (0 to 50, the hoop is at 25) and along it from the hoop, NaN where not known.
    """
    along, across = x / 10, y / 10
    known = ~(np.isnan(along) | np.isnan(across))
    groups, place = np.unique(attack, return_inverse=True)
    far = np.bincount(place[known], along[known] > LENGTH / 2, len(groups))
    seen = np.maximum(np.bincount(place[known], minlength=len(groups)), 1)
    at_far_end = (far / seen > 0.5)[place]
    along = np.where(at_far_end, LENGTH - along, along)
    across = np.where(at_far_end, WIDTH - across, across)
    return np.where(known, across, np.nan), np.where(known, along - HOOP, np.nan)
