"""A basketball lakehouse in one package: every game, every play, the box score at any moment.

    >>> import hooplake
    >>> lake = hooplake.open("lake")                      # doctest: +SKIP
    >>> lake.sql("select * from silver.fct_games")        # doctest: +SKIP

The names of ``__all__`` are the public ones. Each is loaded when it is first asked for, so that ``import hooplake``
costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hooplake.config import Settings
    from hooplake.errors import (
        ConfigError,
        Conflict,
        ContractError,
        DocumentError,
        HooplakeError,
        LeaseHeld,
        ObjectNotFound,
        PlanChanged,
        Postponed,
        StoreError,
        UnknownGame,
        UnknownTable,
    )
    from hooplake.lakehouse import Lakehouse, open

__version__ = "0.1.0"

__all__ = [
    "ConfigError",
    "Conflict",
    "ContractError",
    "DocumentError",
    "HooplakeError",
    "Lakehouse",
    "LeaseHeld",
    "ObjectNotFound",
    "PlanChanged",
    "Postponed",
    "Settings",
    "StoreError",
    "UnknownGame",
    "UnknownTable",
    "__version__",
    "open",
]

# Where a public name is, if it is not one of the errors.
_HOME = {
    "Lakehouse": "hooplake.lakehouse",
    "Settings": "hooplake.config",
    "open": "hooplake.lakehouse",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'hooplake' has no attribute {name!r}")
    value = getattr(import_module(_HOME.get(name, "hooplake.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
