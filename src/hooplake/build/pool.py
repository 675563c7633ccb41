"""Worker processes that may die: each job is answered by a result, by the error it raised, or by the death of its worker.

The workers are forked from a server that has the heavy modules loaded (`forkserver`), so that one more costs
milliseconds. A worker reads its jobs in a thread of its own and ends at once when the process that started it is gone.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Iterable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from types import ModuleType
from typing import Any, NamedTuple, Protocol

from hooplake.build.forkserver import context
from hooplake.errors import ConfigError
from hooplake.lake.store import Store
from hooplake.lake.table import Registry

_AHEAD = 2  # jobs a worker has at hand, so that it need not wait while the next is chosen


class Raised(NamedTuple):
    """The error a job raised.

    Attributes:
        kind: the name of its class.
        text: the message and where it was raised.
        fatal: whether it is the machine's fault, such as a full disk, and no other job would fare better.
    """

    kind: str
    text: str
    fatal: bool = False


class Died(NamedTuple):
    """The worker ended in the middle of the job."""

    exit_code: int | None


class Done(NamedTuple):
    """What became of a job: its result, `Raised` or `Died`."""

    ticket: int
    outcome: Any


class Workers(Protocol):
    """Where jobs are run."""

    jobs: int

    def room(self, *, idle: bool = False) -> bool:
        """Whether one more job may be submitted; with `idle`, whether one would be begun at once."""
        ...

    def submit(self, ticket: int, function: Any, job: Any) -> None:
        """Hand in ``function(job, store, registry)``."""
        ...

    def wait(self, seconds: float) -> list[Done]:
        """What became of jobs since; waits so long for the first."""
        ...

    def dismiss(self) -> None:
        """Tell the workers, who have nothing to do, that nothing more will come; they end while others go on."""
        ...

    def close(self) -> None:
        """End the workers, whatever they do."""
        ...


class Inline:
    """Runs jobs in this process, one after the other."""

    jobs = 1

    def __init__(self, store: Store, registry: Registry) -> None:
        self._given = (store, registry)
        self._waiting: deque[tuple[int, Any, Any]] = deque()

    def room(self, *, idle: bool = False) -> bool:
        """Whether no job waits."""
        del idle
        return not self._waiting

    def submit(self, ticket: int, function: Any, job: Any) -> None:
        """Keep the job for `wait`."""
        self._waiting.append((ticket, function, job))

    def wait(self, seconds: float) -> list[Done]:
        """Run the job that waits."""
        del seconds
        if not self._waiting:
            return []
        ticket, function, job = self._waiting.popleft()
        return [Done(ticket, _attempt(function, job, *self._given))]

    def dismiss(self) -> None:
        """There is nobody to tell."""

    def close(self) -> None:
        """Forget the jobs that wait."""
        self._waiting.clear()


class Processes:
    """Runs jobs in worker processes.

    Args:
        jobs: how many.
        store: given to every job.
        registry: given to every job.
        modules: modules to load before the workers are forked.
    """

    def __init__(self, jobs: int, store: Store, registry: Registry, modules: Iterable[str] = ()) -> None:
        self.jobs = jobs
        self._given = pickle.dumps((store, registry))
        self._context = context(modules)
        self._workers = [self._start() for _ in range(jobs)]

    def room(self, *, idle: bool = False) -> bool:
        """Whether a worker has fewer jobs at hand than it may; with `idle`, whether one has none."""
        return any(len(worker.tickets) < (1 if idle else _AHEAD) for worker in self._workers)

    def submit(self, ticket: int, function: Any, job: Any) -> None:
        """Give the job to the worker that has the fewest.

        Raises:
            ConfigError: if the job cannot be sent, because its function is not at the top of a module.
        """
        try:
            data = ticket.to_bytes(8) + pickle.dumps((function, job))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise ConfigError(
                f"a step's compute must be a function at the top of a module that can be imported: {error}"
            ) from error
        worker = min(self._workers, key=lambda worker: len(worker.tickets))
        worker.tickets[ticket] = data
        worker.send(data)

    def wait(self, seconds: float) -> list[Done]:
        """What became of jobs since; dead workers are replaced."""
        done: list[Done] = []
        ready = wait([worker.connection for worker in self._workers], seconds)
        for place, worker in enumerate(self._workers):
            if worker.connection not in ready:
                continue
            answers, alive = worker.answers()
            done += answers
            if not alive:
                self._workers[place] = self._start()
                waiting = list(worker.tickets.items())
                if waiting:  # the first was being run; the others were not begun
                    done.append(Done(waiting[0][0], Died(worker.exit_code())))
                for ticket, data in waiting[1:]:
                    self._workers[place].tickets[ticket] = data
                    self._workers[place].send(data)
        return done

    def dismiss(self) -> None:
        """Tell the workers, who have nothing to do, that nothing more will come; they end while others go on."""
        for worker in self._workers:
            worker.process.kill()

    def close(self) -> None:
        """End the workers, whatever they do."""
        self.dismiss()
        for worker in self._workers:
            worker.end()

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._given), daemon=True)
        # a worker must not run the script that started the build a second time
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            process.start()
        finally:
            sys.modules["__main__"] = main
        theirs.close()
        return _Worker(process, ours)


class _Worker:
    def __init__(self, process: ForkServerProcess, connection: Connection) -> None:
        self.process = process
        self.connection = connection
        self.tickets: dict[int, bytes] = {}

    def send(self, data: bytes) -> None:
        try:
            self.connection.send_bytes(data)
        except OSError:  # it died; `wait` finds out
            return

    def answers(self) -> tuple[list[Done], bool]:
        """What has come, and whether the worker still lives."""
        done: list[Done] = []
        try:
            while self.connection.poll():
                data = self.connection.recv_bytes()
                ticket = int.from_bytes(data[:8])
                del self.tickets[ticket]
                done.append(Done(ticket, pickle.loads(data[8:])))
        except (EOFError, OSError):
            return done, False
        return done, True

    def exit_code(self) -> int | None:
        self.connection.close()
        self.process.join(5)
        return self.process.exitcode

    def end(self) -> None:
        self.process.kill()
        self.process.join(5)
        self.connection.close()


def _work(connection: Connection, given: bytes) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    import pyarrow as pa

    import hooplake.build.preloaded  # noqa: F401  (the server has loaded it already, unless it runs for somebody else)

    # one worker per processor: threads inside would only fight
    pa.set_cpu_count(1)
    store, registry = pickle.loads(given)
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        while True:
            try:
                jobs.put(connection.recv_bytes())
            except (EOFError, OSError):
                os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        data = jobs.get()
        outcome = _attempt(_packed, data[8:], store, registry)
        connection.send_bytes(data[:8] + (outcome if isinstance(outcome, bytes) else pickle.dumps(outcome)))


def _packed(data: bytes, store: Store, registry: Registry) -> bytes:
    """Run a job; a job that cannot be read here, or an answer that cannot be sent, is an error of that job."""
    function, job = pickle.loads(data)
    return pickle.dumps(function(job, store, registry))


def _attempt(function: Any, job: Any, store: Store, registry: Registry) -> Any:
    try:
        return function(job, store, registry)
    except OSError as error:
        return Raised(type(error).__name__, _text(error), error.errno in _FULL)
    except Exception as error:
        return Raised(type(error).__name__, _text(error))


_FULL = (28, 122)  # ENOSPC, EDQUOT


def _text(error: Exception) -> str:
    try:
        return "".join(traceback.format_exception(error)).strip()
    except Exception:  # an error whose own text cannot be made must not hide that there was one
        return f"{type(error).__name__} (its text cannot be made)"
