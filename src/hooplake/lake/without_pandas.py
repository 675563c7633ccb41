"""Arrow without pandas, in processes that make no data frame."""

from __future__ import annotations

import importlib.abc
import sys
from collections.abc import Sequence
from types import ModuleType

import pyarrow as pa


class _NoPandas(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if name == "pandas":
            raise ImportError("this process has no use for pandas")


def settle_pandas() -> None:
    """Let pyarrow believe that there is no pandas, for as long as it asks.

    It asks once, when it first sees a Python list, and loads pandas if it is installed: half a second and 60 MB for
    every worker and every command, and none of them makes a data frame. Not for a process that belongs to somebody
    else: pyarrow would not know his data frames until it has made one.
    """
    if "pandas" in sys.modules:
        return
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(finder)
