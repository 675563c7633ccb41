"""The whole lake behind one object: `hooplake.open`."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from hooplake.config import Settings
from hooplake.errors import ConfigError
from hooplake.lake.store import Store
from hooplake.lake.table import Registry
from hooplake.lake.views import View, load_views

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    import duckdb
    import pyarrow as pa

    from hooplake.build.ledger import Ledger
    from hooplake.build.plan import Plan
    from hooplake.build.report import OnProgress, RunReport
    from hooplake.replay.moments.game import GameView
    from hooplake.sources.report import IngestReport

_T = TypeVar("_T")
_WORKERS_COST = 2.0
"""Seconds of work for which two workers, who have to load what they need first, would not be done sooner."""


@cache
def registry() -> Registry:
    """All tables that hooplake declares: the specs in the ``tables`` folders of the rooms, and in the room ``tables``."""
    package = Path(__file__).parent
    return Registry.load(package / "tables", *sorted(package.glob("*/tables")))


@cache
def views() -> tuple[View, ...]:
    """All named questions to the tables: the SQL files in the ``views`` folders of the rooms."""
    return load_views(*sorted(Path(__file__).parent.glob("*/views")))


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
        self._connections: dict[tuple[str, ...], duckdb.DuckDBPyConnection] = {}

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection in which every table of the lake is a view, such as ``silver.fct_plays``."""
        from hooplake.lake.catalog import connect

        return self._set(connect(self.store, self.tables, views()))

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

        from hooplake.lake.catalog import told

        connection = self._connection_for(query)

        def begin() -> pa.RecordBatchReader:
            if not connection.extract_statements(query):
                raise ConfigError("the query is empty: give one statement, such as 'select * from silver.fct_games'")
            return connection.sql(query, params=parameters).to_arrow_reader(batch_rows)

        def batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
            with told():
                while (batch := self._wait(connection, lambda: next(reader, None))) is not None:
                    yield batch

        with told():
            reader = self._wait(connection, begin)
        return pa.RecordBatchReader.from_batches(reader.schema, batches(reader))

    def within(
        self, *, without: Collection[str] = (), **values: Collection[str | int]
    ) -> AbstractContextManager[Callable[[str], pa.Table]]:
        """Asks questions as `sql` does, over some partitions alone: the files of others are not opened.

        Args:
            without: tables that are empty.
            values: per partition column the values asked for; none stands for all.
        """
        from hooplake.lake.catalog import ask_within

        only = {name: chosen for name, chosen in values.items() if chosen}
        return ask_within(self.store, self.tables, views(), only, without, self._set)

    def game(
        self, game_id: str, *, league: str | None = None, season: int | None = None, source: str | None = None
    ) -> GameView:
        """One game, to be asked about any moment.

        Args:
            game_id: id of the source. It alone is enough; what is known beside it spares looking it up.
            league: nba, wnba, mbb or wbb.
            season: the season, by its ending year.
            source: such as espn.

        Raises:
            UnknownGame: no such game, with ids that are like it.
            ConfigError: games of several leagues or sources have the id.

        Example:
            >>> lake.game("401705050").score_at("Q3 7:32")                    # doctest: +SKIP
        """
        from hooplake.replay.moments.game import open_game

        return open_game(self.store, self.tables, str(game_id), league=league, season=season, source=source)

    @cached_property
    def _worker(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(1, "query")

    def _connection_for(self, query: str) -> duckdb.DuckDBPyConnection:
        """A connection with the views that a question names; with all, where there is one already or it has to be."""
        from hooplake.lake.catalog import connect, tables_asked

        asked = tables_asked(query, self.tables, views()) if self.store.is_local else None
        if "connection" in self.__dict__ or asked is None:
            return self.connection
        tables, named = asked
        key = (*tables, *(view.name for view in named))
        if key not in self._connections:
            chosen = Registry([self.tables[name] for name in tables])
            self._connections[key] = self._set(connect(self.store, chosen, named))
        return self._connections[key]

    def _set(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Tells the views what was set: `meta.backfill_grid` says what is due."""
        if self.settings.include_bootstrap:
            connection.execute("set variable include_bootstrap = true")
        return connection

    def _wait(self, connection: duckdb.DuckDBPyConnection, work: Callable[[], _T]) -> _T:
        """Lets DuckDB work in another thread: in this one, Ctrl-C would wait until it is done."""
        future = self._worker.submit(work)
        try:
            return future.result()
        except KeyboardInterrupt:
            connection.interrupt()
            future.exception()  # waits until it is done, whatever came of it
            raise

    @cached_property
    def ledger(self) -> Ledger:
        """What every partition was made from. It is made with the first run, not by looking at it.

        Raises:
            ConfigError: the lake is not a directory and no place for the ledger is set.
        """
        from hooplake.build.ledger import open_ledger

        if self.settings.ledger:
            return open_ledger(self.settings.ledger)
        if not self.store.is_local:
            raise ConfigError(
                f"{self.store.url}: the ledger of a lake that is not a directory needs a place of its own: "
                "set HOOPLAKE_LEDGER to a file"
            )
        return open_ledger(Path(self.store.url) / "meta" / "ledger.sqlite")

    def plan(
        self,
        *tables: str,
        leagues: Sequence[str] = (),
        seasons: Sequence[int] = (),
        first_date: date | None = None,
        last_date: date | None = None,
        days: Sequence[date] = (),
        limit: int | None = None,
        force: bool = False,
    ) -> Plan:
        """What is due, and why. Changes nothing.

        Args:
            tables: tables wanted, such as ``gold.player_snapshots``; all by default. What they are made from is
                included.
            leagues: only these leagues.
            seasons: only these seasons, by their ending years.
            first_date: only games from this date on.
            last_date: only games up to this date.
            days: only games of these dates.
            limit: at most so many units of each step.
            force: plan units although nothing changed.

        Raises:
            UnknownTable: a table is not declared.
        """
        from hooplake.build.plan import Selection
        from hooplake.build.planner import plan
        from hooplake.tables.pipeline import steps

        for table in tables:
            self.tables[table]
        selection = Selection(
            tables=tuple(tables),
            leagues=tuple(leagues),
            seasons=tuple(seasons),
            first_date=first_date.isoformat() if first_date else "",
            last_date=last_date.isoformat() if last_date else "",
            days=tuple(sorted(day.isoformat() for day in days)),
            limit=limit,
            force=force,
        )
        chosen = steps(include_bootstrap=self.settings.include_bootstrap, prop_books=self.settings.prop_books)
        return plan(chosen, self.ledger, self.store, self.tables, selection)

    def run(
        self,
        plan: Plan,
        *,
        jobs: int | None = None,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        stop_tables: bool = False,
        command: str = "build",
        options: Mapping[str, Any] | None = None,
    ) -> RunReport:
        """Does what a plan says. It can be stopped at any time; a new plan holds what is left.

        Args:
            plan: from `plan`.
            jobs: worker processes; by default what is set, once there is enough to do at once.
            on_progress: is told how far the run is.
            stop: set it to stop the run in good order.
            stop_tables: whether a failure stops what comes after it of its own table, and what is made of that.
            command: what the run is called in the ledger.
            options: what the run was asked for, for the ledger.
        """
        from hooplake import __version__
        from hooplake.build.run import run

        return run(
            plan,
            self.ledger,
            self.store,
            jobs=jobs or self.settings.jobs,
            worth=0.0 if jobs else _WORKERS_COST,
            command=command,
            options=options,
            code_version=__version__,
            on_progress=on_progress,
            stop=stop,
            stop_tables=stop_tables,
        )

    def build(self, *tables: str, jobs: int | None = None) -> RunReport:
        """Builds what is due: `plan` and `run` in one.

        Args:
            tables: tables wanted; all by default.
            jobs: worker processes; what is set by default.
        """
        return self.run(self.plan(*tables), jobs=jobs)

    def ingest_files(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        league: str | None = None,
        season: int | None = None,
        date: date | None = None,
        jobs: int | None = None,
        dry_run: bool = False,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> IngestReport:
        """Takes in the game documents of files; see `hooplake.sources.files.ingest_files`.

        Args:
            paths: files, directories and patterns.
            league: the league of documents that name none.
            season: the season (its ending year) of documents from which none can be told.
            date: the US Eastern date of documents that have none.
            jobs: worker processes; what is set by default.
            dry_run: say what would become of the files, and write nothing.
            on_progress: gets how many bytes of the files are done, and how many there are.

        Raises:
            ConfigError: a path does not exist or matches nothing, or an argument is wrong.
            StoreError: the lake cannot be written.
        """
        from hooplake.sources.files import ingest_files

        return ingest_files(
            self.store, paths, league=league, season=season, date=date, jobs=jobs or self.settings.jobs,
            dry_run=dry_run, on_progress=on_progress,
        )  # fmt: skip

    def ingest_official(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        dry_run: bool = False,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> IngestReport:
        """Takes in rows of the official feed; see `hooplake.sources.official_files.ingest_official`.

        Args:
            paths: files, directories and patterns.
            dry_run: say what would become of the files, and write nothing.
            on_progress: gets how many bytes of the files are done, and how many there are.

        Raises:
            ConfigError: a path does not exist or matches nothing.
            StoreError: the lake cannot be written.
        """
        from hooplake.sources.official_files import ingest_official

        return ingest_official(self.store, paths, dry_run=dry_run, on_progress=on_progress)

    def close(self) -> None:
        """Closes what is open."""
        if "ledger" in self.__dict__:
            self.ledger.close()
            del self.ledger
        if "_worker" in self.__dict__:
            self._worker.shutdown()
            del self._worker
        if "connection" in self.__dict__:
            self.connection.close()
            del self.connection
        while self._connections:
            self._connections.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Lakehouse({self.store.url!r})"
