"""Arrow without pandas, in processes that make no data frame."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loads much that a command has no use for
    from importlib.abc import Loader, MetaPathFinder
else:
    Loader = MetaPathFinder = object


class _NoPandas(MetaPathFinder):
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
    import pyarrow as pa

    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(finder)


class _Arrow(MetaPathFinder):
    """Finds pyarrow where it is, and settles the question as soon as it is loaded."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != "pyarrow":
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Settling(spec.loader)
        return spec


class _Settling(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader  # whoever asks for its resources asks that one
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        settle_pandas()


def settle_pandas_later() -> None:
    """As `settle_pandas`, once somebody loads pyarrow: a command that does not need it does not wait for it."""
    if "pyarrow" in sys.modules:
        settle_pandas()
    else:
        sys.meta_path.insert(0, _Arrow())
