"""What can be asked of the API: a backfill, an increment, one request, letters again; and what a backfill will cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hooplake.config import Settings
from hooplake.errors import ConfigError, HooplakeError
from hooplake.lake.partition import Partition
from hooplake.lake.store import Store
from hooplake.lake.table import Registry, TableSpec
from hooplake.sources.cbbd.completion import advance, finish, season_of
from hooplake.sources.cbbd.endpoints import endpoint, endpoints
from hooplake.sources.cbbd.harvest import Harvest
from hooplake.sources.cbbd.judge import judge
from hooplake.sources.cbbd.known import final_dates, known_games, season_of_date
from hooplake.sources.cbbd.runs import Run, RunSummary, known_quota, last_summary, run_harvest
from hooplake.sources.cbbd.seasons import Planned, Seasons, chosen
from hooplake.sources.checkpoints import open_checkpoints
from hooplake.sources.http.client import Client
from hooplake.sources.request_letters import RequestLetters

FIRST_SEASON = 2010
MOST_DAYS_WITHOUT_A_GAME = timedelta(days=6)
"""The longest pause in a season, at Christmas, and two days until its games are fetched."""


def seasons_between(first: int | None, last: int | None) -> list[int]:
    """Seasons by their ending years; 2010 to the season of today by default.

    Raises:
        ConfigError: the first is after the last, or there were no games.
    """
    today = season_of_date(datetime.now(UTC).date())
    begin, end = first or FIRST_SEASON, last or max(today, first or 0)
    if not 2003 <= begin <= end <= 2200:
        raise ConfigError(f"no seasons from {begin} to {end}: games are known from 2003 on")
    return list(range(begin, end + 1))


def plan(
    store: Store, settings: Settings, seasons: Sequence[int], *, only: Sequence[str] = (), skip_fanout: bool = False,
    optional: bool = False,
) -> tuple[list[Planned], int | None]:  # fmt: skip
    """What a backfill will ask for, and the calls left by the last word of the server (None if it never said).

    Raises:
        ConfigError: no such endpoint.
    """
    wanted = chosen(only, skip_fanout=skip_fanout, optional=optional)
    checkpoints = open_checkpoints(store, settings)
    try:
        client = Client(judge, rate=0, in_flight=1)
        harvest = Harvest(store, checkpoints, client, url=settings.cbbd_url, key="", run_id="")
        return Seasons(harvest, now=time.time()).plan(seasons, wanted), known_quota(checkpoints)
    finally:
        checkpoints.close()


def backfill(
    store: Store, settings: Settings, seasons: Sequence[int], *, only: Sequence[str] = (), skip_fanout: bool = False,
    optional: bool = False, force: bool = False, partial: bool = False,
    tell: Callable[[list[Planned], int | None], object] | None = None,
) -> RunSummary:  # fmt: skip
    """Fetch whole seasons.

    Args:
        store: the lake.
        settings: where the API is.
        seasons: their ending years.
        only: endpoints; all that are on by default.
        skip_fanout: leave out what takes a request per date, team or conference.
        optional: include what takes a request per team, or a larger subscription.
        force: ask for everything again.
        partial: begin although the calls will not suffice.
        tell: gets what is planned and the calls left, before the first request.

    Raises:
        QuotaReached: the calls end here, or will not suffice.
        ConfigError: no such endpoint, no key, or one that is refused.
    """
    wanted = chosen(only, skip_fanout=skip_fanout, optional=optional)

    async def work(run: Run) -> None:
        requests = Seasons(run.harvest, now=run.now)
        planned = requests.plan(seasons, wanted)
        run.planned = sum(one.calls for one in planned)
        if tell is not None:
            tell(planned, known_quota(run.harvest.checkpoints))
        try:
            await requests.backfill(seasons, wanted, (lambda: None) if partial else run.admit)
        finally:
            advance(run, requests, wanted, seasons)

    arguments = {"seasons": list(seasons), "only": list(only), "skip_fanout": skip_fanout, "optional": optional}
    return run_harvest(store, settings, work, command="backfill", arguments=arguments, force=force)


def increment(
    store: Store, settings: Settings, *, days: int, only: Sequence[str] = (), skip_fanout: bool = False
) -> RunSummary:
    """Fetch what can have changed in the last days, what failed, and what is missing of seasons that are over.

    Args:
        store: the lake.
        settings: where the API is.
        days: how many days back.
        only: endpoints; all that are on by default.
        skip_fanout: as for `backfill`.

    Raises:
        QuotaReached: the calls end here.
        ConfigError: as for `backfill`.
    """
    wanted = chosen(only, skip_fanout=skip_fanout)

    async def work(run: Run) -> None:
        await _again(run)
        requests = Seasons(run.harvest, now=run.now)
        await requests.increment(wanted, days=days)
        await finish(run, requests, [one.name for one in wanted])

    return run_harvest(store, settings, work, command="incremental", arguments={"days": days, "only": list(only)})


def one(store: Store, settings: Settings, name: str, params: Mapping[str, Any]) -> RunSummary:
    """Make one request, whether it was made before or not.

    Args:
        store: the lake.
        settings: where the API is.
        name: the endpoint.
        params: its parameters.

    Raises:
        ConfigError: no such endpoint, or a parameter that the server would ignore.
    """
    asked = endpoint(name)
    given = {key: str(value) for key, value in params.items()}
    asked.check(given)

    async def work(run: Run) -> None:
        run.planned = 1
        await run.harvest.get(asked, given, season=season_of(given), since=run.now)

    return run_harvest(store, settings, work, command="one", arguments={"endpoint": name, "params": given})


def replay(store: Store, settings: Settings, shas: Sequence[str] = ()) -> RunSummary:
    """Make requests again that are dead letters.

    Args:
        store: the lake.
        settings: where the API is.
        shas: the letters; all by default.

    Raises:
        QuotaReached: the calls end here.
    """

    async def work(run: Run) -> None:
        await _again(run, shas)

    return run_harvest(store, settings, work, command="replay", arguments={"letters": list(shas)})


async def _again(run: Run, shas: Sequence[str] = ()) -> None:
    for letter in RequestLetters(run.harvest.store).open():
        if letter.endpoint in endpoints() and (not shas or letter.sha in shas):
            await run.harvest.get(
                endpoint(letter.endpoint), letter.params, season=season_of(letter.params), since=run.now
            )


def validate(store: Store, registry: Registry, *, most_letters: int = 0, today: date | None = None) -> list[str]:
    """What is wrong with the last run; nothing if it is as it should be.

    Args:
        store: the lake.
        registry: the table specs.
        most_letters: open dead letters that are put up with.
        today: UTC date; by default that of now.
    """
    summary = last_summary(store)
    if summary is None:
        return ["there was no run yet"]
    found = []
    if summary.finished_at is None:
        found.append(f"run {summary.run_id} did not end: it was killed, or is under way")
    elif summary.exit_code not in (0, 4):
        found.append(f"run {summary.run_id} ended with exit code {summary.exit_code}: {summary.error}")
    for name, counts in summary.endpoints.items():
        asked = (counts["requests"] or 0) + (counts["skipped"] or 0)
        expected = endpoint(name).strategy in ("snapshot", "season")
        if (
            expected
            and counts["requests"]
            and counts["requests"] == (counts["empty"] or 0) + (counts["dead_letters"] or 0)
        ):
            found.append(f"{name}: {asked:.0f} requests and no row")
    for table, partitions in summary.written.items():
        if table in {*registry}:  # the run may be of another version
            found += _broken_keys(store, registry[table], partitions)
    found += _stale(store, today or datetime.now(UTC).date())
    letters = [letter for letter in RequestLetters(store).open() if letter.endpoint in endpoints()]
    if len(letters) > most_letters:
        found.append(f"{len(letters)} dead letters are open: see 'hooplake deadletter list'")
    return found


def _broken_keys(store: Store, spec: TableSpec, partitions: Sequence[str]) -> list[str]:
    """Partitions that a run wrote and that lack a column of the key, or have a NULL in it or a key twice."""
    from hooplake.lake.parquet import read_partition  # not for fetching: it takes a while to load

    found = []
    for text in partitions:
        try:
            rows = read_partition(store, spec, Partition.parse(text, spec), columns=list(spec.key))
        except (HooplakeError, OSError, ValueError, KeyError) as error:  # Arrow says of a damaged file one of these
            found.append(f"{spec.name}/{text}: the keys cannot be read ({error})")
            continue
        if empty := [name for name in spec.key if rows.column(name).null_count]:
            found.append(f"{spec.name}/{text}: {', '.join(empty)} is NULL in the key of a row")
        elif (keys := len(rows.group_by(list(spec.key)).aggregate([]))) < len(rows):
            found.append(f"{spec.name}/{text}: {len(rows) - keys:,} rows have a key that another one has")
    return found


def _stale(store: Store, today: date) -> list[str]:
    """From the middle of November to the end of March there are games every few days, and all but those are known."""
    if not (today.month in (12, 1, 2, 3) or (today.month == 11 and today.day >= 15)):
        return []
    season = season_of_date(today)
    dates = final_dates(known_games(store, season).values())
    newest = max(dates, default="none")
    if newest != "none" and today - date.fromisoformat(newest) <= MOST_DAYS_WITHOUT_A_GAME:
        return []
    return (
        [f"the newest final game of season {season} is of {newest}: run 'hooplake cbbd incremental'"] if dates else []
    )
