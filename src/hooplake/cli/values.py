"""Values of arguments and options without pydantic, by which Typer checks every value, given or not.

It takes longer to load than most commands take to start. What was not given needs no check; a text, a whole number within
its bounds, a date in a known form and what the program sets itself are told without it. Everything else, and every error,
is left to Typer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args, get_origin

_OTHER = object()
"""What no plain value is."""


def check_plainly(command: Any) -> None:
    """Lets the parameters of a command, and its option for help, take plain values as they are.

    Args:
        command: a command or a group as Typer made it.
    """
    for parameter in command.params:
        _check_plainly(parameter)
    made = command.get_help_option

    def get_help_option(context: Any) -> Any:
        option = made(context)
        if option is not None:
            _check_plainly(option)
        return option

    command.get_help_option = get_help_option


def _check_plainly(parameter: Any) -> None:
    try:
        if not isinstance(parameter.get_runtime_param, _Values):
            parameter.get_runtime_param = _Values(parameter)
    except AttributeError:
        return  # a Typer that is made otherwise checks all values itself


class _Values:
    """Stands for what Typer checks values with, and makes that when there is a value to check."""

    def __init__(self, parameter: Any) -> None:
        self._make = parameter.get_runtime_param
        self._kind = parameter.type_descriptor.annotation
        self._facts = parameter.type_descriptor.parameter_info
        self._several = parameter.multiple or parameter.nargs == -1

    def __call__(self) -> _Values:
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value of a parameter, in its type."""
        if value is None:
            return () if self._several else None
        found = _OTHER if self._facts.parser is not None else self._plain(value)
        return self._make().coerce(value, param=param, ctx=ctx) if found is _OTHER else found

    def _plain(self, value: Any) -> Any:
        if get_origin(self._kind) is not list:
            return self._one(value, self._kind)
        if not isinstance(value, (list, tuple)):
            return _OTHER
        found = [self._one(each, *get_args(self._kind)) for each in value]
        return _OTHER if _OTHER in found else found

    def _one(self, value: Any, kind: Any) -> Any:
        if kind is str:
            return value if type(value) is str else _OTHER
        if kind is int:
            return self._whole(value)
        if kind is float:
            return value if type(value) is float and self._inside(value) else _OTHER
        if kind is datetime and type(value) is str:
            return self._moment(value)
        return _OTHER

    def _whole(self, value: Any) -> Any:
        if type(value) is str and value.isascii() and value.isdecimal() and len(value) < 16:
            value = int(value)
        return value if type(value) is int and self._inside(value) else _OTHER

    def _inside(self, value: float) -> bool:
        least, most = self._facts.min, self._facts.max
        return (least is None or value >= least) and (most is None or value <= most)

    def _moment(self, value: str) -> Any:
        for form in self._facts.formats or ():
            try:
                return datetime.strptime(value, form)
            except ValueError:
                continue
        return _OTHER
