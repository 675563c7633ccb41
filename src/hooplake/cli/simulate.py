"""``hooplake simulate``: documents of games that were never played."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hooplake.cli.session import Session

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Make documents of games that were never played.")


@app.command()
def games(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIRECTORY", help="Where to write; it is made if missing.")],
    league: Annotated[str, typer.Option("--league", help="nba, wnba, mbb or wbb.")] = "nba",
    season: Annotated[int, typer.Option("--season", help="Ending year of the season.")] = 2025,
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="First day. [opening day of the season]"),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, help="How many days.")] = 14,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="COUNT", help="No more than so many games.")
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="summary, gamepackage, page or page_plays; may be repeated. [summary]"),
    ] = None,
    status: Annotated[
        str, typer.Option("--status", help="final, in_progress, scheduled, postponed, canceled or forfeit.")
    ] = "final",
    trap: Annotated[
        list[str] | None,
        typer.Option("--trap", help="Something that real documents do wrong, such as T21; may be repeated."),
    ] = None,
    padding: Annotated[
        int, typer.Option("--padding", min=0, metavar="BYTES", help="Fill each document with news up to this size.")
    ] = 0,
    form: Annotated[str, typer.Option("--form", help="plain, gz or zst.")] = "gz",
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")] = 7,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, metavar="COUNT", help="Worker processes. [setting jobs]")
    ] = None,
) -> None:
    """Write game documents of a simulated season.

    Teams, players and games are invented, play by play; the documents look like those of the real source.

    Examples:
        hooplake simulate games simulated --days 7
        hooplake simulate games simulated --league wbb --kind summary --kind page --trap T21
    """
    from hooplake.simulate import write_documents

    session = Session.of(context)
    paths = write_documents(
        folder,
        league=league,
        season=season,
        start=start.date() if start is not None else None,
        days=days,
        seed=seed,
        kinds=tuple(kind or ("summary",)),
        status=status,
        traps=tuple(trap or ()),
        padding_bytes=padding,
        form=form,
        limit=limit,
        jobs=jobs or session.settings.jobs,
    )
    session.out.say(f"{len(paths):,} documents in {folder / league}: add them to a lake with 'hooplake ingest files'")
    session.out.result({"directory": str(folder / league), "documents": len(paths)})


@app.command()
def traps(context: typer.Context) -> None:
    """List what can be put wrong into simulated documents.

    Examples:
        hooplake simulate traps
    """
    from hooplake.simulate import TRAPS

    out = Session.of(context).out
    out.table(("trap", "what it does", "what it destroys"), [(n, t.does, t.destroys) for n, t in TRAPS.items()])
    out.result({"traps": {n: {"does": t.does, "then": t.then, "destroys": t.destroys} for n, t in TRAPS.items()}})


@app.command()
def serve(
    context: typer.Context,
    league: Annotated[
        list[str] | None, typer.Option("--league", help="nba, wnba, mbb or wbb; may be repeated. [nba and mbb]")
    ] = None,
    season: Annotated[
        list[int] | None, typer.Option("--season", help="Ending year of a season; may be repeated. [2025]")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, help="Days of a season.")] = 14,
    teams: Annotated[
        int | None, typer.Option("--teams", min=2, help="Teams of a league. [the usual number, 60 in college]")
    ] = None,
    today: Annotated[
        datetime | None,
        typer.Option(
            "--today", formats=["%Y-%m-%d"], metavar="DATE", help="Games before it were played. [all of them]"
        ),
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, help="Port to listen on; 0 chooses one.")] = 8901,
    key: Annotated[str, typer.Option("--key", help="The key that the college server takes.")] = "demo",
    calls: Annotated[int, typer.Option("--calls", min=0, help="Calls that the college server allows.")] = 75_000,
    fault: Annotated[
        list[str] | None,
        typer.Option("--fault", metavar="NAME=SHARE", help="Go wrong in this way; may be repeated. See /admin."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same games.")] = 7,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, metavar="COUNT", help="Worker processes. [setting jobs]")
    ] = None,
) -> None:
    """Serve simulated seasons as the real sources would, until stopped.

    One address answers as ESPN (scoreboards and summaries) and as CollegeBasketballData, with their quirks. On the page
    /admin faults are switched on, and calls are counted.

    Examples:
        hooplake simulate serve --league nba --days 30
        HOOPLAKE_ESPN_URL=http://127.0.0.1:8901 hooplake ingest espn --league nba --season 2025
        HOOPLAKE_ESPN_URL=http://127.0.0.1:8901 hooplake ingest espn --league nba --season 2025
        hooplake simulate serve --league mbb --teams 364 --days 115 --fault storm=0.1 --fault cut=0.1
    """
    import asyncio

    from hooplake.errors import ConfigError
    from hooplake.simulate.servers.run import run_server
    from hooplake.simulate.servers.serve import make_servers

    session = Session.of(context)
    servers = make_servers(
        league or ["nba", "mbb"], season or [2025], days=days, teams=teams, today=today.date() if today else None,
        key=key, calls=calls, seed=seed,
    )  # fmt: skip
    try:
        servers.faults.set(
            {name: float(share or 1) for name, _, share in (text.partition("=") for text in fault or ())}
        )
    except ValueError as error:
        raise ConfigError(f"--fault: {error}") from None
    servers.play(jobs or session.settings.jobs)

    def ready(address: str) -> None:
        session.out.say(f"listening on {address}, faults on {address}/admin; Ctrl-C stops")
        session.out.result({"url": address})

    asyncio.run(run_server(servers.app(), host, port, ready))
