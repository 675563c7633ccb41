"""Derived tables of college basketball from CollegeBasketballData."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hooplake.lake.table import TableSpec


def college_tables(declared: Iterable[str]) -> list[str]:
    """The tables that come from CollegeBasketballData: bronze, and those declared in this folder.

    Args:
        declared: names of all tables of the lake.
    """
    own = {TableSpec.load(file).name for file in Path(__file__).parent.glob("*.toml")}
    return [name for name in declared if name.startswith("bronze.") or name in own]
