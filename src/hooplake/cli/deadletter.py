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
    from hooplake.sources.request_letters import RequestLetters

    session = Session.of(context)
    with session.open() as lake:
        found = letters(lake.store)
        requests = RequestLetters(lake.store).open()
    rows: list[tuple[object, ...]] = [
        (one.sha, one.reason, one.origin, one.size, one.attempts, one.first_seen) for one in found
    ]
    for letter in requests:
        what = " ".join([letter.endpoint, *(f"{name}={text}" for name, text in letter.params.items())])
        rows.append((letter.sha, letter.reason, what, None, len(letter.attempts), letter.first_failed))
    if rows:
        session.out.table(("sha", "reason", "from", "bytes", "attempts", "first seen"), rows)
    else:
        session.out.say("there are no dead letters")
    session.out.result({"letters": [_json(one) for one in found], "requests": [_json(one) for one in requests]})


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
    from hooplake.sources.request_letters import RequestLetters

    session = Session.of(context)
    with session.open() as lake:
        requests = [one for one in RequestLetters(lake.store).open() if one.sha.startswith(sha.lower())]
        letter: Any = requests[0] if len(requests) == 1 else choose(lake.store, [sha])[0]
        if output is not None:
            body = letter.excerpt.encode() if requests else body_of(lake.store, letter)
            try:
                output.write_bytes(body)
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
    from hooplake.sources.replay import replay_requests
    from hooplake.sources.report import IngestReport
    from hooplake.sources.request_letters import RequestLetters

    session = Session.of(context)
    with session.open() as lake, session.out.progress("Reading", unit="MB") as bar:
        open_requests = RequestLetters(lake.store).open()
        wanted = [one for one in open_requests if not shas or any(one.sha.startswith(sha.lower()) for sha in shas)]
        asked = [sha for sha in shas or () if not any(one.sha.startswith(sha.lower()) for one in wanted)]
        resolved = replay_requests(lake.store, lake.settings, wanted) if wanted else 0
        report = IngestReport(())
        if asked or not shas:
            report = replay_letters(
                lake.store, asked, league=league, season=season, date=date.date() if date else None,
                jobs=jobs or lake.settings.jobs, on_progress=in_megabytes(bar),
            )  # fmt: skip
    if wanted:
        session.out.say(f"{resolved:,} of {len(wanted):,} requests succeeded")
    finish(
        report, session.out, verbose=verbose,
        result={**report.to_json(), "requests": {"asked": len(wanted), "resolved": resolved}},
        exit_code=4 if resolved < len(wanted) else report.exit_code,
    )  # fmt: skip


def _json(letter: Any) -> dict[str, Any]:
    import msgspec

    return msgspec.structs.asdict(letter)
