"""The ledger in one SQLite file (WAL): readers never wait, a publication is one transaction."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hooplake.build.ledger import (
    LEASE_SECONDS,
    Decision,
    HeldLease,
    Lease,
    Ledger,
    NodeSummary,
    RunRecord,
    UnitFacts,
    UnitFailure,
)
from hooplake.build.sqlite_file import open_database
from hooplake.build.state import Change, Node, ObjectRow, Objects, Recipe, State, UnitRow, UnitState
from hooplake.errors import LeaseHeld, StoreError

KILLED = 137
_RECIPES = 1_000  # more of them than that, and those that no unit was made by are deleted
_VARIABLES = 30_000  # SQLite takes 32,766 in one statement
_LEASES = (
    "select resource, owner, token, expires_at, started from leases left join runs on run_id = owner "
    "where owner <> '' order by resource"
)


def open_sqlite(path: Path, clock: Callable[[], float]) -> Ledger:
    """The ledger in a SQLite file, which is created, with its folder, by the first write."""
    return _SqliteLedger(path, clock)


class _SqliteLedger(Ledger):
    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self.path = path
        self.clock = clock
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.RLock()

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def read(self, steps: Collection[str] | None = None) -> State:
        state = State()
        with self._reading() as db:
            if db is None:
                return state
            for key, body in db.execute("select id, body from recipes"):
                version, specs, parameters, outputs, parts = json.loads(body)
                state.recipes[key] = Recipe(version, specs, parameters, tuple(outputs), tuple(parts))
            nodes: dict[int, Node] = {}
            wanted = None if steps is None else set(steps)
            seals = dict(db.execute("select node, seal from seals")) if _has_seals(db) else {}
            for key, step, partition, generation, unit_seconds, reduce_seconds, run_id in db.execute(
                "select id, step, partition, generation, unit_seconds, reduce_seconds, updated_run from nodes"
            ):
                if wanted is None or step in wanted:
                    node = Node(
                        key, generation, unit_seconds=unit_seconds, reduce_seconds=reduce_seconds, run_id=run_id,
                        seal=seals.get(key, b""),
                    )  # fmt: skip
                    nodes[key] = state.nodes.setdefault(step, {})[partition] = node
            new = tuple.__new__  # half the price of UnitRow._make, which counts for a hundred thousand units
            for row in db.execute(
                "select node, unit, date, state, fingerprint, digests, recipe, quarantined from units order by node"
            ):
                owner = nodes.get(row[0])
                if owner is not None:
                    owner.units[row[1]] = new(UnitRow, row[2:])
            for row in db.execute(
                "select node, table_name, path, etag, size, rows, content_hash, checksum from objects"
            ):
                owner = nodes.get(row[0])
                if owner is not None:
                    owner.objects[row[1]] = ObjectRow._make(row[2:])
        return state

    def parts(self, nodes: Collection[int]) -> dict[int, dict[str, bytes]]:
        found: dict[int, dict[str, bytes]] = {}
        for group in _groups(sorted(nodes)):
            marks = ",".join("?" * len(group))
            for node, unit, parts in self._rows(f"select node, unit, parts from units where node in ({marks})", *group):
                found.setdefault(node, {})[unit] = parts
        return found

    def generation(self, step: str, partition: str) -> int:
        rows = self._rows("select generation from nodes where step = ? and partition = ?", step, partition)
        return int(rows[0][0]) if rows else 0

    def acquire(self, resource: str, owner: str, seconds: float = LEASE_SECONDS) -> Lease:
        now = self.clock()
        with self._writing() as db:
            row = db.execute("select owner, token, expires_at from leases where resource = ?", (resource,)).fetchone()
            if row is not None and row[0] not in ("", owner) and row[2] > now:
                raise LeaseHeld(
                    f"{resource} is being built by run {row[0]} (its lease ends in {row[2] - now:.0f} s): "
                    "run again when it is done"
                )
            token = 1 if row is None else int(row[1]) + 1
            db.execute("insert or replace into leases values (?, ?, ?, ?)", (resource, owner, token, now + seconds))
        return Lease(resource, owner, token)

    def renew(self, leases: Collection[Lease], seconds: float = LEASE_SECONDS) -> None:
        until = self.clock() + seconds
        with self._writing() as db:
            db.executemany(
                "update leases set expires_at = ? where resource = ? and owner = ? and token = ?",
                [(until, *lease) for lease in leases],
            )

    def release(self, leases: Collection[Lease]) -> None:
        # the row stays: its token must go on growing
        with self._writing() as db:
            db.executemany(
                "update leases set owner = '', expires_at = 0 where resource = ? and owner = ? and token = ?", leases
            )

    def leases(self) -> list[HeldLease]:
        return [HeldLease(*row) for row in self._rows(_LEASES)]

    def break_leases(self, resources: Collection[str]) -> list[HeldLease]:
        wanted, now = set(resources), self.clock()
        with self._writing() as db:
            found = [lease for row in db.execute(_LEASES) if (lease := HeldLease(*row)).resource in wanted]
            for lease in found:
                if lease.expires > now:
                    raise LeaseHeld(
                        f"{lease.resource} is held by run {lease.owner} for another {lease.expires - now:.0f} s: only a "
                        "lease that has expired can be broken"
                    )
            db.executemany(
                "update leases set owner = '', expires_at = 0, token = token + 1 where resource = ?",
                [(lease.resource,) for lease in found],
            )
        return found

    def publish(self, lease: Lease, change: Change, move: Callable[[], Objects]) -> None:
        with self._writing() as db:
            row = db.execute("select owner, token from leases where resource = ?", (lease.resource,)).fetchone()
            if row != (lease.owner, lease.token):
                raise LeaseHeld(f"run {row and row[0]} took over {lease.resource}; this run published nothing of it")
            node = self._node(db, change)
            objects = move()
            self._write_units(db, node, change)
            db.executemany(
                "delete from objects where table_name = ? and partition = ?",
                [(table, change.partition) for table, found in objects.items() if found is None],
            )
            db.executemany(
                "insert or replace into objects values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (table, change.partition, node, *found, change.run_id)
                    for table, found in objects.items()
                    if found is not None
                ],
            )
            if change.gone:
                db.execute("delete from units where node = ?", (node,))
                db.execute("delete from objects where node = ?", (node,))
                db.execute("delete from nodes where id = ?", (node,))

    def announce(self, step: str, partition: str, run_id: str) -> None:
        with self._writing() as db:
            db.execute("insert or ignore into nodes values (null, ?, ?, 0, null, null, ?)", (step, partition, run_id))

    def touch(self, objects: Iterable[tuple[str, str, str]]) -> None:
        with self._writing() as db:
            db.executemany(
                "update objects set etag = ?3 where table_name = ?1 and partition = ?2", [tuple(row) for row in objects]
            )

    def seal(self, seals: Iterable[tuple[int, bytes]]) -> None:
        with self._writing() as db:
            # a ledger that was written before there were seals gets its table here
            db.execute("create table if not exists seals (node integer primary key, seal blob not null)")
            db.execute("delete from seals where node not in (select id from nodes)")
            db.executemany("insert or replace into seals values (?, ?)", seals)

    def begin(self, run: RunRecord) -> None:
        with self._writing() as db:
            db.execute(
                "insert into runs values (?, ?, ?, ?, ?, ?, null, null, ?)",
                (
                    run.run_id, run.plan_id, run.command, _json(run.options), run.code_version, run.started,
                    _json(run.counts),
                ),
            )  # fmt: skip

    def report(self, run_id: str, counts: Mapping[str, Any]) -> None:
        with self._writing() as db:
            db.execute("update runs set counts = ? where run_id = ? and ended is null", (_json(counts), run_id))

    def finish(
        self, run_id: str, ended: float, exit_code: int, counts: Mapping[str, Any], decisions: Iterable[Decision]
    ) -> None:
        with self._writing() as db:
            db.execute(
                "update runs set ended = ?, exit_code = ?, counts = ? where run_id = ?",
                (ended, exit_code, _json(counts), run_id),
            )
            db.executemany(
                "insert or replace into decisions values (?, ?, ?, ?, ?, ?, ?)",
                [(run_id, *decision) for decision in decisions],
            )
            if db.execute("select count(*) from recipes").fetchone()[0] > _RECIPES:
                db.execute("delete from recipes where id not in (select recipe from units)")

    def abandon(self, owners: Collection[str]) -> None:
        with self._writing() as db:
            for group in _groups(sorted(owners)):
                marks = ",".join("?" * len(group))
                db.execute(f"update leases set owner = '', expires_at = 0 where owner in ({marks})", group)
                db.execute(
                    f"update runs set ended = ?, exit_code = ? where exit_code is null and run_id in ({marks})",
                    (self.clock(), KILLED, *group),
                )

    def failures(self) -> list[UnitFailure]:
        rows = self._rows(
            "select step, partition, unit, date, state, reason, error, units.updated_run "
            "from units join nodes on nodes.id = units.node where state <> 0 order by step, partition, unit"
        )
        return [
            UnitFailure(step, partition, unit, date, state == UnitState.BLOCKED, reason, error, run_id)
            for step, partition, unit, date, state, reason, error, run_id in rows
        ]

    def summary(self) -> list[NodeSummary]:
        rows = self._rows(
            "select step, partition, total(state = 0), total(state = 1), total(state = 2), total(rows), "
            "total(quarantined), coalesce(min(nullif(date, '')), ''), coalesce(max(date), ''), nodes.updated_run "
            "from nodes left join units on units.node = nodes.id group by nodes.id order by step, partition"
        )
        return [NodeSummary(*row[:2], *(int(value) for value in row[2:7]), *row[7:]) for row in rows]

    def costs(self, share: float | None = None) -> dict[str, float]:
        built = "from nodes join units on units.node = nodes.id where state = 0"
        if share is None:
            return dict(self._rows(f"select step, avg(cost_ms) / 1000 {built} group by step"))
        ranked = f"select step, cost_ms, cume_dist() over (partition by step order by cost_ms) as place {built}"
        return dict(
            self._rows(f"select step, min(cost_ms) / 1000 from ({ranked}) where place >= ? - 1e-9 group by step", share)
        )

    def units(self, step: str, partition: str) -> list[UnitFacts]:
        rows = self._rows(
            "select unit, date, state, rows, quarantined, why, reason, error, cost_ms, units.updated_run "
            "from units join nodes on nodes.id = units.node where step = ? and partition = ? order by unit",
            step,
            partition,
        )
        return [UnitFacts(unit, date, UnitState(state), *more) for unit, date, state, *more in rows]

    def runs(self, limit: int = 20) -> list[RunRecord]:
        rows = self._rows(
            "select run_id, plan_id, command, options, code_version, started, ended, exit_code, counts "
            "from runs order by started desc, run_id desc limit ?",
            limit,
        )
        return [
            RunRecord(
                run_id=row[0],
                plan_id=row[1],
                command=row[2],
                options=json.loads(row[3]),
                code_version=row[4],
                started=row[5],
                ended=row[6],
                exit_code=row[7],
                counts=json.loads(row[8]),
            )
            for row in rows
        ]

    def decisions(self, run_id: str) -> list[Decision]:
        rows = self._rows(
            "select step, partition, action, reason, units, detail from decisions where run_id = ?", run_id
        )
        return [Decision(*row) for row in rows]

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._reading() as db:
            return [] if db is None else db.execute(query, values).fetchall()

    def _node(self, db: sqlite3.Connection, change: Change) -> int:
        seconds = [record.seconds for record in change.units if record.seconds]
        mean = sum(seconds) / len(seconds) if seconds else None
        row = db.execute(
            "insert into nodes values (null, ?, ?, 1, ?, ?, ?) on conflict do update set generation = generation + 1, "
            "unit_seconds = coalesce(excluded.unit_seconds, unit_seconds), "
            "reduce_seconds = coalesce(excluded.reduce_seconds, reduce_seconds), "
            "updated_run = excluded.updated_run returning id",
            (change.step, change.partition, mean, change.reduce_seconds, change.run_id),
        ).fetchone()
        return int(row[0])

    def _write_units(self, db: sqlite3.Connection, node: int, change: Change) -> None:
        recipes: dict[Recipe, int] = {}
        for recipe in {record.recipe for record in change.units}:
            body = _json(recipe)
            db.execute("insert or ignore into recipes values (null, ?)", (body,))
            recipes[recipe] = db.execute("select id from recipes where body = ?", (body,)).fetchone()[0]
        db.executemany("delete from units where node = ? and unit = ?", [(node, unit) for unit in change.removed])
        db.executemany(
            "insert or replace into units values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    node,
                    record.unit,
                    record.date,
                    int(record.state),
                    record.fingerprint,
                    record.digests,
                    recipes[record.recipe],
                    record.quarantined,
                    record.rows,
                    round(record.seconds * 1000, 3),
                    record.parts,
                    record.why,
                    record.reason,
                    record.error,
                    change.run_id,
                )
                for record in change.units
            ],
        )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        with self._lock, _errors(self.path):
            if self._connection is None and self.path.exists():
                self._connection = open_database(self.path)
            if self._connection is None:
                yield None
                return
            self._connection.execute("begin")
            try:
                yield self._connection
            finally:
                self._connection.execute("rollback")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _errors(self.path):
            if self._connection is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._connection = open_database(self.path)
            db = self._connection
            db.execute("begin immediate")
            try:
                yield db
                db.execute("commit")
            except BaseException:
                if db.in_transaction:
                    db.execute("rollback")
                raise


def _has_seals(db: sqlite3.Connection) -> bool:
    return db.execute("select 1 from sqlite_master where name = 'seals'").fetchone() is not None


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"the ledger {path} cannot be used: {error}") from error


def _groups(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _VARIABLES):
        yield values[start : start + _VARIABLES]


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
