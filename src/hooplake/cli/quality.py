"""``hooplake quality``: whether the stored rows keep what their tables declare."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from hooplake.cli.session import Session
from hooplake.errors import ContractError


def quality(
    context: typer.Context,
    tables: Annotated[list[str] | None, typer.Argument(metavar="[TABLE]...", help="Tables to check. [all]")] = None,
) -> None:
    """Check the stored rows against what their tables declare.

    Types, NULLs, ranges, keys, rules and null budgets of every partition, the paths and columns of its objects, rows that
    name rows of other tables, and what must hold between tables: of college games boxes that add up, periods and players
    that make the score, factors that follow from their counts; of the analytics tables that both sides of a game are told
    the same, that players add up to their team, that dates look like those before them, and that a season has what models
    need. Ends with 6 if a contract is broken; what happens in real seasons is a warning.

    Examples:
        hooplake quality
        hooplake quality gold.team_season_summary silver.cbbd_fct_games --json
    """
    from hooplake.tables.quality import quality as check

    session = Session.of(context)
    out = session.out
    with session.open() as lake:
        found = check(lake.store, lake.tables, tables or ())
    rows = [
        (one.table, one.partitions, one.rows, sum(one.broken.values()), len(one.findings), "ok" if one.ok else "broken")
        for one in found
    ]
    if rows:
        out.table(("table", "partitions", "rows", "breaches", "findings", ""), rows)
    else:
        out.say("there are no rows to check")
    for one in found:
        for reason, count in one.broken.items():
            out.say(f"{one.table}: {count:,} rows break {reason}")
        for text in one.findings:
            out.say(f"{one.table}: {text}")
        for text in one.warnings:
            out.say(f"{one.table}: warning: {text}")
    bad = [one.table for one in found if not one.ok]
    out.result({"ok": not bad, "tables": [{**dataclasses.asdict(one), "ok": one.ok} for one in found]})
    if bad:
        raise typer.Exit(ContractError.exit_code)
