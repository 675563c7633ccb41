"""Where to connect: what is said first wins, and a password is never told."""

from __future__ import annotations

import pytest

from hooplake.errors import ConfigError, HooplakeError, Postponed
from hooplake.postgres.connect import Place, connect


def parameters(dsn: str | None = None, *, environ: dict[str, str] | None = None, **given: object) -> dict[str, str]:
    return dict(Place.of(dsn, environ=environ or {}, **given).parameters)  # type: ignore[arg-type]


def test_an_argument_wins_over_the_dsn_and_the_dsn_over_the_environment() -> None:
    environ = {
        "PGHOST": "pg", "POSTGRES_HOST": "docker", "POSTGRES_USER": "docker", "PGPORT": "1", "POSTGRES_DB": "docker",
    }  # fmt: skip
    assert parameters(environ=environ) == {"host": "pg", "port": "1", "user": "docker", "dbname": "docker"}
    found = parameters("postgresql://me@there:5433/nba", environ=environ, port=6000)
    assert found == {"host": "there", "port": "6000", "user": "me", "dbname": "nba"}


def test_an_empty_password_is_none() -> None:
    assert parameters(password="") == {}
    assert parameters(environ={"POSTGRES_PASSWORD": "s"}) == {"password": "s"}


def test_a_password_is_never_told() -> None:
    place = Place.of("postgresql://me:secret@there/nba", environ={})
    assert str(place) == "me@there/nba"
    with pytest.raises(ConfigError) as caught:
        Place.of("host=there password=secret x", environ={})
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_told_with_what_to_do() -> None:
    with pytest.raises(ConfigError, match=r"cannot connect to me@/nowhere/nba: .*Check --dsn"):
        connect(Place({"host": "/nowhere", "user": "me", "dbname": "nba"})).__enter__()


def test_a_read_only_connection_writes_nothing(place: Place) -> None:
    with pytest.raises(HooplakeError, match="read-only transaction"), connect(place, read_only=True) as connection:
        connection.execute("create table raw_data.x (y integer)")


def test_a_lost_connection_postpones_the_run(place: Place) -> None:
    def lose() -> None:
        with connect(place) as connection:
            connection.execute("select pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Postponed, match=r"was lost: .* Run the same command again"):
        lose()


def test_without_psycopg_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match=r"pip install 'hooplake\[postgres\]'"):
        Place.of("dbname=nba", environ={})
