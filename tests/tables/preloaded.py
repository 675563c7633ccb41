"""Everything that a build of the ten tables loads, for the server of processes."""

from __future__ import annotations

import duckdb
import sqlglot  # noqa: F401

import tests.tables.victims  # noqa: F401
from hooplake.lakehouse import registry
from hooplake.tables.pipeline import steps

registry()
steps()
duckdb.connect().sql("select 1").fetchall()
