"""The file of a SQLite ledger: its tables, and opening it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hooplake.errors import ConfigError

VERSION = 1
BUSY_SECONDS = 60.0

_SCHEMA = """
create table schema_version (version integer not null);
create table nodes (
    id integer primary key, step text not null, partition text not null, generation integer not null,
    unit_seconds real, reduce_seconds real, updated_run text not null, unique (step, partition));
create table recipes (id integer primary key, body text not null unique);
create table units (
    node integer not null references nodes (id), unit text not null, date text not null, state integer not null,
    fingerprint blob not null, digests blob not null, recipe integer not null references recipes (id),
    quarantined integer not null, rows integer not null, cost_ms real not null, parts blob not null,
    why text not null, reason text not null, error text not null, updated_run text not null,
    primary key (node, unit)) without rowid;
create index units_failed on units (state) where state <> 0;
create table objects (
    table_name text not null, partition text not null, node integer not null references nodes (id),
    path text not null, etag text not null, size integer not null, rows integer not null, content_hash text not null,
    checksum text not null, updated_run text not null, primary key (table_name, partition)) without rowid;
create table leases (
    resource text primary key, owner text not null, token integer not null, expires_at real not null) without rowid;
create table runs (
    run_id text primary key, plan_id text not null, command text not null, options text not null,
    code_version text not null, started real not null, ended real, exit_code integer, counts text not null);
create table decisions (
    run_id text not null, step text not null, partition text not null, action text not null, reason text not null,
    units integer not null, detail text not null,
    primary key (run_id, step, partition, action, reason)) without rowid;
"""


def open_database(path: Path) -> sqlite3.Connection:
    """A connection to the ledger's file, which is made with its tables if it is not there.

    Raises:
        ConfigError: if the file was written by another version of hooplake.
        sqlite3.Error: if it cannot be used.
    """
    with _only_one(path.parent):  # two that create the file at once fail each other
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = normal")
            found = _schema_version(db)
        except BaseException:
            db.close()
            raise
    if found != VERSION:
        db.close()
        raise ConfigError(
            f"the ledger {path} has schema version {found}, this hooplake reads {VERSION}: "
            "use the hooplake that wrote it, or move the file away to build everything again"
        )
    return db


def _schema_version(db: sqlite3.Connection) -> int:
    """The version of the schema, which is made if there is none."""
    if not db.execute("select 1 from sqlite_master where name = 'schema_version'").fetchone():
        db.execute("begin immediate")
        for statement in _SCHEMA.split(";\n"):
            db.execute(statement)
        db.execute("insert into schema_version values (?)", (VERSION,))
        db.execute("commit")
    return int(db.execute("select version from schema_version").fetchone()[0])


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Wait until no other process is in a block of the same folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
