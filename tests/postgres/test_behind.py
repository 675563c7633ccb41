"""Statements in a thread beside the main one: in order, and ended where the main one fails."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Any

import psycopg
import pytest

from hooplake.postgres.behind import Behind

Connection = psycopg.Connection[Any]


def test_calls_are_made_in_their_order(connection: Connection) -> None:
    connection.execute("create temporary table told (place serial, number integer)")

    def tell(number: int) -> int:
        connection.execute("select pg_sleep(%s)", (0.02 if number == 0 else 0,))
        connection.execute("insert into told (number) values (%s)", (number,))
        return number

    with Behind(connection) as behind:
        made = [behind.submit(tell, number) for number in range(5)]
        assert [each.result() for each in made] == [0, 1, 2, 3, 4]
    assert connection.execute("select array_agg(number order by place) from told").fetchone() == ([0, 1, 2, 3, 4],)


def test_the_main_thread_goes_on_meanwhile(connection: Connection) -> None:
    with Behind(connection) as behind:
        begun = time.monotonic()
        made = behind.submit(connection.execute, "select pg_sleep(0.3)")
        assert time.monotonic() - begun < 0.2
        assert not made.done()


def test_what_still_runs_is_done_where_all_is_well(connection: Connection) -> None:
    connection.execute("create temporary table slow (x integer)")
    with Behind(connection) as behind:
        behind.submit(connection.execute, "insert into slow select 1 from pg_sleep(0.1)")
    assert connection.execute("select count(*) from slow").fetchone() == (1,)


def test_an_error_ends_what_runs_and_drops_what_waits(connection: Connection) -> None:
    connection.execute("create temporary table late (x integer)")
    made: list[Future[Any]] = []

    def interrupted() -> None:
        with Behind(connection) as behind:
            made.append(behind.submit(connection.execute, "select pg_sleep(30)"))
            made.append(behind.submit(connection.execute, "insert into late values (1)"))
            time.sleep(0.1)
            raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - begun < 10
    assert isinstance(made[0].exception(), psycopg.errors.QueryCanceled)
    assert made[1].cancelled()
    assert connection.execute("select count(*) from late").fetchone() == (0,)
