"""What the API no longer tells of, from the raw bodies to two small tables that silver reads.

Of endpoints with a cap: games that a drain of the season did not find. Of those that one request tells whole: the day on
which it was last made, before which nothing counts.
"""

from __future__ import annotations

import hashlib
from datetime import date

import msgspec

from hooplake.build.step import WHOLE, Computed, Discovered, Discovery, Step, Task, UnitInput, code_version
from hooplake.games.cbbd.gone import gone, newest_drains
from hooplake.games.cbbd.raw import INDEXED, PREFIX, RawBody, read_indexes
from hooplake.lake.partition import Partition
from hooplake.sources.cbbd.endpoints import Endpoint, endpoint
from hooplake.sources.checkpoints import parameter_hash

GONE, WHOLE_FETCHES = "silver.cbbd_removed_games", "silver.cbbd_complete_fetches"
_LISTS = (
    "conferences", "conferences_history", "teams", "venues", "lines_providers", "plays_types", "draft_teams",
    "draft_positions", "rankings", "teams_roster", "recruiting_players", "recruiting_teams", "recruiting_portal",
    "draft_picks",
)  # fmt: skip
"""Endpoints that one request tells whole. Ratings and totals, which are too, are kept by the day on which they were told."""
_EMPTY = hashlib.sha256(b"[]").hexdigest()[:8]
"""Content of an answer without a row, which is not believed where there were rows before."""


class _Found(msgspec.Struct):
    """What is known of a season: games that are gone by endpoint, and days of whole fetches by endpoint."""

    games: dict[str, list[str]] = msgspec.field(default_factory=dict)
    days: dict[str, str] = msgspec.field(default_factory=dict)


def discover(context: Discovery) -> Discovered:
    """The seasons of which something is gone, or was asked for as a whole."""
    paths = context.paths(PREFIX)
    bodies: dict[tuple[str, int], list[RawBody]] = {}
    for path in paths:
        raw = RawBody.parse(path)
        if raw is not None:
            bodies.setdefault((raw.endpoint, raw.season), []).append(raw)
    found: dict[int, _Found] = {}
    for (name, season), drain in newest_drains(context.store, paths).items():
        if name in INDEXED:
            told = bodies.get((name, season), [])
            if games := gone(zip(told, read_indexes(context.store, told), strict=True), drain):
                found.setdefault(season, _Found()).games[name] = sorted(games)
    for (name, season), told in bodies.items():
        if name in _LISTS and (days := [raw.asof for raw in told if _is_whole(endpoint(name), raw)]):
            found.setdefault(season, _Found()).days[name] = max(days).isoformat()
    return {Partition(season=season): {WHOLE: _unit(what)} for season, what in found.items()}


def _is_whole(one: Endpoint, raw: RawBody) -> bool:
    """Whether a body is all that an endpoint has: of a season, or of a list without one."""
    params = {} if one.strategy == "snapshot" else {one.season_param: str(raw.season)}
    return raw.parameters == parameter_hash(params)[:8] and raw.content != _EMPTY


def _unit(what: _Found) -> UnitInput:
    text = msgspec.json.encode(what, order="sorted")
    return UnitInput(date="", parts=(("told", hashlib.sha256(text).hexdigest()),), refs=(text.decode(),))


def compute(task: Task) -> Computed:
    """The two tables of a season."""
    import pyarrow as pa  # a plan does not load what computes

    what = msgspec.json.decode(task.units[WHOLE].refs[0], type=_Found)
    pairs = [(name, game) for name, games in what.games.items() for game in games]
    names, games = ([pair[place] for pair in pairs] for place in (0, 1))
    days = [date.fromisoformat(day) for day in what.days.values()]
    return Computed(
        {
            GONE: pa.table({"endpoint": pa.array(names, pa.string()), "game_id": pa.array(games, pa.string())}),
            WHOLE_FETCHES: pa.table(
                {"endpoint": pa.array([*what.days], pa.string()), "told_on": pa.array(days, pa.date32())}
            ),
        }
    )


REMOVAL_STEP = Step(
    name="silver.cbbd_removed",
    outputs=(GONE, WHOLE_FETCHES),
    version=code_version(
        "hooplake.sources.cbbd.removal", "hooplake.games.cbbd.gone", "hooplake.games.cbbd.raw",
        "hooplake.sources.cbbd.endpoints",
    ),
    compute=compute,
    discover=discover,
)  # fmt: skip
