"""The endpoints and models of the API, read from `endpoints.toml` and `models.toml` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import rtoml

from hooplake.errors import ConfigError

STRATEGIES = ("snapshot", "season", "windowed", "date", "team", "conference", "game", "live", "off")
DEFAULTS = ("on", "optional", "gap", "off")
Models = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint.

    Attributes:
        path: with path parameters in braces, such as ``/plays/game/{gameId}``.
        model: the model of one element of the answer.
        strategy: how a season is asked for; one of `STRATEGIES`.
        default: whether a backfill asks for it; one of `DEFAULTS`.
        params: every parameter that the server knows. It ignores others without a word, so ours are checked here.
        required: those that it insists on.
        key: names of the natural key in an element; a name in parentheses is taken from the request.
        lists: keys of nested lists, by the names in their elements.
        cap: rows at which an answer is cut without a sign; 0 for no cap.
        per_game: rows of one game.
        season_param: ``season`` or ``year``; empty where there is none.
        since: the first season with data.
        tier: the subscription that it needs.
        metered: whether a call counts.
    """

    name: str
    path: str
    model: str
    strategy: str
    default: str
    params: tuple[str, ...]
    required: tuple[str, ...]
    key: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cap: int = 0
    per_game: int = 1
    season_param: str = ""
    since: int = 0
    tier: int = 0
    metered: bool = True

    def check(self, params: Mapping[str, str]) -> None:
        """Whether the server would look at these parameters.

        Raises:
            ConfigError: it would ignore one, or miss one.
        """
        if unknown := sorted(set(params) - set(self.params)):
            raise ConfigError(
                f"{self.name} has no parameter {', '.join(unknown)}, and the server would ignore it; "
                f"it has {', '.join(self.params) or 'none'}"
            )
        if missing := [name for name in self.required if name not in params]:
            raise ConfigError(f"{self.name} needs {', '.join(missing)}")

    def url_path(self, params: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """The path with its parameters filled in, and the parameters that are left for the query."""
        path, rest = self.path, dict(params)
        for name in list(rest):
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", rest.pop(name))
        return path, rest


@cache
def endpoints() -> dict[str, Endpoint]:
    """All endpoints by name, in the order in which a run asks for them."""
    return {name: _endpoint(name, data) for name, data in _read("endpoints.toml").items()}


@cache
def models() -> Models:
    """The types of the fields of each model."""
    return _read("models.toml")


def endpoint(name: str) -> Endpoint:
    """The endpoint of that name.

    Raises:
        ConfigError: there is none, with names that are like it.
    """
    found = endpoints().get(name)
    if found is None:
        near = get_close_matches(name, endpoints(), n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(endpoints())}"
        raise ConfigError(f"no endpoint {name!r}: {hint}")
    return found


def _endpoint(name: str, data: Mapping[str, Any]) -> Endpoint:
    params = [text.removesuffix("!") for text in data["params"]]
    required = [text.removesuffix("!") for text in data["params"] if text.endswith("!")]
    lists = {child: tuple(key) for child, key in data.get("lists", {}).items()}
    return Endpoint(
        name=name,
        **{**data, "params": tuple(params), "required": tuple(required), "key": tuple(data["key"]), "lists": lists},
    )


def _read(file: str) -> dict[str, Any]:
    return rtoml.loads((Path(__file__).parent / file).read_text("utf-8"))
