"""What completes the rows of an analytics table, for those who plan and do not compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hooplake.lake.table import TableSpec

if TYPE_CHECKING:
    import pyarrow as pa


def finish_rows(spec: TableSpec, rows: pa.Table) -> pa.Table:
    """As `hooplake.tables.finish.finish_rows`, which is loaded when it is called."""
    from hooplake.tables import finish

    return finish.finish_rows(spec, rows)
