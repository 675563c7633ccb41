"""A league of nothing but numbers: raw games are lines of integers, from which three layers of sums are made.

What a raw line says besides integers makes trouble: ``bad`` fails the game, ``boom`` raises, ``die`` ends the worker,
``-1`` breaks the contract of `silver.points`.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from hooplake.build.ledger import Ledger, open_ledger
from hooplake.build.plan import Plan, Selection
from hooplake.build.planner import plan
from hooplake.build.report import RunReport
from hooplake.build.run import run
from hooplake.build.step import Computed, Discovered, Discovery, Failure, Step, Task, UnitInput
from hooplake.lake.partition import Partition, parse_path, table_path
from hooplake.lake.store import Store
from hooplake.lake.table import Registry, TableSpec

MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None
"""Where lakes that live for a moment are put: nothing needs to wait for a disk there."""


def spec(
    name: str, columns: Mapping[str, str], key: list[str], partition: list[str], unit: str = "", **more: Any
) -> Any:
    types = {
        column: {"type": kind.rstrip("?"), "null": kind.endswith("?"), "meaning": column}
        for column, kind in columns.items()
    }
    return {"name": name, "columns": types, "key": key, "partition": partition, "unit": unit, **more}


def specs() -> dict[str, Any]:
    season = {"league": "text", "season": "int32"}
    by_season = ["league", "season"]
    points = spec(
        "silver.points",
        {**season, "game_id": "text", "n": "int32", "value": "int64"},
        ["game_id", "n"],
        by_season,
        "game_id",
        row_group_rows=4,
    )
    points["columns"]["value"]["min"] = 0
    return {
        "silver.points": points,
        "silver.games": spec(
            "silver.games",
            {**season, "game_id": "text", "game_date": "date", "lines": "int32"},
            ["game_id"],
            by_season,
            "game_id",
        ),
        "gold.sums": spec(
            "gold.sums", {**season, "game_id": "text", "total": "int64"}, ["game_id"], by_season, "game_id"
        ),
        "gold.seasons": spec("gold.seasons", {**season, "games": "int32", "total": "int64"}, ["games"], by_season),
        "gold.leagues": spec(
            "gold.leagues", {"league": "text", "season": "int32", "total": "int64"}, ["season"], ["league"]
        ),
    }


def registry(found: Mapping[str, Any] | None = None) -> Registry:
    return Registry([TableSpec.from_dict(item) for item in (found or specs()).values()])


def discover(context: Discovery) -> Discovered:
    found: dict[Partition, dict[str, dict[str, tuple[str, str]]]] = {}
    dates: dict[str, str] = {}
    for path in context.paths("raw"):
        _, where = parse_path(path)
        game, sequence, sha, _ = path.rpartition("/")[2].split(".")
        partition = Partition(league=where["league"], season=where["season"])
        found.setdefault(partition, {}).setdefault(game, {})[sequence] = (sha, path)
        dates[game] = str(where["date"])
    return {
        partition: {
            game: UnitInput(
                dates[game],
                tuple((f"raw.{sequence}", sha) for sequence, (sha, _) in sorted(parts.items())),
                tuple(path for _, (_, path) in sorted(parts.items())),
            )
            for game, parts in games.items()
        }
        for partition, games in found.items()
    }


def read_games(task: Task) -> Computed:
    points: list[dict[str, Any]] = []
    games: list[dict[str, Any]] = []
    failures = {}
    time.sleep(task.parameters.get("sleep", 0.0))
    for game, made_of in task.units.items():
        lines = task.store.get(made_of.refs[-1]).decode().split()
        if "boom" in lines:
            raise ZeroDivisionError(f"game {game} went boom")
        if "die" in lines:
            os._exit(9)
        if "bad" in lines:
            failures[game] = Failure("not_json", f"{game} is bad")
            continue
        values = [int(line) * task.parameters.get("scale", 1) for line in lines]
        points += [{"game_id": game, "n": n, "value": value} for n, value in enumerate(values)]
        games.append({"game_id": game, "game_date": made_of.date, "lines": len(values)})
    tables = {"silver.points": pa.Table.from_pylist(points)}
    if games:
        found = pa.Table.from_pylist(games)
        column = found.column("game_date").cast(pa.date32())
        tables["silver.games"] = found.set_column(1, "game_date", column)
    return Computed(tables, failures)


def add_up(task: Task) -> Computed:
    rows = task.read("silver.points", ["game_id", "value"]).group_by("game_id").aggregate([("value", "sum")])
    return Computed({"gold.sums": rows.rename_columns(["game_id", "total"])})


def add_season(task: Task) -> Computed:
    rows = task.read("gold.sums")
    total = sum(rows.column("total").to_pylist())
    return Computed({"gold.seasons": pa.table({"games": pa.array([len(rows)], pa.int32()), "total": [total]})})


def list_seasons(task: Task) -> Computed:
    return Computed({"gold.leagues": task.read("gold.seasons", ["season", "total"])})


def steps(**change: Any) -> list[Step]:
    """The toy steps; `change` replaces versions (``games_version="2"``) or parameters (``scale=3``)."""

    def version(name: str) -> str:
        return str(change.get(f"{name}_version", "1"))

    parameters: dict[str, Any] = {name: change[name] for name in ("scale", "sleep") if name in change}
    chunk = change.get("chunk_units", 3)
    return [
        Step(
            name="games",
            outputs=("silver.points", "silver.games"),
            unit="game_id",
            version=version("games"),
            compute=change.get("read_games", read_games),
            discover=discover,
            chunk_units=chunk,
            parameters=parameters,
        ),
        Step(
            name="sums",
            inputs=("silver.points",),
            outputs=("gold.sums",),
            unit="game_id",
            version=version("sums"),
            compute=change.get("add_up", add_up),
            chunk_units=chunk,
        ),
        Step(
            name="seasons",
            inputs=("gold.sums",),
            outputs=("gold.seasons",),
            version=version("seasons"),
            compute=change.get("add_season", add_season),
        ),
        Step(
            name="leagues",
            inputs=("gold.seasons",),
            outputs=("gold.leagues",),
            version=version("leagues"),
            compute=list_seasons,
            reads=change.get("leagues_reads"),
        ),
    ]


class Toy:
    """A lake of toy games in a directory."""

    def __init__(self, folder: Path, **change: Any) -> None:
        self.folder = folder
        self.store = Store.open(folder)
        self.registry = registry()
        self.change = change
        self.ledger: Ledger = open_ledger(folder / "meta" / "ledger.sqlite")

    def put(self, game: str, text: str, *, season: int = 2025, date: str = "2024-12-15", sequence: int = 1) -> None:
        sha = hashlib.sha256(text.encode()).hexdigest()[:12]
        self.store.put(f"raw/toy/league=toy/season={season}/date={date}/{game}.{sequence:02d}.{sha}.txt", text.encode())

    def delete(self, game: str) -> None:
        for meta in self.store.list("raw"):
            if meta.path.rpartition("/")[2].startswith(f"{game}."):
                self.store.delete(meta.path)

    def replace(self, game: str, text: str, **where: Any) -> None:
        self.delete(game)
        self.put(game, text, **where)

    def respecify(self, table: str, edit: Callable[[dict[str, Any]], None]) -> None:
        """Change the columns of a table."""
        found = specs()
        edit(found[table]["columns"])
        self.registry = registry(found)

    def pipeline(self) -> list[Step]:
        return steps(**self.change)

    def other_ledger(self) -> Ledger:
        return open_ledger(self.folder / "meta" / "other.sqlite")

    def plan_of(self, pipeline: list[Step], ledger: Ledger, **selection: Any) -> Plan:
        return plan(pipeline, ledger, self.store, self.registry, Selection(**selection))

    def plan(self, **selection: Any) -> Plan:
        return self.plan_of(self.pipeline(), self.ledger, **selection)

    def run(self, jobs: int = 1, **selection: Any) -> RunReport:
        return run(self.plan(**selection), self.ledger, self.store, jobs=jobs)

    def reasons(self, **selection: Any) -> dict[str, dict[str, str]]:
        """Per step and unit why it would run (``reason detail``)."""
        found: dict[str, dict[str, str]] = {}
        for item in self.plan(**selection).items:
            part = found.setdefault(item.step.name, {})
            for unit, due in (*item.verdict.run.items(), *item.verdict.blocked.items()):
                part[unit] = f"{due.reason} {due.detail}".strip()
            part.update(dict.fromkeys(item.verdict.removed, "REMOVED"))
        return found

    def rows(self, table: str, season: int | None = 2025) -> list[dict[str, Any]]:
        from hooplake.lake.parquet import read_partition

        where = Partition(league="toy") if season is None else Partition(league="toy", season=season)
        if self.store.head(table_path(self.registry[table], where)) is None:
            return []
        found: list[dict[str, Any]] = read_partition(self.store, self.registry[table], where).to_pylist()
        return found

    def quarantined(self, path: str) -> list[dict[str, Any]]:
        import io

        import pyarrow.parquet as pq

        found: list[dict[str, Any]] = pq.read_table(io.BytesIO(self.store.get(path))).to_pylist()
        return found

    def objects(self, layers: Iterable[str] = ("silver", "gold", "deadletter")) -> dict[str, bytes]:
        """All objects but raw ones, with their bytes."""
        return {meta.path: self.store.get(meta.path) for layer in layers for meta in self.store.list(layer)}

    def stamps(self) -> dict[str, str]:
        """All objects but raw ones, with their etags."""
        return {meta.path: meta.etag for layer in ("silver", "gold", "deadletter") for meta in self.store.list(layer)}
