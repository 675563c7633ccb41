"""The commands, in the order in which ``hooplake --help`` lists them. To add one, add a line.

The place is ``module:name`` of a function, which becomes one command, or of a ``typer.Typer``, which becomes a group.
The summary stands here and not only in the module, so that the list can be printed without loading it; it is the first
line of the docstring there, without its full stop, and a test compares the two.
"""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """One command or group: its name, where it is, and what the list says of it."""

    name: str
    place: str
    summary: str


COMMANDS = (
    Command("demo", "hooplake.cli.demo:demo", "Show the main job end to end on a league that does not exist"),
    Command("ingest", "hooplake.cli.ingest:ingest", "Take games into the lake"),
    Command("cbbd", "hooplake.cli.cbbd:app", "College basketball from CollegeBasketballData, within its calls"),
    Command("build", "hooplake.cli.build:build", "Build what is due"),
    Command("status", "hooplake.cli.coverage:status", "Show how complete the analytics tables are"),
    Command("gaps", "hooplake.cli.coverage:gaps", "List what is due and not there, and the command that would fix it"),
    Command("backfill", "hooplake.cli.backfill:backfill", "Fill the analytics tables over any range"),
    Command("runs", "hooplake.cli.history:runs", "List the runs of builds and backfills, newest first"),
    Command(
        "leases",
        "hooplake.cli.leases:leases",
        "List who is building what, and free what a run that is gone still holds",
    ),
    Command(
        "explain",
        "hooplake.cli.history:explain",
        "Say why a date of a table was built, from what, and whether it would run again",
    ),
    Command("hash", "hooplake.cli.hashes:app", "Complete and check the row hashes of the analytics tables"),
    Command("quality", "hooplake.cli.quality:quality", "Check the stored rows against what their tables declare"),
    Command(
        "verify",
        "hooplake.cli.verify:verify",
        "Make a sample of the analytics rows again, and look for knowledge of what came later",
    ),
    Command("catalog", "hooplake.cli.catalog:app", "Show the tables of a lake to catalogues of others"),
    Command("deadletter", "hooplake.cli.deadletter:deadletter", "Show and try again what could not be taken in"),
    Command("simulate", "hooplake.cli.simulate:app", "Make documents of games that were never played"),
    Command("game", "hooplake.cli.game:app", "Ask one game about any moment"),
    Command("enrich", "hooplake.cli.enrich:enrich", "Merge the 58 features into the rows of games in Postgres"),
    Command("postgres", "hooplake.cli.postgres:app", "Set up a Postgres warehouse"),
    Command("publish", "hooplake.cli.publish:app", "Publish tables of the lake"),
    Command("validate", "hooplake.cli.validate:app", "Check what is in Postgres"),
    Command("sql", "hooplake.cli.sql:sql", "Ask the lake a question in SQL"),
)
