"""``hooplake demo``: the main job end to end, on a league that does not exist."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hooplake.cli.output import Output
from hooplake.cli.session import Session
from hooplake.errors import ConfigError, HooplakeError

if TYPE_CHECKING:
    from hooplake.lakehouse import Lakehouse
    from hooplake.replay.moments.answers import Span

_SEASON = 2025


def demo(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", min=1, max=170, help="How many days of the season.")] = 14,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same league.")] = 7,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, metavar="COUNT", help="Worker processes. [setting jobs]")
    ] = None,
) -> None:
    """Show the main job end to end on a league that does not exist.

    Two weeks of games are invented, taken in, built into the lake, replayed and verified; then three questions are
    asked. The lake stays, so that you can go on asking.

    Examples:
        hooplake demo
        hooplake --lake /tmp/lake demo --days 3
    """
    session = Session.of(context)
    out = session.out
    if "://" in session.settings.lake:
        raise ConfigError("the demo makes a lake in a directory: name one with --lake DIRECTORY")
    workers = jobs or session.settings.jobs
    documents = Path(session.settings.lake).parent / "simulated"
    started = time.perf_counter()
    with session.open(create=True) as lake:
        made = _make(lake, documents, days, seed, workers, out)
        answers = _ask(lake, out)
        summary = _verified(lake, out)
    _where(Path(session.settings.lake), documents, answers["game_id"], out)
    seconds = time.perf_counter() - started
    out.say(f"\nDone in {seconds:.1f} s.")
    out.result({**made, **answers, "verification": summary, "seconds": round(seconds, 3)})


def _make(lake: Lakehouse, documents: Path, days: int, seed: int, jobs: int, out: Output) -> dict[str, Any]:
    """Invent the games, take them in, build the lake."""
    from hooplake.simulate import write_documents

    start = time.perf_counter()
    paths = write_documents(documents, season=_SEASON, days=days, seed=seed, kinds=("summary",), form="gz", jobs=jobs)
    out.say(f"1. {len(paths)} games of {days} days invented, as the source would send them  {_since(start)}")
    start = time.perf_counter()
    taken = lake.ingest_files([documents], jobs=jobs)
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in taken.counts.items() if count)
    out.say(f"2. taken into the lake: {counts}  {_since(start)}")
    start = time.perf_counter()
    plan = lake.plan()
    with out.progress("Building", total=plan.units, unit="units") as progress:
        done = 0

        def tell(now: int) -> None:
            nonlocal done
            progress.advance(now - done)
            done = now

        report = lake.run(plan, jobs=jobs, on_progress=lambda state: tell(state.done))
    if report.exit_code:
        raise HooplakeError(f"the build ended with failures: {report.failures[:3]}")
    total = report.total
    out.say(f"3. built: {total.rows:,} rows in {total.written} objects  {_since(start)}")
    return {"documents": len(paths), "taken_in": taken.counts, "rows": total.rows, "objects": total.written}


def _since(start: float) -> str:
    return f"({time.perf_counter() - start:.1f} s)"


def _ask(lake: Lakehouse, out: Output) -> dict[str, Any]:
    """Three questions about moments, of the closest game."""
    closest = lake.sql(
        "select game_id from silver.fct_games where played and league = 'nba' "
        "order by abs(home_score - away_score), game_id limit 1"
    ).to_pylist()[0]["game_id"]
    game = lake.game(closest)
    out.say(f"\nThe closest game: {game.away.team} at {game.home.team}, {game.game_date} (game {closest})")

    score = game.score_at("Q3 7:32")
    out.say(f"\n4. What was the score at 7:32 of the third quarter?\n   {score}")

    third = game.quarter_box("Q3")
    best = _best(third)
    out.say("\n5. Who led the third quarter?")
    out.table(
        ("player", "min", "pts", "fg", "3p", "ft", "reb", "ast", "+/-"),
        [
            (
                line.player, line.minutes, line.points, f"{line.fgm}-{line.fga}", f"{line.fg3m}-{line.fg3a}",
                f"{line.ftm}-{line.fta}", line.reb, line.ast, line.plus_minus,
            )
            for line in best
        ],
    )  # fmt: skip

    court = game.on_court("Q4 2:00")
    fives = {
        str(team): ", ".join(map(str, players)) if players else "not known"
        for team, players in ((game.home, court.home), (game.away, court.away))
    }
    out.say("\n6. Who was on court two minutes before the end?")
    for team, names in fives.items():
        out.say(f"   {team}: {names}")
    return {
        "game_id": closest,
        "score_at_q3_7_32": {"home": score.home_score, "away": score.away_score},
        "third_quarter": [{"player": line.player, "points": line.points} for line in best],
        "on_court_at_q4_2_00": fives,
    }


def _best(span: Span) -> list[Any]:
    return sorted(span.lines, key=lambda line: (-line.points, line.player_id))[:3]


def _verified(lake: Lakehouse, out: Output) -> list[dict[str, Any]]:
    """How the replay compares with the official boxes."""
    table = lake.sql("select * from gold.verification_summary")
    rows: list[dict[str, Any]] = table.to_pylist()
    out.say("\n7. Every player's line, replayed from the plays, against the official box:")
    out.table(table.column_names, [tuple(row.values()) for row in rows])
    return rows


def _where(lake: Path, documents: Path, game_id: str, out: Output) -> None:
    shown = _shown(lake)
    out.say(f"\nThe lake is {shown}: raw documents in raw/, facts in silver/, snapshots and boxes in gold/ (Parquet).")
    option = "" if shown == "lake" else f" --lake {shown}"
    out.say("Try next:")
    for command in (
        f"hooplake{option} game show {game_id}",
        f'hooplake{option} game box {game_id} --at "half"',
        f'hooplake{option} sql "select * from gold.box_score_verification limit 5"',
        f"hooplake{option} build --dry-run",
        f"hooplake{option} ingest files YOUR_ESPN_DOCUMENTS && hooplake{option} build",
    ):
        out.say(f"  {command}")
    out.say(f"The invented documents are in {_shown(documents)}.")


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
