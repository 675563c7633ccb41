"""The public names, and that neither they nor the command line cost anything before they are used."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import hooplake

ROOT = Path(__file__).parents[1]
HEAVY = {"aiohttp", "boto3", "duckdb", "numpy", "obstore", "pandas", "polars", "psycopg", "pyarrow", "sqlglot"}


def loaded_after(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded when it has run some code."""
    ending = "\nimport json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code + ending], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    ("code", "light"),
    [
        ("import hooplake", {*HEAVY, "typer", "rich", "dataclasses"}),
        ("from hooplake import Settings; Settings.read()", {*HEAVY, "typer", "rich"}),
        ("from hooplake.cli import main; assert main(['--help']) == 0", {*HEAVY, "rich", "hooplake.cli.sql"}),
        ("from hooplake.cli import main; assert main(['--version']) == 0", {*HEAVY, "rich", "hooplake.cli.sql"}),
        ("from hooplake.cli import main; assert main(['sql', '--help']) == 0", {*HEAVY, "rich"}),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str, light: set[str]) -> None:
    assert loaded_after(code) & light == set()


def test_the_program_settles_pandas_and_only_in_its_own_process(tmp_path: Path) -> None:
    """Arrow loads pandas for the first Python list it sees; who calls `main` himself keeps the pandas he has."""
    query = ["--lake", str(tmp_path), "sql", "select [1, 2] as both"]
    own = f"import sys; sys.argv = ['hooplake', *{query!r}]; from hooplake.cli import main; assert main() == 0"
    after = "; import pyarrow as pa; pa.array([1]); import importlib.resources as r; assert r.files(pa).is_dir()"
    assert loaded_after(own + after) & {"pyarrow", "pandas"} == {"pyarrow"}
    assert loaded_after(f"from hooplake.cli import main; assert main({query!r}) == 0{after}") >= {"pyarrow", "pandas"}
    assert "pandas" in loaded_after(own + after + "; assert pa.table({'a': [7]}).to_pandas().a[0] == 7"), "who asks"


def test_no_command_loads_anything_heavy_for_its_help() -> None:
    from hooplake.cli.commands import COMMANDS

    code = "from hooplake.cli import main\n" + "\n".join(
        f"assert main([{command.name!r}, '--help']) == 0" for command in COMMANDS
    )
    assert loaded_after(code) & HEAVY == set()


def test_every_public_name_is_there_and_has_a_docstring() -> None:
    assert hooplake.__all__ == sorted(set(hooplake.__all__))
    for name in hooplake.__all__:
        value = getattr(hooplake, name)
        assert name == "__version__" or value.__doc__.strip(), f"hooplake.{name} has no docstring"


def test_public_names_are_the_ones_that_type_checkers_see() -> None:
    tree = ast.parse((ROOT / "src/hooplake/__init__.py").read_text("utf-8"))
    (checked,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.name: node.module for node in checked.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert set(seen) == set(hooplake.__all__) - {"__version__"}
    for name, module in seen.items():
        assert getattr(hooplake, name).__module__ == module


def test_names_that_are_not_public_are_not_there() -> None:
    assert dir(hooplake) == hooplake.__all__
    with pytest.raises(AttributeError, match="'hooplake' has no attribute 'opne'"):
        _ = hooplake.opne


def test_every_error_is_public() -> None:
    import hooplake.errors

    errors = {name for name, value in vars(hooplake.errors).items() if isinstance(value, type)}
    assert errors <= set(hooplake.__all__)


def test_the_version_is_the_one_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert hooplake.__version__ == project["version"]
    assert f"## {hooplake.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
