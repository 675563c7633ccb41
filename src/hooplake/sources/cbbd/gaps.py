"""Games whose plays, substitutions or lineups are missing, and how they are fetched one by one.

A game is expected if it was played to its end in a season that the endpoint covers. What is there is read from the
built tables, by a query or from the listed files; both give the same set. Games that were found empty and marked so are
left alone. Where two or more games of a date lack their plays, one request for the date does for all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hooplake.config import Settings
from hooplake.errors import ConfigError
from hooplake.lake.parquet import read_partition
from hooplake.lake.partition import list_partitions
from hooplake.lake.store import Store
from hooplake.lake.table import TableSpec
from hooplake.sources.cbbd.endpoints import endpoint
from hooplake.sources.cbbd.known import known_games
from hooplake.sources.cbbd.runs import Run, RunSummary, run_harvest
from hooplake.sources.checkpoints import Entry, open_checkpoints
from hooplake.sources.http.workers import together

TABLES = {
    "plays_game": "silver.cbbd_fct_plays",
    "substitutions_game": "silver.cbbd_fct_substitutions",
    "lineups_game": "silver.cbbd_fct_lineups",
}
"""The endpoints that fill gaps, and the table in which a game is there or missing."""

MISSING_SQL = """select game.game_id from silver.cbbd_fct_games game
left join (select distinct season, game_id from {table}) there
    on there.season = game.season and there.game_id = game.game_id
where game.season = {season} and game.is_final and there.game_id is null
order by cast(game.game_id as bigint)"""
"""The games without rows in a table, for any engine that reads the catalogue."""


class GapPlan(NamedTuple):
    """What will be asked.

    Attributes:
        games: the games that are missing, in order.
        empty: games left out, which were found empty before.
        dates: dates that are asked for as a whole, with the games that each is for.
        single: games that are asked for one by one.
    """

    games: tuple[str, ...]
    empty: int
    dates: Mapping[str, tuple[str, ...]]
    single: tuple[str, ...]

    @property
    def calls(self) -> int:
        """Calls that it costs."""
        return len(self.dates) + len(self.single)


@dataclass
class GapResult:
    """What came of it.

    Attributes:
        written: requests that brought rows.
        empty: requests that brought none.
        errors: requests that failed.
        remaining: games that are still to be asked for.
    """

    written: int = 0
    empty: int = 0
    errors: int = 0
    remaining: tuple[str, ...] = ()


def check_endpoint(name: str, season: int) -> None:
    """Whether gaps of an endpoint can be filled.

    Raises:
        ConfigError: not one of `TABLES`, or a season before its first.
    """
    if name not in TABLES:
        raise ConfigError(f"{name} does not fill gaps: choose one of {', '.join(TABLES)}")
    if season < endpoint(name).since:
        raise ConfigError(f"{name} has no data before season {endpoint(name).since}")


def missing_by_listing(store: Store, games: TableSpec, target: TableSpec, season: int) -> list[str]:
    """The games without rows in a table, read from the files alone.

    Args:
        store: the lake.
        games: spec of ``silver.cbbd_fct_games``.
        target: spec of the table.
        season: the season.
    """
    expected: set[str] = set()
    there: set[str] = set()
    for partition in list_partitions(store, games):
        if partition["season"] == season:
            rows = read_partition(store, games, partition, columns=["game_id", "is_final"]).to_pydict()
            expected |= {game for game, final in zip(rows["game_id"], rows["is_final"], strict=True) if final}
    for partition in list_partitions(store, target):
        if partition["season"] == season:
            there |= set(read_partition(store, target, partition, columns=["game_id"]).column("game_id").to_pylist())
    return sorted(expected - there, key=int)


def plan_gaps(
    store: Store, settings: Settings, name: str, season: int, games: Sequence[str], *, limit: int | None = None
) -> GapPlan:
    """How missing games are asked for.

    Args:
        store: the lake.
        settings: where the ledger is.
        name: the endpoint.
        season: the season.
        games: the missing games.
        limit: at most so many.
    """
    checkpoints = open_checkpoints(store, settings)
    try:
        empty = {e.params["game_id"] for e in checkpoints.of(f"gap_fill:{name}") if e.payload["status"] == "empty_ok"}
    finally:
        checkpoints.close()
    wanted = [game for game in games if game not in empty][:limit]
    dates: dict[str, list[str]] = {}
    if name == "plays_game":
        starts = {str(game.id): game.start_date[:10] for game in known_games(store, season).values()}
        for game in wanted:
            if game in starts:
                dates.setdefault(starts[game], []).append(game)
    whole = {day: tuple(found) for day, found in dates.items() if len(found) > 1}
    covered = {game for found in whole.values() for game in found}
    single = tuple(game for game in wanted if game not in covered)
    return GapPlan(tuple(wanted), sum(game in empty for game in games), whole, single)


def fill_gaps(
    store: Store, settings: Settings, name: str, season: int, plan: GapPlan, *, mark_empty: bool = False
) -> tuple[GapResult, RunSummary]:
    """Fetch what is missing.

    Args:
        store: the lake.
        settings: where the API is.
        name: the endpoint.
        season: the season.
        plan: from `plan_gaps`.
        mark_empty: do not ask again for games of which nothing came.

    Raises:
        QuotaReached: the calls end here; the same command goes on later.
    """
    result = GapResult(remaining=plan.games)
    done: set[str] = set()

    async def work(run: Run) -> None:
        run.planned = plan.calls

        async def ask(job: tuple[str, Collection[str]]) -> None:
            value, games = job
            one = endpoint("plays_date" if len(games) > 1 else name)
            params = {"date": value} if len(games) > 1 else {"gameId": value}
            got = await run.harvest.get(one, params, season=season, since=run.now)
            if got is None:
                result.errors += 1
                return
            filled = got.payload["status"] == "done"
            result.written += filled
            result.empty += not filled
            if filled or mark_empty:
                status = "filled" if filled else "empty_ok"
                run.harvest.checkpoints.put(
                    Entry(
                        f"gap_fill:{name}",
                        {"game_id": game},
                        {"season": season, "status": status, "ingested_at": run.now},
                    )
                    for game in games
                )
            done.update(games)

        jobs: deque[tuple[str, Collection[str]]] = deque(plan.dates.items())
        jobs.extend((game, (game,)) for game in plan.single)
        try:
            await together(jobs, ask)
        finally:
            result.remaining = tuple(game for game in plan.games if game not in done)

    arguments = {"endpoint": name, "season": season, "games": len(plan.games)}
    summary = run_harvest(store, settings, work, command="gap-fill", arguments=arguments)
    return result, summary
