"""A thread beside the main one, for the statements of one connection: while the server works, the workers are heard.

A worker whose answer is not fetched waits with it, so a main thread that waits for the server holds up both.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

if TYPE_CHECKING:
    import psycopg

_P = ParamSpec("_P")
_T = TypeVar("_T")
_SECONDS = 5.0  # to hand the server a cancellation


class Behind:
    """Calls one after the other, in the order in which they are handed in. Nobody else may use the connection meanwhile.

    Args:
        connection: what the calls work on. Where the block is left by an error, what runs there is cancelled.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, "hooplake-postgres")
        self._made: list[Future[Any]] = []

    def submit(self, call: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> Future[_T]:
        """Has it called after those before."""
        made = self._thread.submit(call, *arguments, **named)
        self._made = [*(each for each in self._made if not each.done()), made]
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
        runs = any(not each.done() for each in self._made)
        if error is not None and runs and not self._connection.closed:
            self._connection.cancel_safe(timeout=_SECONDS)
        self._thread.shutdown(wait=True)
