"""Jobs given to workers, answered in their order, whatever becomes of the workers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from hooplake.build.pool import Died, Raised, Workers
from hooplake.errors import HooplakeError

J = TypeVar("J")
A = TypeVar("A")


class Task(NamedTuple, Generic[J, A]):
    """A kind of job: a job has some items, and its answer has one entry for each.

    Attributes:
        function: makes the answer of a job; gets the job, the store and the registry.
        split: a job as jobs of one item each.
        lost: the entry for an item in which a worker died, whose exit code it gets.
    """

    function: Callable[[J, Any, Any], list[A]]
    split: Callable[[J], Sequence[J]]
    lost: Callable[[int | None], A]


def answers(workers: Workers, task: Task[J, A], jobs: Iterable[J], done: Callable[[J], None]) -> list[A]:
    """The entries of all answers, in the order of the jobs.

    A worker that dies in the middle of a job costs no other item: the job is split, and what is left of it tried again.

    Args:
        workers: where the jobs run.
        task: what they are.
        jobs: taken one by one, as there is room.
        done: is told of each job that was answered.

    Raises:
        HooplakeError: a job raised an error; its text is in the message.
    """
    found: dict[tuple[int, int], list[A]] = {}
    running: dict[int, tuple[tuple[int, int], J]] = {}
    again: deque[tuple[tuple[int, int], J]] = deque()
    tickets = 0

    def submit(place: tuple[int, int], job: J) -> None:
        nonlocal tickets
        tickets += 1
        running[tickets] = (place, job)
        workers.submit(tickets, task.function, job)

    def collect() -> None:
        for ticket, outcome in workers.wait(1.0):
            place, job = running.pop(ticket)
            if isinstance(outcome, Raised):
                raise HooplakeError(f"reading the files failed: {outcome.text}")
            if not isinstance(outcome, Died):
                found[place] = outcome
                done(job)
            elif len(parts := task.split(job)) > 1:
                again.extend(((place[0], number), part) for number, part in enumerate(parts))
            else:
                found[place] = [task.lost(outcome.exit_code)]
                done(job)

    for number, job in enumerate(jobs):
        while not workers.room():
            collect()
        submit((number, 0), job)
    while running or again:
        while again and workers.room():
            submit(*again.popleft())
        collect()
    return [entry for place in sorted(found) for entry in found[place]]
