"""How games whose plays, substitutions or lineups are missing are fetched one by one.

Which they are says `gap_classes`. Games that were found empty and marked so are left alone, and partial ones of which two
requests brought no more. Where two or more games of a date lack their plays, one request for the date does for all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from hooplake.config import Settings
from hooplake.lake.store import Store
from hooplake.sources.cbbd.endpoints import endpoint
from hooplake.sources.cbbd.known import known_games
from hooplake.sources.cbbd.runs import Run, RunSummary, run_harvest
from hooplake.sources.checkpoints import Entry, open_checkpoints
from hooplake.sources.http.workers import together

MOST_ATTEMPTS = 2
"""How often a game is asked for of which each time something came, but not all."""
Kept = Callable[[Sequence[str]], None]
"""Is told the games that are still to be asked for."""


class GapPlan(NamedTuple):
    """What will be asked.

    Attributes:
        games: the games that are asked for, in order.
        empty: games left out, which were found empty before.
        given_up: games left out, of which there is no more to be had.
        dates: dates that are asked for as a whole, with the games that each is for.
        single: games that are asked for one by one.
    """

    games: tuple[str, ...]
    empty: int
    given_up: int
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
        skipped: games left out: known to be empty, given up, or quarantined.
        remaining: games that are still to be asked for.
    """

    written: int = 0
    empty: int = 0
    errors: int = 0
    skipped: int = 0
    remaining: tuple[str, ...] = ()


def plan_gaps(
    store: Store, settings: Settings, name: str, season: int, games: Sequence[str], *, partial: Collection[str] = (),
    limit: int | None = None,
) -> GapPlan:  # fmt: skip
    """How games are asked for.

    Args:
        store: the lake.
        settings: where the ledger is.
        name: the endpoint.
        season: the season.
        games: the games.
        partial: those of them of which something is there.
        limit: at most so many.
    """
    checkpoints = open_checkpoints(store, settings)
    try:
        known = {entry.params["game_id"]: entry.payload for entry in checkpoints.of(f"gap_fill:{name}")}
    finally:
        checkpoints.close()
    empty = {game for game in games if known.get(game, {}).get("status") == "empty_ok"}
    given_up = {game for game in partial if known.get(game, {}).get("attempts", 0) >= MOST_ATTEMPTS} - empty
    wanted = [game for game in games if game not in empty | given_up][:limit]
    dates: dict[str, list[str]] = {}
    if name == "plays_game":
        starts = {str(game.id): game.start_date[:10] for game in known_games(store, season).values()}
        for game in wanted:
            if game in starts:
                dates.setdefault(starts[game], []).append(game)
    whole = {day: tuple(found) for day, found in dates.items() if len(found) > 1}
    covered = {game for found in whole.values() for game in found}
    single = tuple(game for game in wanted if game not in covered)
    return GapPlan(tuple(wanted), len(empty), len(given_up), whole, single)


def fill_gaps(
    store: Store, settings: Settings, name: str, season: int, plan: GapPlan, *, mark_empty: bool = False,
    batch: int | None = None, keep: Kept | None = None, aside: int = 0,
) -> tuple[GapResult, RunSummary]:  # fmt: skip
    """Fetch what is missing.

    Args:
        store: the lake.
        settings: where the API is.
        name: the endpoint.
        season: the season.
        plan: from `plan_gaps`.
        mark_empty: do not ask again for games of which nothing came.
        batch: requests until `keep` is told what is left; all by default.
        keep: see `Kept`; is told after each batch and at the end, however that comes.
        aside: games that are left out because rows of them are in quarantine.

    Raises:
        QuotaReached: the calls end here; the same command goes on later.
    """
    result = GapResult(skipped=plan.empty + plan.given_up + aside, remaining=plan.games)
    done: set[str] = set()

    def tell() -> None:
        result.remaining = tuple(game for game in plan.games if game not in done)
        if keep is not None:
            keep(result.remaining)

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
            checkpoints = run.harvest.checkpoints
            if filled or mark_empty:
                status = "filled" if filled else "empty_ok"
                before = {game: checkpoints.get(f"gap_fill:{name}", {"game_id": game}) or {} for game in games}
                checkpoints.put(
                    Entry(
                        f"gap_fill:{name}",
                        {"game_id": game},
                        {
                            "season": season,
                            "status": status,
                            "ingested_at": run.now,
                            "attempts": before[game].get("attempts", 0) + 1,
                        },
                    )
                    for game in games
                )
            done.update(games)

        jobs: deque[tuple[str, Collection[str]]] = deque(plan.dates.items())
        jobs.extend((game, (game,)) for game in plan.single)
        try:
            while some := deque(islice(jobs, batch or len(jobs))):
                for _ in range(len(some)):
                    jobs.popleft()
                await together(some, ask)
                tell()
        finally:
            tell()

    arguments = {"endpoint": name, "season": season, "games": len(plan.games)}
    summary = run_harvest(store, settings, work, command="gap-fill", arguments=arguments)
    return result, summary
