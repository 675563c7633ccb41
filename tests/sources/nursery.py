"""Commands in processes of their own, begun within milliseconds and killed after a given time of processor.

Run as a program, this imports all that the commands need, once, and then forks for each line that it reads. Time of the
processor, and not of the clock, says when a command is killed: so it has come equally far on a busy machine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGPROF
"""Exit code of a command that was killed. Nothing catches that signal: the process ends where it is."""


class Nursery:
    """Runs commands."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, command: Sequence[str], seconds: float = 0.0) -> int:
        """Run ``hooplake`` with some arguments, and give its exit code.

        Args:
            command: the arguments.
            seconds: time of the processor after which it is killed; 0 for never.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\t".join([str(seconds), *command]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def nursery(environment: Mapping[str, str], caps: Mapping[str, int] | None = None) -> Iterator[Nursery]:
    """Something that runs commands, one at a time.

    Args:
        environment: added to that of this process.
        caps: rows at which the API cuts an answer, where they are others than those of the real one.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sources.nursery", *(f"{name}={cap}" for name, cap in (caps or {}).items())],
        cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Nursery(process)
    finally:
        process.communicate(timeout=30)


def _main() -> None:
    import asyncio
    from dataclasses import replace

    import aiohttp  # noqa: F401
    import duckdb  # noqa: F401
    import pyarrow.compute  # noqa: F401

    import hooplake.cli.cbbd
    import hooplake.cli.ingest
    import hooplake.sources.cbbd.commands
    import hooplake.sources.espn  # noqa: F401
    from hooplake.build import run  # noqa: F401
    from hooplake.cli import main
    from hooplake.lakehouse import registry
    from hooplake.sources.cbbd.endpoints import endpoints
    from hooplake.sources.http.clock import SystemClock
    from hooplake.tables.pipeline import steps

    async def no_waiting(self: object, seconds: float) -> None:
        await asyncio.sleep(0)

    SystemClock.sleep = no_waiting  # type: ignore[method-assign]
    for text in sys.argv[1:]:
        name, _, cap = text.partition("=")
        endpoints()[name] = replace(endpoints()[name], cap=int(cap))
    registry(), steps()
    for line in sys.stdin:
        seconds, *command = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nothing, stream)
            if float(seconds):
                signal.setitimer(signal.ITIMER_PROF, float(seconds))
            os._exit(main(command))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
