"""Writes the pages of docs/ that say what the code says: commands, settings, tables.

``python -m tools.generate_docs`` writes them; with ``--check`` it writes nothing and ends with 1 if one lags behind.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from tools.feature_docs import features_page

DOCS = Path(__file__).parents[1] / "docs"
NOTE = "<!-- Written by `make docs` from the code; a change made here is lost. -->"


def pages() -> dict[str, str]:
    """The generated pages by file name."""
    makers = {"cli.md": cli_page, "settings.md": settings_page, "tables.md": tables_page, "features.md": features_page}
    return {name: f"{NOTE}\n\n{make()}" for name, make in makers.items()}


def cli_page() -> str:
    """Every command, with the help that it prints."""
    from hooplake.cli.app import program

    lines = [
        "# Command line",
        "",
        "What `--help` says of each command. See also [settings](settings.md) and",
        "[exit codes](architecture.md#exit-codes).",
    ]
    for path in [["hooplake"], *_commands(["hooplake"], program())]:
        lines += ["", f"## {' '.join(path)}", "", "```", _help(path[1:]), "```"]
    return "\n".join([*lines, ""])


def settings_page() -> str:
    """Every setting."""
    from hooplake.config import ENV_PREFIX, FILE_NAME, Settings

    lines = [
        "# Settings",
        "",
        "A setting is an environment variable and a key of `hooplake.toml`. What is said first wins: an argument",
        "(`--lake`), the environment, `hooplake.toml` in the working directory, `hooplake.toml` in the lake (where that is",
        "a directory), the default.",
        "",
        "| setting | variable | default | meaning |",
        "|---|---|---|---|",
    ]
    for name, setting in Settings.documented():
        lines.append(f"| `{name}` | `{ENV_PREFIX}{name.upper()}` | {setting.default} | {setting.meaning} |")
    lines += [
        "",
        f"A path in `{FILE_NAME}` starts from the directory of that file. A variable or key that no setting has is an",
        "error, and so is a value of the wrong kind.",
        "",
        "```toml",
        f"# {FILE_NAME}",
        'lake = "s3://bucket/lake"',
        "jobs = 4",
        "```",
        "",
    ]
    return "\n".join(lines)


def tables_page() -> str:
    """Every table with its columns."""
    from hooplake.lakehouse import registry

    specs = list(registry().values())
    lines = ["# Tables", "", "Every table is a view of this name in `hooplake sql` and `Lakehouse.sql`.", ""]
    lines += ["| table | rows |", "|---|---|"]
    lines += [f"| [{spec.name}](#{spec.name.replace('.', '')}) | {spec.description} |" for spec in specs]
    for spec in specs:
        lines += ["", f"## {spec.name}", "", spec.description, ""]
        lines += [f"Key: {_names(spec.key)}. Partition: {_names(spec.partition) or 'none'}.", ""]
        lines += ["| column | type | null | meaning |", "|---|---|---|---|"]
        lines += [_column(column) for column in spec.columns.values()]
        if spec.checks:
            lines += ["", "Each row obeys: " + ", ".join(f"`{check.rule}`" for check in spec.checks) + "."]
    return "\n".join([*lines, *_views(), ""])


def _views() -> list[str]:
    """Every view with its columns, as DuckDB has them in an empty lake."""
    from hooplake.build.sql import tables_of
    from hooplake.lakehouse import open as open_lake
    from hooplake.lakehouse import views

    lines = ["", "# Views", "", "Questions to the tables that have a name; they are answered when they are asked."]
    with TemporaryDirectory() as folder, open_lake(folder) as lake:
        for view in views():
            known = [lake.tables[table].columns for table in tables_of(view.sql)]
            lines += ["", f"## {view.name}", "", view.description, "", "| column | type | meaning |", "|---|---|---|"]
            for row in lake.sql(f"describe {view.name}").to_pylist():
                name, kind = row["column_name"], row["column_type"].lower()
                # a column that the view hands on means what it means in its table
                told = [view.meanings.get(name), *(columns[name].meaning for columns in known if name in columns)]
                meaning = next((text for text in told if text), None)
                if meaning is None:
                    raise RuntimeError(f"{view.name}: its comment does not say what {name} means")
                lines.append(f"| `{name}` | {kind} | {_cell(meaning)} |")
    return lines


def _column(column: Any) -> str:
    meaning = column.meaning
    remarks = [f"in {column.unit}"] if column.unit else []
    if column.min is not None or column.max is not None:
        low, high = ("" if end is None else f"{end:g}" for end in (column.min, column.max))
        remarks.append(f"{low}…{high}")
    if column.values:
        remarks.append("one of " + ", ".join(f"`{value}`" for value in column.values))
    text = f"{meaning} ({'; '.join(remarks)})" if remarks else meaning
    return f"| `{column.name}` | {column.type} | {'yes' if column.null else ''} | {_cell(text)} |"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _commands(path: list[str], group: Any) -> Iterator[list[str]]:
    for name, command in group.commands.items():
        yield [*path, name]
        if hasattr(command, "commands"):
            yield from _commands([*path, name], command)


def _help(arguments: list[str]) -> str:
    from hooplake.cli import main as hooplake

    text = io.StringIO()
    with redirect_stdout(text), patch.dict(os.environ, COLUMNS="80"):
        code = hooplake([*arguments, "--help"])
    if code != 0:
        raise RuntimeError(f"hooplake {' '.join(arguments)} --help ended with {code}")
    return text.getvalue().strip()


def main(arguments: list[str]) -> int:
    """Writes the pages, or with ``--check`` says which lag behind."""
    if not set(arguments) <= {"--check"}:
        print("usage: python -m tools.generate_docs [--check]", file=sys.stderr)
        return 2
    stale = 0
    for name, text in pages().items():
        path = DOCS / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale += 1
        if not arguments:
            path.write_text(text, "utf-8")
        print(f"docs/{name}: {'lags behind the code; run make docs' if arguments else 'written'}")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
