"""The program around the commands: where options stand, how errors end, what a program reads from it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
import typer

import hooplake.errors
from hooplake.cli import app, main
from hooplake.cli.commands import Command
from hooplake.cli.session import Session

Register = Callable[[object], None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Makes something the only command of the program, as `hooplake it`."""

    def as_only_command(target: object) -> None:
        module = types.ModuleType("one_command")
        module.it = target  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "one_command", module)
        monkeypatch.setattr(app, "COMMANDS", (Command("it", "one_command:it", "Does it"),))

    return as_only_command


def show_lake(context: typer.Context, name: Annotated[str, typer.Argument(help="Name.")] = "nobody") -> None:
    """Does it."""
    session = Session.of(context)
    session.out.say(f"{name}: {session.settings.lake}")
    session.out.result({"name": name, "lake": session.settings.lake})


@pytest.mark.parametrize(
    "arguments",
    [
        ["--lake", "a", "it", "x"],
        ["it", "--lake", "a", "x"],
        ["it", "x", "--lake=a"],
        ["--lake", "b", "it", "x", "--lake", "a"],
    ],
)
def test_options_of_all_commands_stand_before_or_after_the_command(
    register: Register, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    register(show_lake)
    assert main(arguments) == 0
    assert capsys.readouterr().out == "x: a\n"


@pytest.mark.parametrize("arguments", [["--json", "it"], ["it", "--json"]])
def test_json_is_one_object_and_nothing_else(
    register: Register, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    register(show_lake)
    assert main(arguments) == 0
    assert capsys.readouterr().out == '{"name":"nobody","lake":"lake"}\n'


ERRORS = [
    hooplake.errors.ConfigError("a: b"),
    hooplake.errors.StoreError("a: b"),
    hooplake.errors.Conflict("a: b"),
    hooplake.errors.LeaseHeld("a: b"),
    hooplake.errors.DocumentError("not_json", "b"),
    hooplake.errors.PlanChanged("a: b"),
    hooplake.errors.ContractError("a: b"),
]


@pytest.mark.parametrize(("error", "code"), list(zip(ERRORS, [2, 1, 3, 3, 4, 5, 6], strict=True)))
def test_an_error_is_one_message_and_its_exit_code(
    register: Register, capsys: pytest.CaptureFixture[str], error: hooplake.errors.HooplakeError, code: int
) -> None:
    def fail() -> None:
        """Does it."""
        raise error

    register(fail)
    assert main(["it"]) == code
    assert capsys.readouterr() == ("", f"Error: {error}\n")

    assert main(["it", "--json"]) == code
    out, err = capsys.readouterr()
    assert json.loads(out) == {"error": {"type": type(error).__name__, "message": str(error), "exit_code": code}}
    assert err == f"Error: {error}\n"


def test_a_result_that_was_printed_before_the_error_stays_the_only_object(
    register: Register, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(context: typer.Context) -> None:
        """Does it."""
        Session.of(context).out.result({"failed": 2})
        raise typer.Exit(4)

    register(fail)
    assert main(["it", "--json"]) == 4
    assert capsys.readouterr() == ('{"failed":2}\n', "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["itt"], "No such command 'itt'. Did you mean 'it'?"),
        (["it", "a", "b"], "Got unexpected extra argument(s) (b)"),
        (["it", "--lkae", "x"], "No such option: --lkae"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(
    register: Register, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    register(show_lake)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err

    assert main(["--json", *arguments]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["type"] == "UsageError"


def test_interruption_ends_with_130_and_says_how_to_go_on(
    register: Register, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        """Does it."""
        raise KeyboardInterrupt

    register(interrupt)
    assert main(["it"]) == 130
    assert capsys.readouterr().err.strip() == "interrupted: state saved; run the same command again to go on"


def test_control_c_reaches_a_command_that_works(tmp_path: Path, small_lake: Path) -> None:
    code = "import sys; from hooplake.cli import main; print('begun', flush=True); sys.exit(main(sys.argv[1:]))"
    query = "select sum(a.range * b.range) from range(10000000) a, range(10000000) b"
    child = subprocess.Popen(
        [sys.executable, "-c", code, "sql", query, "--lake", str(small_lake)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"
    time.sleep(2)
    child.send_signal(signal.SIGINT)
    try:
        _, err = child.communicate(timeout=60)
    finally:
        child.kill()
    assert (child.returncode, err.strip()) == (130, "interrupted: state saved; run the same command again to go on")


def test_what_nobody_foresaw_keeps_its_traceback(register: Register) -> None:
    def fail() -> None:
        """Does it."""
        raise ZeroDivisionError

    register(fail)
    with pytest.raises(ZeroDivisionError):
        main(["it"])


def test_a_group_has_the_options_in_each_of_its_commands(
    register: Register, capsys: pytest.CaptureFixture[str]
) -> None:
    group = typer.Typer(help="Does it.")
    group.command("show")(show_lake)
    group.command("other")(show_lake)
    register(group)
    assert main(["it", "show", "--lake", "a", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lake"] == "a"
    assert main(["it"]) == 2
    assert "show" in capsys.readouterr().err


def test_the_version_is_told_even_where_the_settings_are_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOOPLAKE_JOBS", "none")
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"hooplake {hooplake.__version__}\n"
    assert main(["--json", "--version"]) == 0
    assert json.loads(capsys.readouterr().out) == {"version": hooplake.__version__}


def test_a_wrong_setting_ends_a_command_with_2(
    register: Register, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOOPLAKE_JOBS", "none")
    register(show_lake)
    assert main(["it"]) == 2
    assert "HOOPLAKE_JOBS: 'none' is not a whole number of at least 1" in capsys.readouterr().err


def test_examples_in_a_help_keep_their_lines(register: Register, capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        """Does it.

        Examples:
            hooplake it one
            hooplake it two
        """

    register(command)
    assert main(["it", "--help"]) == 0
    assert "  Examples:\n      hooplake it one\n      hooplake it two\n" in capsys.readouterr().out
