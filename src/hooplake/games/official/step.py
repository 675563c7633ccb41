"""From raw rows of the official feed in the lake to the silver facts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from hooplake.build.step import Computed, Failure, Task, UnitInput
from hooplake.errors import DocumentError, ObjectNotFound
from hooplake.games.official.columns import coded
from hooplake.games.official.dumps import csv_rows, inflated, json_rows, parquet_rows
from hooplake.games.official.identity import identify
from hooplake.games.official.logs import EPOCH, day_number
from hooplake.games.official.raw import KINDS, RawDump
from hooplake.lake.store import Store

if TYPE_CHECKING:
    from hooplake.games.official.tables import Document


@lru_cache(maxsize=256)
def dates_of(store: Store, name: RawDump) -> dict[str, str]:
    """The date of each game of an object, as text; raw objects never change, so each is read once in a process."""
    try:
        rows = _read(store, name, ("GAME_ID", "GAME_DATE", "GAME_DATE_EST"))
    except (DocumentError, ObjectNotFound):
        return {}
    found: dict[str, str] = {}
    texts: dict[int, str] = {}  # days are few
    for column in ("GAME_DATE_EST", "GAME_DATE"):
        if column in rows.column_names:
            days = coded(rows, column).map(day_number).tolist()
            for game_id, day in zip(rows.column("GAME_ID").to_pylist(), days, strict=True):
                game = identify(str(game_id))
                if game is not None and day >= 0:
                    if day not in texts:
                        texts[day] = (EPOCH + timedelta(days=day)).isoformat()
                    found[game.game_id] = texts[day]
    return found


def compute(task: Task) -> Computed:
    """Read the games of a chunk out of their objects into silver rows.

    An object that cannot be read fails the games that need it.
    """
    from hooplake.games.official.read import silver_tables  # a plan does not load what reads the rows

    spans: dict[str, tuple[int, int | None]] = {}
    owners: dict[str, set[str]] = {}
    for game_id, unit in task.units.items():
        for ref in unit.refs:
            path, _, span = ref.partition("#")
            owners.setdefault(path, set()).add(game_id)
            first, _, after = span.partition("-")
            low, high = spans.get(path, (2**62, 0))
            spans[path] = (min(low, int(first)), max(high or 0, int(after))) if after else (0, None)
    failures: dict[str, Failure] = {}
    rows: dict[str, list[pa.Table]] = {kind: [] for kind in KINDS}
    for path in sorted(owners):
        name = RawDump.parse(path)
        if name is None:
            raise ValueError(f"{path} is not the path of raw rows of the official feed")
        try:
            table = _load(task.store, name)
        except (DocumentError, ObjectNotFound) as error:
            reason = error.reason if isinstance(error, DocumentError) else "raw_missing"
            failures |= dict.fromkeys(owners[path], Failure(reason, f"{path}: {error}"))
            continue
        begin, end = spans[path]
        table = table.slice(begin, None if end is None else end - begin)
        rows[name.kind].append(_of_games(table, owners[path]))
    wanted = task.units.keys() - failures.keys()
    tables = silver_tables(
        rows,
        task.registry,
        league=str(task.partition["league"]),
        season=int(str(task.partition["season"])),
        documents={game_id: _documents(task.units[game_id]) for game_id in wanted},
    )
    made = set(tables["silver.fct_games"]["game_id"].to_pylist())
    failures |= {game_id: Failure("no_plays", "no row is about the game") for game_id in wanted - made}
    return Computed(tables, failures)


def _documents(unit: UnitInput) -> list[Document]:
    from hooplake.games.official.tables import Document

    names = [RawDump.parse(ref.partition("#")[0]) for ref in unit.refs]
    return [Document(name.name, name.kind, name.receipt) for name in names if name is not None]


def _of_games(rows: pa.Table, games: set[str]) -> pa.Table:
    def wanted(text: str) -> int:
        found = identify(text)
        return int(found is not None and found.game_id in games)

    keep = coded(rows, "GAME_ID").map(wanted, 0) == 1
    return rows if keep.all() else rows.filter(pa.array(keep))


def _load(store: Store, name: RawDump) -> pa.Table:
    """Rows of an object. Dumps of many games are kept: the next chunk of this worker reads the same ones."""
    if name.game_id:
        return _read(store, name)
    key = (store.url, name.path)
    if key not in _dumps:
        while len(_dumps) >= _KEPT:
            _dumps.popitem(last=False)
        _dumps[key] = _read(store, name).unify_dictionaries()
    _dumps.move_to_end(key)
    return _dumps[key]


_KEPT = 4  # the dumps of one season: plays, boxes, logs, line scores
_dumps: OrderedDict[tuple[str, str], pa.Table] = OrderedDict()


def _read(store: Store, name: RawDump, columns: Sequence[str] | None = None) -> pa.Table:
    if name.form == "parquet":
        return parquet_rows(store.open_input(name.path), name.kind, columns)
    body = inflated(store.get(name.path), name.form)
    if name.form.startswith("csv"):
        return csv_rows(body, name.kind, columns)
    rows = json_rows(body)
    if name.kind not in rows:
        raise DocumentError("unknown_rows", f"there are no {name.kind} in it")
    return rows[name.kind]
