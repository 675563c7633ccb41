"""Views: questions to the tables of a lake that have a name, read from SQL files.

The file ``gold.latest_snapshots.sql`` is one SELECT statement that names its tables plainly, after a comment:

```sql
-- One sentence: what a row is.
-- clock_seconds: what a column means
select ...
```
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from hooplake.errors import ConfigError

_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_COLUMN = re.compile(r"-- (\w+): (.+)")


class View(NamedTuple):
    """A view.

    Attributes:
        name: ``layer.view``.
        description: one line for a reader.
        meanings: one line for each column that needs one.
        sql: the SELECT statement, its comment included.
    """

    name: str
    description: str
    meanings: Mapping[str, str]
    sql: str


def load_views(*folders: Path) -> tuple[View, ...]:
    """Read every ``*.sql`` in the folders, in the order of the views' names. A view reads tables, and views before it.

    Raises:
        ConfigError: naming the file and what is wrong with it.
    """
    files = sorted((file for folder in folders for file in folder.glob("*.sql")), key=lambda file: file.stem)
    return tuple(_read(file) for file in files)


def _read(file: Path) -> View:
    if not _NAME.fullmatch(file.stem):
        raise ConfigError(f"{file}: the name of a view's file is layer.view.sql in snake_case")
    sql = file.read_text("utf-8")
    comment = [line for line in sql.splitlines() if line.strip()]
    comment = comment[: next((n for n, line in enumerate(comment) if not line.startswith("--")), 0)]
    if not comment:
        raise ConfigError(f"{file}: a view begins with a comment that says what a row is")
    columns = [match for line in comment[1:] if (match := _COLUMN.fullmatch(line))]
    if len(columns) != len(comment) - 1:
        raise ConfigError(f"{file}: after its first line the comment has lines '-- column: what it means'")
    meanings = {match[1]: match[2] for match in columns}
    return View(file.stem, comment[0].removeprefix("-- "), meanings, sql)
