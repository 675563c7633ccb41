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
    from hooplake.postgres.rows import (
        check_data_completeness,
        check_jsonb_path_exists,
        extract_all_jsonb_keys,
        get_collection_info,
        get_espn_box_score,
        get_espn_game_info,
        get_espn_officials,
        get_espn_venue,
        get_game_info,
        get_game_score,
        get_game_summary_string,
        get_migration_info,
        get_play_summary,
        get_player_stats,
        get_quarter_scores,
        get_source_data,
        get_team_info,
        get_top_scorer,
        get_validation_status,
        navigate_jsonb_path,
        validate_required_fields,
    )

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
    "check_data_completeness",
    "check_jsonb_path_exists",
    "extract_all_jsonb_keys",
    "get_collection_info",
    "get_espn_box_score",
    "get_espn_game_info",
    "get_espn_officials",
    "get_espn_venue",
    "get_game_info",
    "get_game_score",
    "get_game_summary_string",
    "get_migration_info",
    "get_play_summary",
    "get_player_stats",
    "get_quarter_scores",
    "get_source_data",
    "get_team_info",
    "get_top_scorer",
    "get_validation_status",
    "navigate_jsonb_path",
    "open",
    "validate_required_fields",
]

# Where a public name is, if it is not one of the errors or of what reads rows of the warehouse.
_HOME = {
    "Lakehouse": "hooplake.lakehouse",
    "Settings": "hooplake.config",
    "open": "hooplake.lakehouse",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'hooplake' has no attribute {name!r}")
    home = _HOME.get(name) or ("hooplake.postgres.rows" if name[0].islower() else "hooplake.errors")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
