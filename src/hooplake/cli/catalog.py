"""``hooplake catalog``: the tables of a lake in catalogues of others."""

from __future__ import annotations

from typing import Annotated

import typer

from hooplake.cli.session import Session
from hooplake.errors import ConfigError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Show the tables of a lake to catalogues of others.")


@app.callback()
def _group() -> None:
    """Show the tables of a lake to catalogues of others."""


@app.command("glue")
def glue(
    context: typer.Context,
    prefix: Annotated[
        str, typer.Option("--prefix", help="Databases are named by it and the layer, such as cbbd_gold.")
    ] = "hooplake",
) -> None:
    """Register all tables in AWS Glue, for Athena.

    Columns are those of the declarations; partitions are found by projection, so that nothing is to be done when a season
    or a day is added. Region and access are those of the AWS_* variables.

    Examples:
        hooplake catalog glue --lake s3://hoops-edge --prefix cbbd
    """
    from hooplake.lake.glue import register

    try:
        import boto3
    except ImportError as error:
        raise ConfigError("Glue needs the extra 'aws': pip install 'hooplake[aws]'") from error
    session = Session.of(context)
    with session.open() as lake:
        client = boto3.client("glue")
        try:
            counts = register(client, lake.store, lake.tables, prefix=prefix)
        finally:
            client.close()
    session.out.say(", ".join(f"{count:,} tables {what}" for what, count in counts.items()))
    session.out.result({"databases": prefix, **counts})
