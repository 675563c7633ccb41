"""Writes the specs of the bronze tables from the declared models: ``python -m tools.generate_bronze``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hooplake.sources.cbbd.bronze import spec_of
from hooplake.sources.cbbd.columns import lists_of
from hooplake.sources.cbbd.endpoints import endpoints

FOLDER = Path(__file__).parents[1] / "src" / "hooplake" / "sources" / "tables" / "bronze"


def files() -> dict[str, str]:
    """The specs by file name."""
    found = {}
    for one in endpoints().values():
        if one.default != "off":
            for child in (None, *lists_of(one)):
                spec = spec_of(one, child)
                found[f"{spec['name'].partition('.')[2]}.toml"] = as_toml(spec)
    return found


def as_toml(spec: dict[str, Any]) -> str:
    """A spec as TOML, a line per column."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in spec.items() if name != "columns"]
    lines += ["", "[columns]"]
    for name, column in spec["columns"].items():
        inner = ", ".join(f"{key} = {json.dumps(value)}" for key, value in column.items())
        lines.append(f"{name} = {{ {inner} }}")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8")
