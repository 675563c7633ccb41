"""Jobs whose workers die, fail or answer late."""

from __future__ import annotations

from typing import Any

import pytest

from hooplake.build.pool import Died, Done, Raised
from hooplake.errors import HooplakeError
from hooplake.sources.work import Task, answers


def upper(job: tuple[str, ...], store: object, registry: object) -> list[str]:
    """Each word in capitals; the worker of "poison" dies, and "bug" raises."""
    return [word.upper() for word in job]


TASK: Task[tuple[str, ...], str] = Task(upper, lambda job: [(word,) for word in job], lambda code: f"lost {code}")


class Workers:
    """Two jobs at a time, the later one answered first."""

    jobs = 2

    def __init__(self) -> None:
        self.running: list[tuple[int, Any, tuple[str, ...]]] = []
        self.run = 0

    def room(self, *, idle: bool = False) -> bool:
        return len(self.running) < (1 if idle else 2)

    def submit(self, ticket: int, function: Any, job: tuple[str, ...]) -> None:
        assert self.room()
        self.running.append((ticket, function, job))

    def wait(self, seconds: float) -> list[Done]:
        ticket, function, job = self.running.pop()
        self.run += 1
        if "poison" in job:
            return [Done(ticket, Died(-9))]
        if "bug" in job:
            return [Done(ticket, Raised("ValueError", "ValueError: bug"))]
        return [Done(ticket, function(job, None, None))]

    def dismiss(self) -> None:
        assert not self.running

    def close(self) -> None:
        self.running.clear()


def test_answers_come_in_the_order_of_the_jobs() -> None:
    done: list[tuple[str, ...]] = []
    assert answers(Workers(), TASK, [("a", "b"), ("c",), ("d",)], done.append) == ["A", "B", "C", "D"]
    assert sorted(done) == [("a", "b"), ("c",), ("d",)]


def test_the_death_of_a_worker_costs_one_item() -> None:
    done: list[tuple[str, ...]] = []
    workers = Workers()
    found = answers(workers, TASK, [("a",), ("b", "poison", "c"), ("d",)], done.append)
    assert found == ["A", "B", "lost -9", "C", "D"]
    assert sorted(word for job in done for word in job) == ["a", "b", "c", "d", "poison"]
    assert workers.run == 6, "the job that died is tried again one by one"


def test_an_error_in_the_work_itself_ends_it() -> None:
    with pytest.raises(HooplakeError, match="reading the files failed: ValueError: bug"):
        answers(Workers(), TASK, [("a",), ("bug",)], lambda job: None)
