"""``hooplake deadletter``: what could not be taken in, why, and another try."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hooplake.cli.ingest import Day, Jobs, League, Season, Verbose, finish, in_megabytes
from hooplake.cli.session import Session
from hooplake.errors import ConfigError

_Sha = typer.Argument(metavar="SHA", help="The letter, by its hash or the first digits of it.")

deadletter = typer.Typer(help="Show and try again what could not be taken in.")


@deadletter.command("list")
def list_letters(context: typer.Context) -> None:
    """List what could not be taken in, the oldest first.

    Examples:
        hooplake deadletter list
        hooplake deadletter list --json | jq -r '.letters[].replay'
    """
    from hooplake.sources.letters import letters

    session = Session.of(context)
    with session.open() as lake:
        found = letters(lake.store)
    rows = [(one.sha, one.reason, one.origin, one.size, one.attempts, one.first_seen) for one in found]
    if rows:
        session.out.table(("sha", "reason", "from", "bytes", "attempts", "first seen"), rows)
    else:
        session.out.say("there are no dead letters")
    session.out.result({"letters": [_json(one) for one in found]})


@deadletter.command("show")
def show(
    context: typer.Context,
    sha: Annotated[str, _Sha],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the bytes of the letter to this file.")
    ] = None,
) -> None:
    """Show one dead letter: what is wrong, and the command that tries again.

    Examples:
        hooplake deadletter show 1c2fe21bd2bc
        hooplake deadletter show 1c2f --output broken.json
    """
    from hooplake.sources.letters import body_of, choose

    session = Session.of(context)
    with session.open() as lake:
        (letter,) = choose(lake.store, [sha])
        if output is not None:
            try:
                output.write_bytes(body_of(lake.store, letter))
            except OSError as error:
                raise ConfigError(f"{output}: cannot be written ({error.strerror}); name another file.") from error
    session.out.table(("", ""), list(_json(letter).items()))
    session.out.result(_json(letter))


@deadletter.command("replay")
def replay(
    context: typer.Context,
    shas: Annotated[
        list[str] | None, typer.Argument(metavar="[SHAS]", help="Letters, by the first digits of their hashes. [all]")
    ] = None,
    league: League = None,
    season: Season = None,
    date: Day = None,
    jobs: Jobs = None,
    verbose: Verbose = False,
) -> None:
    """Try to take in dead letters again; those that succeed are removed.

    Examples:
        hooplake deadletter replay
        hooplake deadletter replay 1c2fe21bd2bc --date 2025-07-12
    """
    from hooplake.sources.files import replay_letters

    session = Session.of(context)
    with session.open() as lake, session.out.progress("Reading", unit="MB") as bar:
        report = replay_letters(
            lake.store, shas or (), league=league, season=season, date=date.date() if date else None,
            jobs=jobs or lake.settings.jobs, on_progress=in_megabytes(bar),
        )  # fmt: skip
    finish(report, session.out, verbose=verbose)


def _json(letter: Any) -> dict[str, Any]:
    import msgspec

    return msgspec.structs.asdict(letter)
