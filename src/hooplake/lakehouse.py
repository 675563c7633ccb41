"""The whole lake behind one object: `hooplake.open`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from hooplake.config import Settings
from hooplake.errors import ConfigError, HooplakeError
from hooplake.lake.store import Store
from hooplake.lake.table import Registry

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_T = TypeVar("_T")


@cache
def registry() -> Registry:
    """All tables that hooplake declares: the specs in the ``tables`` folders of the rooms, and in the room ``tables``."""
    package = Path(__file__).parent
    return Registry.load(package / "tables", *sorted(package.glob("*/tables")))


def open(
    lake: str | os.PathLike[str] | None = None, *, settings: Settings | None = None, create: bool = False
) -> Lakehouse:
    """Opens a lake.

    Args:
        lake: directory or URL of the lake; default what the settings say (``HOOPLAKE_LAKE``, else ``./lake``).
        settings: settings read already; default those of `Settings.read`.
        create: whether a directory that does not exist is a lake that is still empty, instead of an error.

    Raises:
        ConfigError: there is no such directory, or a setting is wrong.

    Example:
        >>> with hooplake.open("lake") as lake:                               # doctest: +SKIP
        ...     lake.sql("select count(*) as games from silver.fct_games")
    """
    if settings is None or lake is not None:
        settings = Settings.read(lake=lake)
    store = Store.open(settings.lake)
    if store.is_local and not create and not Path(store.url).is_dir():
        raise ConfigError(
            f"{store.url}: there is no lake here. Name another with --lake or HOOPLAKE_LAKE, or make one with "
            "'hooplake demo'."
        )
    return Lakehouse(store, settings=settings)


class Lakehouse:
    """A lake that was opened. Use it as a context manager, or call `close`.

    Attributes:
        store: the objects of the lake.
        settings: what was set when it was opened.
        tables: the declared tables by name.
    """

    def __init__(self, store: Store, *, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.tables = registry()

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection in which every table of the lake is a view, such as ``silver.fct_plays``."""
        from hooplake.lake.catalog import connect

        return connect(self.store, self.tables)

    def sql(self, query: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> pa.Table:
        """Answers a question in SQL.

        Args:
            query: one statement in the SQL of DuckDB, over views named ``layer.table``.
            parameters: values for ``?`` or ``$name`` in the query.

        Raises:
            ConfigError: the query is wrong: its grammar, or a table or column that does not exist.
            HooplakeError: the query failed while it ran.
        """
        return self.stream(query, parameters).read_all()

    def stream(
        self, query: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None, *, batch_rows: int = 65_536
    ) -> pa.RecordBatchReader:
        """Answers a question in SQL, a batch of rows at a time. As `sql`; errors may also come from the reader."""
        import pyarrow as pa

        def begin() -> pa.RecordBatchReader:
            if not self.connection.extract_statements(query):
                raise ConfigError("the query is empty: give one statement, such as 'select * from silver.fct_games'")
            return self.connection.sql(query, params=parameters).to_arrow_reader(batch_rows)

        def batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
            with _told():
                while (batch := self._wait(lambda: next(reader, None))) is not None:
                    yield batch

        with _told():
            reader = self._wait(begin)
        return pa.RecordBatchReader.from_batches(reader.schema, batches(reader))

    @cached_property
    def _worker(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, "query")

    def _wait(self, work: Callable[[], _T]) -> _T:
        """Lets DuckDB work in another thread: in this one, Ctrl-C would wait until it is done."""
        connection = self.connection
        future = self._worker.submit(work)
        try:
            return future.result()
        except KeyboardInterrupt:
            connection.interrupt()
            wait([future])
            raise

    def close(self) -> None:
        """Closes what is open."""
        if "_worker" in self.__dict__:
            self._worker.shutdown()
            del self._worker
        if "connection" in self.__dict__:
            self.connection.close()
            del self.connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Lakehouse({self.store.url!r})"


@contextmanager
def _told() -> Iterator[None]:
    """Says what DuckDB says, as an error of hooplake."""
    import duckdb

    try:
        yield
    except duckdb.ProgrammingError as error:
        raise ConfigError(str(error)) from error
    except (duckdb.Error, OSError) as error:  # Arrow hands on as OSError what DuckDB meets while it computes rows
        raise HooplakeError(f"the query failed: {error}") from error
