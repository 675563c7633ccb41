"""The options of all commands that talk to Postgres."""

from __future__ import annotations

from typing import Annotated

import typer

Dsn = Annotated[
    str | None,
    typer.Option(
        "--dsn",
        metavar="DSN",
        help="Connection string, such as postgresql://user@host/database. [default: PG*, else POSTGRES_* variables]",
    ),
]
Host = Annotated[str | None, typer.Option("--host", help="Server, or directory of its socket.")]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port of the server.")]
Database = Annotated[str | None, typer.Option("--database", help="Name of the database.")]
User = Annotated[str | None, typer.Option("--user", help="Name of the user.")]
Password = Annotated[
    str | None, typer.Option("--password", help="Password; better in PGPASSWORD or ~/.pgpass than on a command line.")
]
