"""``hooplake cbbd gap-fill``: what is missing of single games, and whether the partitions are as they should be."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hooplake.cli.output import Output
from hooplake.cli.session import Session
from hooplake.errors import ConfigError, ContractError

if TYPE_CHECKING:
    from hooplake.lakehouse import Lakehouse

EndpointName = Annotated[
    str | None, typer.Option("--endpoint", metavar="NAME", help="plays_game, substitutions_game or lineups_game.")
]


@dataclasses.dataclass(frozen=True)
class _Wanted:
    """What the command line says of a fill."""

    endpoint: str
    discover_s3: bool
    ids: Path | None
    limit: int | None
    concurrency: int | None
    batch: int | None
    resume: Path | None
    mark_empty: bool
    dry_run: bool


def gap_fill(
    context: typer.Context,
    endpoint: EndpointName = None,
    season: Annotated[int | None, typer.Option("--season", metavar="YEAR", help="Ending year.")] = None,
    season_range: Annotated[
        str | None, typer.Option("--season-range", metavar="FIRST-LAST", help="Several seasons, such as 2022-2025.")
    ] = None,
    discover: Annotated[bool, typer.Option("--discover", help="Find the games by a query. [default]")] = False,
    discover_s3: Annotated[
        bool, typer.Option("--discover-s3", help="Find them by listing and reading the files, without a catalogue.")
    ] = False,
    missing_ids_file: Annotated[
        Path | None, typer.Option("--missing-ids-file", metavar="FILE", help="Take them from a file, one id a line.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, metavar="COUNT", help="At most so many games.")] = None,
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", min=1, help="Requests at once. [setting in_flight]")
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option("--batch-size", min=1, metavar="COUNT", help="Renew the resume file after so many requests."),
    ] = None,
    resume_file: Annotated[
        Path | None,
        typer.Option("--resume-file", metavar="FILE", help="Go on with the games in it, and keep those left in it."),
    ] = None,
    mark_empty: Annotated[
        bool, typer.Option("--mark-empty", help="Never ask again for games of which nothing came.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be asked and ask nothing.")] = False,
    validate: Annotated[
        bool, typer.Option("--validate", help="Ask nothing; check the stored partitions of the seasons.")
    ] = False,
) -> None:
    """Fetch what is missing of single games.

    Missing are games that were played and have no rows in the built table; partial are those whose plays do not end at
    the score of the game, or lack a period. Several games of a date cost one request where the endpoint has dates. Games
    of which rows broke a contract are left out, for the same would come again. Build afterwards to see what came.

    With --validate nothing is asked: the partitions of the tables of college are checked against their declarations, and
    it ends with 6 if one breaks them.

    Examples:
        hooplake cbbd gap-fill --endpoint plays_game --season 2025 --dry-run
        hooplake cbbd gap-fill --endpoint lineups_game --season-range 2024-2025 --limit 100 --mark-empty
        hooplake cbbd gap-fill --season 2025 --validate
    """
    from hooplake.sources.cbbd import gap_classes

    session = Session.of(context)
    seasons = _seasons(season, season_range)
    if discover + discover_s3 + (missing_ids_file is not None) > 1:
        raise ConfigError("say one way to find the games: --discover, --discover-s3 or --missing-ids-file")
    if len(seasons) > 1 and (missing_ids_file or resume_file):
        raise ConfigError("a file of games is about one season: say --season")
    if endpoint is None and not validate:
        raise ConfigError(f"say what to fetch with --endpoint: {', '.join(gap_classes.TABLES)}")
    for year in seasons if endpoint else ():
        gap_classes.check_endpoint(str(endpoint), year)
    with session.open() as lake:
        if validate:
            _validate(lake, session.out, endpoint, seasons)
            return
        wanted = _Wanted(
            str(endpoint),
            discover_s3,
            missing_ids_file,
            limit,
            concurrency,
            batch_size,
            resume_file,
            mark_empty,
            dry_run,
        )
        done = [_fill(lake, session.out, wanted, year) for year in seasons]
    session.out.result(done[0][0] if len(done) == 1 else {"seasons": [document for document, _ in done]})
    if code := max(code for _, code in done):
        raise typer.Exit(code)


def _seasons(season: int | None, text: str | None) -> list[int]:
    if (season is None) == (text is None):
        raise ConfigError("say --season or --season-range")
    if text is None:
        return [season or 0]
    first, _, last = text.partition("-")
    if not (first.isdigit() and last.isdigit() and 2003 <= int(first) <= int(last) <= 2200):
        raise ConfigError(f"--season-range {text!r}: two ending years from 2003 on, such as 2022-2025")
    return list(range(int(first), int(last) + 1))


def _fill(lake: Lakehouse, out: Output, wanted: _Wanted, season: int) -> tuple[dict[str, Any], int]:
    """Fill the gaps of a season: what there is to say of it, and the exit code."""
    from hooplake.sources.cbbd import gap_classes, gaps

    aside: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    document: dict[str, Any] = {"season": season}
    given = wanted.resume if wanted.resume is not None and wanted.resume.is_file() else wanted.ids
    if given is not None:
        games: Sequence[str] = _ids(given)
    else:
        if wanted.discover_s3:
            found = gap_classes.gaps_by_listing(lake.store, lake.tables, wanted.endpoint, season)
        else:
            found = gap_classes.gaps_by_query(lake.sql, lake.store, wanted.endpoint, season)
        games, partial, aside = found.wanted, found.partial, found.quarantined
        document |= {"complete": found.complete, "not_expected": found.not_expected}
    plan = gaps.plan_gaps(
        lake.store, lake.settings, wanted.endpoint, season, games, partial=partial, limit=wanted.limit
    )
    asked = set(plan.games)
    document |= {
        "missing": [game for game in plan.games if game not in partial],
        "partial": [game for game in partial if game in asked],
        "quarantined": list(aside),
        "known_empty": plan.empty,
        "given_up": plan.given_up,
        "calls": plan.calls,
    }
    out.say(
        f"{season}: {len(document['missing']):,} games are missing in {gap_classes.TABLES[wanted.endpoint]} and "
        f"{len(document['partial']):,} partial ({plan.empty:,} more are known to be empty, of {plan.given_up:,} there is no "
        f"more to be had, rows of {len(aside):,} are in quarantine): {plan.calls:,} calls"
    )
    if wanted.dry_run or not plan.games:
        return {**document, "dry_run": wanted.dry_run}, 0

    def keep(left: Sequence[str]) -> None:
        if wanted.resume is not None:
            wanted.resume.write_text("".join(f"{game}\n" for game in left), "utf-8")

    settings = dataclasses.replace(lake.settings, in_flight=wanted.concurrency or lake.settings.in_flight)
    result, summary = gaps.fill_gaps(
        lake.store, settings, wanted.endpoint, season, plan, mark_empty=wanted.mark_empty, batch=wanted.batch, keep=keep,
        aside=len(aside),
    )  # fmt: skip
    out.say(
        f"{season}: {result.written:,} answers with rows, {result.empty:,} empty, {result.errors:,} failed, "
        f"{result.skipped:,} games skipped; {len(result.remaining):,} games left"
    )
    return {**document, **dataclasses.asdict(result), "run_id": summary.run_id}, summary.exit_code or 0


def _validate(lake: Lakehouse, out: Output, endpoint: str | None, seasons: Sequence[int]) -> None:
    """Check the partitions of the tables behind an endpoint, or of all college tables."""
    from hooplake.sources.cbbd import gap_classes
    from hooplake.tables.college import college_tables
    from hooplake.tables.quality import quality

    names = college_tables(lake.tables) if endpoint is None else [gap_classes.GAMES, gap_classes.TABLES[endpoint]]
    found = quality(lake.store, lake.tables, names, seasons=seasons)
    there = [one for one in found if one.partitions or not one.ok]
    rows = [(one.table, one.partitions, one.rows, "ok" if one.ok else "broken") for one in there]
    if rows:
        out.table(("table", "partitions", "rows", ""), rows)
    else:
        out.say("there are no partitions of these seasons")
    for one in there:
        for text in (*(f"{count:,} rows break {reason}" for reason, count in one.broken.items()), *one.findings):
            out.say(f"{one.table}: {text}")
    bad = [one.table for one in there if not one.ok]
    out.result({"ok": not bad, "tables": [{**dataclasses.asdict(one), "ok": one.ok} for one in there]})
    if bad:
        raise typer.Exit(ContractError.exit_code)


def _ids(file: Path) -> list[str]:
    try:
        return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror})") from error
