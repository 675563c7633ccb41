"""``hooplake verify``: a sample of the stored analytics rows, made again and asked what they knew."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from hooplake.cli.coverage import Days, First, Last, Leagues, Seasons, Year, chosen_range
from hooplake.cli.session import Session
from hooplake.errors import ContractError

if TYPE_CHECKING:
    from hooplake.tables.verify import Verified

NOT_THERE = 4


def verify(
    context: typer.Context,
    tables: Annotated[
        list[str] | None, typer.Argument(metavar="[TABLE]...", help="Tables of the ten to verify. [all]")
    ] = None,
    league: Leagues = None,
    season: Seasons = None,
    year: Year = None,
    first: First = None,
    last: Last = None,
    days: Days = None,
    sample: Annotated[
        int, typer.Option("--sample", min=1, metavar="COUNT", help="At most so many dates of each table and season.")
    ] = 5,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", help="Another number takes other dates.")] = 0,
) -> None:
    """Make a sample of the analytics rows again, and look for knowledge of what came later.

    Of each date of the sample the rows are made once more, alone, out of what is stored now: they must come out as they
    are stored, whatever was built, corrected and built again before. Tables that stand before a game are made a second
    time with nothing to see of that date and later ones: they must come out the same, but for players whom only the box
    of the game itself shows. Rows are compared by their keys and row hashes; nothing is written.

    Ends with 6 if a row differs, with 4 if no date of the tables is built and up to date.

    Examples:
        hooplake verify
        hooplake verify ml_feature_store --season 2025 --sample 20
        hooplake verify team_defense_zone_analysis --date 2015-12-18 --json
    """
    from hooplake.tables.coverage import ANALYTICS, PRECOMPUTE, tables_named
    from hooplake.tables.verify import verify as ask

    session = Session.of(context)
    out = session.out
    chosen = chosen_range(league, season, year, first, last, None, days)
    names = tables_named(tables or [*ANALYTICS, *PRECOMPUTE])
    with session.open() as lake, out.progress("verify", unit="dates") as bar:
        plan = lake.plan(
            *names,
            leagues=chosen.leagues,
            seasons=chosen.seasons,
            first_date=chosen.first,
            last_date=chosen.last,
            days=chosen.days,
        )
        found = ask(
            plan,
            lake.store,
            lake.tables,
            names,
            sample=sample,
            seed=seed,
            on_total=bar.expect,
            on_date=bar.advance,
        )
    out.table(
        ("table", "question", "dates", "rows", "equal", "box alone", "due", ""),
        [
            (one.table, one.question, one.dates, one.rows, one.equal, one.outside, one.due, _verdict(one))
            for one in found
        ],
    )
    for one in found:
        for text in one.differing:
            out.say(f"{one.table}: {one.question}: {text}")
    due = sum(one.due for one in found)
    if due:
        out.say(f"{due:,} dates of the sample wait for a build and were not asked about: hooplake backfill")
    bad = [one.table for one in found if not one.ok]
    asked = sum(one.dates for one in found)
    if not asked:
        out.say("no date of these tables is built and up to date: hooplake backfill")
    out.result(
        {
            "ok": not bad and asked > 0,
            "sample": sample,
            "seed": seed,
            "tables": [{**dataclasses.asdict(one), "ok": one.ok} for one in found],
        }
    )
    if bad:
        raise typer.Exit(ContractError.exit_code)
    if not asked:
        raise typer.Exit(NOT_THERE)


def _verdict(one: Verified) -> str:
    return "differs" if not one.ok else "ok" if one.dates else "not asked"
