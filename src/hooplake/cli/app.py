"""The program around the commands: options that all of them have, loading on demand, errors and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from hooplake.cli.commands import COMMANDS
from hooplake.cli.session import Session
from hooplake.cli.values import check_plainly
from hooplake.errors import HooplakeError

INTERRUPTED = 130


def _set_lake(context: typer.Context, value: str | None) -> None:
    if value is not None:
        Session.of(context).lake = value


def _set_json(context: typer.Context, value: bool) -> None:
    if value:
        Session.of(context).out.json = True


def _print_version(context: typer.Context, value: bool) -> None:
    if value:
        from hooplake import __version__

        out = Session.of(context).out
        out.say(f"hooplake {__version__}")
        out.result({"version": __version__})
        raise typer.Exit


_Lake = Annotated[
    str | None,
    typer.Option(
        "--lake",
        metavar="PLACE",
        callback=_set_lake,
        expose_value=False,
        help="The lake: a directory or s3://bucket/prefix. [default: HOOPLAKE_LAKE, else ./lake]",
    ),
]
# Eager, so that an error in any other argument is already told as JSON.
_Json = Annotated[
    bool,
    typer.Option(
        "--json", callback=_set_json, expose_value=False, is_eager=True, help="Print one JSON object and nothing else."
    ),
]
_Version = Annotated[
    bool,
    typer.Option("--version", callback=_print_version, expose_value=False, help="Print the version."),
]


class _OnDemand(Mapping[str, Any]):
    """The commands by name, each loaded when it is looked up."""

    def __init__(self) -> None:
        self._places = {command.name: command.place for command in COMMANDS}
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _load(name, self._places[name])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class _Program(TyperGroup):
    """The group of all commands, which knows their names and summaries before it has loaded them."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = cast(Any, _OnDemand())

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(command.name, command.summary) for command in COMMANDS])


def _load(name: str, place: str) -> Any:
    module, _, attribute = place.partition(":")
    target = getattr(import_module(module), attribute)
    if not isinstance(target, typer.Typer):
        group = typer.Typer(add_completion=False)
        group.command(name)(target)
        target = group
    command = typer.main.get_command(target)
    command.name = name
    _finish(command)
    return command


def _finish(command: Any) -> None:
    """Gives a command the options that all have, and keeps the examples of its help as they are written."""
    command.rich_markup_mode = None  # rich is slow to load, and help is read in files and pagers too
    command.help = _kept(command.help)
    if isinstance(command, TyperGroup):
        command.no_args_is_help = True
        for each in command.commands.values():
            _finish(each)
    else:
        command.params.extend(_shared())
        for parameter in command.params:
            _name_value(parameter)
    check_plainly(command)


def _name_value(parameter: Any) -> None:
    """Calls the value of an option by its name where Typer would say ``<list[str]>``; choices stay listed."""
    named = parameter.metavar is not None or parameter.param_type_name != "option"
    if not named and not parameter.is_flag and not parameter.type_descriptor.is_choice:
        name: str = max(parameter.opts, key=len)
        parameter.metavar = name.lstrip("-").replace("-", "_").upper()


def _kept(text: str | None) -> str:
    """Help in which indented paragraphs stay as they are: Typer fills the others, and leaves alone what a backspace begins."""
    return "\n\n".join(
        f"\b\n{paragraph}" if "\n " in paragraph else paragraph for paragraph in (text or "").split("\n\n")
    )


def _shared() -> list[Any]:
    """The options that every command has, made by Typer from a function that has nothing else."""
    carrier = typer.Typer(add_completion=False)

    @carrier.command()
    def _carry(lake: _Lake = None, json: _Json = False) -> None:
        del lake, json

    return list(typer.main.get_command(carrier).params)


def program() -> TyperGroup:
    """The whole command line, as the object that runs it and from which its reference is written."""
    app = typer.Typer(
        cls=_Program,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def hooplake(lake: _Lake = None, json: _Json = False, version: _Version = False) -> None:
        """A basketball lakehouse: every game, every play, the box score at any moment.

        Examples:
            hooplake --lake s3://bucket/lake sql "select * from silver.fct_games limit 5"
            hooplake sql --json "select count(*) as plays from silver.fct_plays"
        """
        del lake, json, version

    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    group.help = _kept(group.help)
    check_plainly(group)
    return group


def run(arguments: list[str]) -> int:
    """Runs the program and turns whatever ends it into a message and an exit code."""
    session = Session()
    out = session.out
    try:
        code = program().main(args=arguments, prog_name="hooplake", standalone_mode=False, obj=session)
        sys.stdout.flush()
    except HooplakeError as error:
        out.failure(type(error).__name__, str(error), error.exit_code)
        return error.exit_code
    except typer.TyperException as error:
        error.show()  # type: ignore[attr-defined]
        out.failure("UsageError", error.format_message(), error.exit_code, told=True)
        return error.exit_code
    except typer.Abort:
        code = INTERRUPTED
    # Typer tells an interruption by its number alone, and a command that was left by Exit by the number given to it.
    if code == INTERRUPTED:
        out.failure("Interrupted", "interrupted: state saved; run the same command again to go on", INTERRUPTED)
    return code if isinstance(code, int) else 0
