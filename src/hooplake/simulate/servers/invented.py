"""Rows of a declared model with invented values: for endpoints whose numbers follow from no simulated game."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Chance = Callable[..., float]


def invent(models: Mapping[str, Mapping[str, str]], model: str, chance: Chance, *name: object) -> dict[str, Any]:
    """A row of a model.

    Args:
        models: types of fields by model.
        model: the model.
        chance: a number from 0 to 1 for a name.
        name: what the row is called; the same name gives the same row.
    """
    return {field: _value(models, kind, chance, *name, field) for field, kind in models[model].items()}


def _value(models: Mapping[str, Mapping[str, str]], kind: str, chance: Chance, *name: object) -> Any:
    number = chance(*name)
    if kind.endswith("?"):
        # Servers also send null where the model does not allow it, so a client can rely on keys alone.
        if number < 0.1:
            return None
        kind = kind[:-1]
    if kind.startswith("array<"):
        return [_value(models, kind[6:-1], chance, *name, place) for place in range(2)]
    if kind in models:
        return invent(models, kind, chance, *name)
    if kind == "integer":
        return int(number * 100)
    if kind == "number":
        value = round(number * 100, 1)
        return int(value) if value == int(value) else value
    if kind == "boolean":
        return number < 0.5
    if kind in ("date-time", "date"):
        day = f"2024-{1 + int(number * 12):02d}-{1 + int(number * 28):02d}"
        return day if kind == "date" else f"{day}T18:00:00.000Z"
    return f"{name[-1]} {int(number * 1000)}"
