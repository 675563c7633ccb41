"""``hooplake leases``: who is building what, and freeing what a run that is gone still holds."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from hooplake.cli.session import Session
from hooplake.errors import ConfigError, LeaseHeld


def leases(
    context: typer.Context,
    broken: Annotated[
        list[str] | None,
        typer.Option("--break", metavar="LEASE", help="Free this lease, as listed; may be given several times."),
    ] = None,
    all_expired: Annotated[
        bool, typer.Option("--break-expired", help="Free all leases that have expired, or whose run is dead.")
    ] = False,
) -> None:
    """List who is building what, and free what a run that is gone still holds.

    A run holds a lease on every partition that it is building, renews it while it lives, and gives it back. A lease that
    was not renewed expires by itself after 15 minutes; any run may then take it, so breaking one only makes it sooner seen.
    A lease is broken only if it has expired or its run's process on this machine has ended: whoever held it can publish
    nothing any more, even if it wakes up. A lease that is held ends the command with 3, and nothing is freed.

    Examples:
        hooplake leases
        hooplake leases --break-expired
        hooplake leases --break gold.player_game_summary/league=nba/source=espn/season=2025
    """
    from hooplake.build.live import lease_states

    session = Session.of(context)
    out = session.out
    with session.open() as lake:
        now = time.time()
        found = lease_states(lake.ledger, lake.store, now)
        freed: list[str] = []
        if broken or all_expired:
            wanted = {one.lease.resource for one in found if one.state != "held"} if all_expired else set()
            known = {one.lease.resource: one for one in found}
            for name in broken or ():
                if name not in known:
                    raise ConfigError(f"no run holds a lease {name!r}: see 'hooplake leases'")
                wanted.add(name)
            held = [known[name] for name in sorted(wanted) if known[name].state == "held"]
            if held:
                lease = held[0].lease
                raise LeaseHeld(
                    f"{lease.resource} is held by run {lease.owner}, which is at work or was less than 15 minutes ago: "
                    f"wait for {max(0.0, lease.expires - now):.0f} s, or end the run"
                )
            dead = {known[name].lease.owner for name in wanted if known[name].state == "dead"}
            lake.ledger.abandon(dead)
            freed = [one.lease.resource for one in found if one.lease.owner in dead]  # all that those runs had
            freed += [lease.resource for lease in lake.ledger.break_leases(wanted)]
            found = lease_states(lake.ledger, lake.store, now)
    documents: list[dict[str, Any]] = [
        {
            "lease": one.lease.resource,
            "state": one.state,
            "run_id": one.lease.owner,
            "run_began": None if one.lease.started is None else _moment(one.lease.started),
            "age_seconds": None if one.lease.started is None else round(now - one.lease.started),
            "expires": _moment(one.lease.expires),
            "expires_in_seconds": round(one.lease.expires - now),
        }
        for one in found
    ]
    for name in freed:
        out.say(f"freed {name}")
    if documents:
        columns = ("lease", "state", "run", "run began", "age s", "expires", "expires in s")
        out.table(columns, [tuple(document.values()) for document in documents])
    else:
        out.say("no lease is held")
    out.result({"leases": documents, "freed": freed})


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
