"""Connections: what is said first wins (argument, ``PG*``, ``POSTGRES_*``, the defaults of libpq)."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hooplake.errors import ConfigError, HooplakeError, Postponed

if TYPE_CHECKING:
    import psycopg

_VARIABLES = {
    "host": ("PGHOST", "POSTGRES_HOST"),
    "port": ("PGPORT", "POSTGRES_PORT"),
    "dbname": ("PGDATABASE", "POSTGRES_DB", "POSTGRES_DATABASE"),
    "user": ("PGUSER", "POSTGRES_USER"),
    "password": ("PGPASSWORD", "POSTGRES_PASSWORD"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A database to connect to.

    Attributes:
        parameters: of the connection, by the names of libpq; the password may be among them.
    """

    parameters: Mapping[str, str]

    @classmethod
    def of(
        cls,
        dsn: str | None = None,
        *,
        host: str | None = None,
        port: int | None = None,
        database: str | None = None,
        user: str | None = None,
        password: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Place:
        """The database that the arguments and the environment name.

        Args:
            dsn: connection string (``postgresql://...`` or ``host=... dbname=...``).
            host: server, or directory of its socket; like the next four it wins over the connection string.
            port: port.
            database: name of the database.
            user: name of the user.
            password: password; empty for none.
            environ: environment variables; default those of the process.

        Raises:
            ConfigError: the connection string is malformed, or psycopg is not installed.
        """
        try:
            import psycopg
            from psycopg.conninfo import conninfo_to_dict
        except ImportError as error:
            raise ConfigError(f"Postgres needs psycopg 3: pip install 'hooplake[postgres]' ({error})") from error
        environ = os.environ if environ is None else environ
        try:
            found = {name: str(value) for name, value in conninfo_to_dict(dsn or "").items() if value is not None}
        except psycopg.Error as error:
            # libpq quotes what it does not understand, which may be the password
            raise ConfigError("--dsn is not a connection string: give postgresql://user@host/database") from error
        given = {"host": host, "port": port, "dbname": database, "user": user, "password": password}
        found |= {name: str(value) for name, value in given.items() if value is not None}
        for name, variables in _VARIABLES.items():
            value = next((environ[variable] for variable in variables if environ.get(variable)), None)
            if value is not None:
                found.setdefault(name, value)
        if not found.get("password"):
            found.pop("password", None)
        return cls(found)

    def __str__(self) -> str:
        """Host, port and database, never the password."""
        get = self.parameters.get
        port = f":{get('port')}" if get("port") else ""
        return f"{get('user', '')}@{get('host', 'localhost')}{port}/{get('dbname', '')}".removeprefix("@")


@contextmanager
def connect(place: Place, *, read_only: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """A connection in which every statement is its own transaction, unless one is begun.

    Args:
        place: the database.
        read_only: refuse every write.

    Raises:
        ConfigError: the database cannot be reached, or it is not allowed.
        Postponed: the connection was lost in the middle; what was committed stays.
        HooplakeError: the database refused a statement.
    """
    import psycopg

    # What goes wrong while an interrupted transaction is rolled back is of no use to anybody: the connection is closed,
    # and the server undoes it. A program that wants to read it has handlers of its own.
    if not (log := logging.getLogger("psycopg")).handlers:
        log.addHandler(logging.NullHandler())
    parameters: dict[str, Any] = {"application_name": "hooplake", "connect_timeout": "15", **place.parameters}
    try:
        connection = psycopg.connect("", autocommit=True, **parameters)
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ConfigError(
            f"cannot connect to {place}: {reason}. Check --dsn, --host, --database and --user."
        ) from error
    try:
        if read_only:
            connection.execute("set default_transaction_read_only = on")
        yield connection
    except psycopg.Error as error:
        if connection.closed or connection.broken:
            raise Postponed(
                f"the connection to {place} was lost: {error}. Run the same command again to go on."
            ) from error
        raise HooplakeError(f"{place} refused a statement: {error}") from error
    finally:
        connection.close()
