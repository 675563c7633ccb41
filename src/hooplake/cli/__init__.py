"""The command line. One file per command group; no logic, only arguments, progress and printing.

A command is one line in ``commands.py`` and a function or a ``typer.Typer`` in a file of its own, loaded when somebody
asks for it: ``hooplake --help`` loads none of them.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from hooplake.cli.ahead import begin

_COLLECTIONS = (20_000, 10, 10)
"""How seldom objects that are no longer used, but refer to each other, are looked for: most of what a command makes,
beginning with its modules, is used until it ends."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: the arguments without the name of the program; default those of the process.

    Returns:
        The exit code: 0 done, 1 unexpected error, 2 usage or configuration, 3 stopped or postponed, 4 finished with
        failures listed, 5 inputs changed between plan and run, 6 the store breaks a contract, 130 interrupted.
    """
    try:
        if argv is None:  # the process is ours
            # more threads take a while to start, and the last digits of what they sum depend on how many there are
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
            begin(sys.argv[1:])
            from hooplake.lake.without_pandas import settle_pandas_later

            settle_pandas_later()
        from hooplake.cli.app import run

        return run(sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:
        print("interrupted before anything was begun", file=sys.stderr)  # noqa: T201
        return 130


def process() -> NoReturn:
    """Runs the command that the process was started for, and ends the process.

    What a command opened it has closed by then. To take apart, one by one, the hundreds of thousands of objects of a plan
    would take a tenth of a second more, so the memory is left to the system.
    """
    gc.set_threshold(*_COLLECTIONS)
    code = main()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    if "hooplake.build.forkserver" in sys.modules:
        from hooplake.build import forkserver

        forkserver.stop()
    os._exit(code)
