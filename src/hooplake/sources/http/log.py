"""Where the log of requests goes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hooplake.errors import ConfigError
from hooplake.sources.http.client import Log, json_lines


@contextmanager
def request_log(place: str) -> Iterator[Log | None]:
    """The log of a setting: a file to add to, ``-`` for standard error, empty for none.

    Raises:
        ConfigError: the file cannot be written.
    """
    if not place:
        yield None
    elif place == "-":
        yield json_lines(sys.stderr)
    else:
        with ExitStack() as stack:
            try:
                Path(place).parent.mkdir(parents=True, exist_ok=True)
                file = stack.enter_context(Path(place).open("a", encoding="utf-8"))
            except OSError as error:
                raise ConfigError(f"the log {place} cannot be written ({error.strerror}): set HOOPLAKE_LOG") from error
            yield json_lines(file)
