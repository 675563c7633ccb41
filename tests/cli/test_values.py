"""Values of options: plain ones are taken without pydantic, all others and every error are Typer's."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer

from hooplake.cli.values import check_plainly


def parsed(*arguments: str, plainly: bool) -> Any:
    """What a command gets, or the error that its user is told."""
    app = typer.Typer(add_completion=False)
    got: dict[str, Any] = {}

    @app.command()
    def command(
        names: Annotated[list[str] | None, typer.Argument()] = None,
        text: Annotated[str | None, typer.Option("--text")] = None,
        count: Annotated[int, typer.Option("--count", min=1, max=20)] = 7,
        year: Annotated[list[int] | None, typer.Option("--year")] = None,
        day: Annotated[datetime | None, typer.Option("--day", formats=["%Y-%m-%d"])] = None,
        share: Annotated[float, typer.Option("--share")] = 0.5,
        flag: Annotated[bool, typer.Option("--flag")] = False,
        file: Annotated[Path | None, typer.Option("--file")] = None,
        clamped: Annotated[int, typer.Option("--clamped", max=3, clamp=True)] = 1,
    ) -> None:
        got.update(
            names=names, text=text, count=count, year=year, day=day, share=share, flag=flag, file=file, clamped=clamped
        )

    made = typer.main.get_command(app)
    if plainly:
        check_plainly(made)
    try:
        made.main(args=list(arguments), standalone_mode=False)
    except typer.TyperException as error:
        return error.format_message()
    return got


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a", "", "é 1"),
        ("--text", "", "--count", "20", "--year", "2024", "--year", "-3", "--day", "2024-02-29"),
        ("--count", "0"),
        ("--count", "21"),
        ("--count", "x"),
        ("--count", "٣"),
        ("--count", " 3 "),
        ("--count", "1_0"),
        ("--year", "99999999999999999999"),
        ("--year", "1.0"),
        ("--day", "2024-02-30"),
        ("--day", "29.2.2024"),
        ("--share", "1e-3", "--flag", "--file", "x/y", "--clamped", "9"),
        ("--share", "x"),
    ],
)
def test_every_value_and_every_error_is_what_typer_makes_of_it(arguments: tuple[str, ...]) -> None:
    assert parsed(*arguments, plainly=True) == parsed(*arguments, plainly=False)


def test_values_have_their_types() -> None:
    got = parsed("a", "--count", "3", "--year", "2024", "--day", "2024-02-29", plainly=True)
    assert got["names"] == ["a"]
    assert (got["count"], got["year"], got["day"]) == (3, [2024], datetime(2024, 2, 29))


def test_a_build_of_nothing_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from hooplake.cli import main; main(sys.argv[1:]); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'duckdb', 'numpy', 'pandas', 'pyarrow',"
        " 'pydantic', 'rich', 'sqlglot', 'aiohttp', 'obstore'}))"
    )
    arguments = ["--lake", str(tmp_path), "--json", "build", "gold.player_snapshots", "--season", "2024", "--jobs", "2"]
    done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[1:] == [""], done.stdout


def test_a_typer_that_is_made_otherwise_checks_its_values_itself() -> None:
    class Parameter:
        get_runtime_param = None

    class Command:
        params = (Parameter(), object())

        @staticmethod
        def get_help_option(context: Any) -> Any:
            return context

    command = Command()
    check_plainly(command)
    assert command.params[0].get_runtime_param is None
    assert command.get_help_option("an option") == "an option"
