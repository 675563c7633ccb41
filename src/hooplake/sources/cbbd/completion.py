"""Up to which season an endpoint is done: every request of it made after its end, and no dead letter of it open.

It is one entry per endpoint in the ledger. An increment goes back to the seasons that a backfill began and that are not
done although they are over: what is missing of them is asked for, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from hooplake.sources.cbbd.endpoints import Endpoint, endpoint, endpoints
from hooplake.sources.cbbd.known import season_of_date
from hooplake.sources.cbbd.runs import Run
from hooplake.sources.cbbd.seasons import FRESH, SETTLING, Seasons
from hooplake.sources.checkpoints import Checkpoints, Entry, Payload
from hooplake.sources.request_letters import RequestLetters

SCOPE = {"scope": "endpoint"}
SCHEMA_VERSION = 1


def completion(checkpoints: Checkpoints, name: str) -> Payload | None:
    """What the ledger says of an endpoint as a whole, or None if no backfill has asked for it.

    It has `first_season`, the first that was asked for; `last_completed_season`, up to which all from then on are done, or
    None; `last_ingested_date`, the UTC date of the last run; and `schema_version`.
    """
    return checkpoints.get(name, SCOPE)


def advance(run: Run, requests: Seasons, wanted: Iterable[Endpoint], seasons: Sequence[int]) -> None:
    """Write down how far the endpoints of a run are.

    A season is done if it is over, nothing of it is due, and no letter of it is open.

    Args:
        run: the run.
        requests: its requests.
        wanted: the endpoints.
        seasons: those that the run asked for.
    """
    store, checkpoints = run.harvest.store, run.harvest.checkpoints
    wanted = [one for one in wanted if one.strategy not in ("snapshot", "live")]
    letters = {(letter.endpoint, season_of(letter.params)) for letter in RequestLetters(store).open()}
    due: dict[int, set[str]] = {}

    def complete(one: Endpoint, season: int) -> bool:
        if not _settled(season, run.now):
            return False
        if season not in due:  # once for all endpoints: it takes reading the games of the season
            due[season] = {each.endpoint for each in requests.plan([season], wanted) if each.calls or not each.exact}
        return one.name not in due[season] and (one.name, season) not in letters

    today = datetime.fromtimestamp(run.now, UTC).date()
    found = []
    for one in wanted:
        asked = [season for season in seasons if season >= one.since]
        if not asked:
            continue
        known = completion(checkpoints, one.name) or {}
        first = min(asked[0], known.get("first_season", asked[0]))
        last = known.get("last_completed_season") if first == known.get("first_season") else None
        season = first if last is None else last + 1
        while season <= max(asked) and complete(one, season):
            last, season = season, season + 1
        payload = {
            "first_season": first, "last_completed_season": last, "last_ingested_date": f"{today}",
            "schema_version": SCHEMA_VERSION,
        }  # fmt: skip
        found.append(Entry(one.name, SCOPE, payload))
    checkpoints.put(found)


def unfinished(checkpoints: Checkpoints, now: float) -> dict[str, list[int]]:
    """The seasons that are over and begun but not done, per endpoint.

    Args:
        checkpoints: the ledger.
        now: seconds since 1970.
    """
    current = season_of_date(datetime.fromtimestamp(now, UTC).date())
    found = {}
    for name in endpoints():
        known = completion(checkpoints, name)
        if known is None:
            continue
        last = known["last_completed_season"]
        begin = known["first_season"] if last is None else last + 1
        if over := [season for season in range(begin, current) if _settled(season, now)]:
            found[name] = over
    return found


async def finish(run: Run, requests: Seasons, names: Iterable[str]) -> None:
    """Ask for what is missing of seasons that are over and not done.

    Args:
        run: the run.
        requests: its requests.
        names: the endpoints of the run.
    """
    due = {name: seasons for name, seasons in unfinished(run.harvest.checkpoints, run.now).items() if name in {*names}}
    for season in sorted({season for seasons in due.values() for season in seasons}):
        wanted = [endpoint(name) for name, seasons in due.items() if season in seasons]
        await requests.backfill([season], wanted, lambda: None)
        advance(run, requests, wanted, [season])


def season_of(params: Mapping[str, Any]) -> int:
    """The season of a request: by its own word, else by its dates; 0 if only the rows can tell."""
    for name in ("season", "year"):
        if name in params:
            return int(params[name])
    for name in ("startDateRange", "date"):
        if name in params:
            return season_of_date(datetime.fromisoformat(params[name]).date())
    return 0


def _settled(season: int, now: float) -> bool:
    """Whether a season is over for so long that nothing of it changes, and a fetch can be later than that."""
    end = datetime.combine(date(season, 7, 31), datetime.min.time(), UTC) + SETTLING
    return now - FRESH >= end.timestamp()
