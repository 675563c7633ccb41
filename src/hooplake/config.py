"""Settings: one frozen object, read once from the environment and from ``hooplake.toml``.

A setting ``jobs`` is the environment variable ``HOOPLAKE_JOBS`` and the key ``jobs`` of ``hooplake.toml``. What is said
first wins: an argument (``--lake``), the environment, ``hooplake.toml`` in the working directory, ``hooplake.toml`` in
the lake (where that is a directory), the default.

    >>> Settings.read(environ={"HOOPLAKE_JOBS": "3"}).jobs
    3
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from hooplake.errors import ConfigError

FILE_NAME = "hooplake.toml"
ENV_PREFIX = "HOOPLAKE_"


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """What one setting is, as data: the documentation and the reader both go by it.

    Attributes:
        meaning: one or two sentences for the reader of docs/settings.md.
        default: the default in words, where the value alone would not say it.
        parse: turns the text of a variable, or the value of a TOML key, into the value. It gets the directory that
            relative paths start from, and raises ValueError with what was expected.
        also: another variable that is read where the setting's own is not set, a name known from elsewhere.
        also_is: the value that the text of that variable stands for.
    """

    meaning: str
    default: str
    parse: Callable[[object, Path], Any]
    also: str = ""
    also_is: str = "{}"


def _location(value: object, directory: Path) -> str:
    """A URL as it is; a path, relative to the directory of the file that names it."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a path or a URL")
    text = value.strip()
    return text if "://" in text else str(directory / Path(text).expanduser())


def _path(value: object, directory: Path) -> Path:
    if not isinstance(value, str) or not value.strip() or "://" in value:
        raise ValueError("a directory")
    return directory / Path(value.strip()).expanduser()


def _positive(value: object, directory: Path) -> int:
    del directory
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("a whole number of at least 1")
    return value


def _count(value: object, directory: Path) -> int:
    del directory
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a whole number of at least 0")
    return value


def _rate(value: object, directory: Path) -> float:
    del directory
    try:
        rate = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else -1.0
    except ValueError:
        rate = -1.0
    if not 0 <= rate < float("inf"):
        raise ValueError("a number of at least 0")
    return rate


def _address(value: object, directory: Path) -> str:
    del directory
    if not isinstance(value, str) or not value.strip().startswith(("http://", "https://")):
        raise ValueError("a URL that begins with http:// or https://")
    return value.strip().rstrip("/")


def _dynamodb(value: object, directory: Path) -> str:
    del directory
    if not isinstance(value, str) or not value.strip().startswith("dynamodb://") or len(value.strip()) < 12:
        raise ValueError("dynamodb:// and the name of a table")
    return value.strip()


def _file(value: object, directory: Path) -> str:
    if not isinstance(value, str) or not value.strip() or "://" in value:
        raise ValueError("a file")
    return str(directory / Path(value.strip()).expanduser())


def _names(value: object, directory: Path) -> str:
    del directory
    names = [name.strip().lower() for name in value.split(",")] if isinstance(value, str) else []
    if not names or not all(names):
        raise ValueError("names joined by commas")
    return ",".join(names)


def _yes_or_no(value: object, directory: Path) -> bool:
    del directory
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _log(value: object, directory: Path) -> str:
    if value == "-":
        return "-"
    return str(_path(value, directory))


def _processors() -> int:
    """The processors this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _setting(
    meaning: str, default: str, parse: Callable[[object, Path], Any], *, also: str = "", also_is: str = "{}"
) -> dict[str, Setting]:
    return {"setting": Setting(meaning, default, parse, also, also_is)}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. The fields say what each one means: ``Settings.documented()`` lists it.

    Attributes:
        lake: directory or URL of the lake.
        ledger: file of the ledger; empty for the file in the lake.
        jobs: how many processes work at once.
        espn_url: where ESPN is.
        espn_rate: requests per second to it.
        official_url: where the NBA's statistics site is.
        official_rate: requests per second to it.
        cbbd_url: where CollegeBasketballData is.
        cbbd_rate: requests per second to it.
        in_flight: requests at once to one server.
        checkpoints: table of DynamoDB that remembers what was fetched; empty for the file of the ledger.
        quota_reserve: calls of a monthly quota that are never used.
        include_bootstrap: whether tables of windows have rows for the first days of a season.
        prop_books: books of player props in the order in which one is chosen, joined by commas.
        log: file of the log, ``-`` for standard error, empty for none.
        real_data: directory of stored real documents.
    """

    lake: str = dataclasses.field(
        default="lake",
        metadata=_setting(
            "Where the lake is: a directory, or `s3://bucket/prefix`.",
            "`./lake`",
            _location,
        ),
    )
    ledger: str = dataclasses.field(
        default="",
        metadata=_setting(
            "The file of the ledger, which remembers what every partition was made from. A lake in a bucket needs one.",
            "`meta/ledger.sqlite` in the lake",
            _file,
        ),
    )
    jobs: int = dataclasses.field(
        default_factory=_processors,
        metadata=_setting(
            "How many processes work at once. One does everything in the process that was started.",
            "one for each processor",
            _positive,
        ),
    )
    espn_url: str = dataclasses.field(
        default="https://site.api.espn.com",
        metadata=_setting("Where ESPN is asked for games.", "`https://site.api.espn.com`", _address),
    )
    espn_rate: float = dataclasses.field(
        default=5.0,
        metadata=_setting("Requests per second to ESPN; 0 for no limit.", "`5`", _rate),
    )
    official_url: str = dataclasses.field(
        default="https://stats.nba.com",
        metadata=_setting("Where the NBA's statistics site is.", "`https://stats.nba.com`", _address),
    )
    official_rate: float = dataclasses.field(
        default=0.5,
        metadata=_setting("Requests per second to the NBA's statistics site; 0 for no limit.", "`0.5`", _rate),
    )
    cbbd_url: str = dataclasses.field(
        default="https://api.collegebasketballdata.com",
        metadata=_setting(
            "Where CollegeBasketballData is. Its key is the environment variable `CBBD_API_KEY`, else `BEARER_TOKEN`.",
            "`https://api.collegebasketballdata.com`",
            _address,
        ),
    )
    cbbd_rate: float = dataclasses.field(
        default=3.0,
        metadata=_setting("Requests per second to CollegeBasketballData; 0 for no limit.", "`3`", _rate),
    )
    in_flight: int = dataclasses.field(
        default=3,
        metadata=_setting("Requests at once to one server.", "`3`", _positive),
    )
    checkpoints: str = dataclasses.field(
        default="",
        metadata=_setting(
            "Where it is remembered what was fetched from sources, if not in the ledger: `dynamodb://table`. "
            "`CBBD_CHECKPOINT_TABLE`, the name of the table alone, is read where this is not set.",
            "the ledger",
            _dynamodb,
            also="CBBD_CHECKPOINT_TABLE",
            also_is="dynamodb://{}",
        ),
    )
    quota_reserve: int = dataclasses.field(
        default=50,
        metadata=_setting("Calls of a monthly quota that are never used.", "`50`", _count),
    )
    log: str = dataclasses.field(
        default="",
        metadata=_setting(
            "File to which a line of JSON is added for each request to a source; `-` for standard error.",
            "no log",
            _log,
        ),
    )
    include_bootstrap: bool = dataclasses.field(
        default=False,
        metadata=_setting(
            "Whether the tables made of windows also have rows for the first days of a season (14, in college 21), in "
            "which windows are short. Their features are of a version of their own, which ends with `_early`.",
            "`false`",
            _yes_or_no,
        ),
    )
    prop_books: str = dataclasses.field(
        default="draftkings,fanduel",
        metadata=_setting(
            "Books of player props in the order in which one is chosen for a player, joined by commas. Others come after "
            "them by their names, and a consensus last.",
            "`draftkings,fanduel`",
            _names,
        ),
    )
    real_data: Path = dataclasses.field(
        default=Path("../shared/data"),
        metadata=_setting(
            "Where stored real documents are. Only tests and measurements read them; without them they use generated "
            "games.",
            "`../shared/data`",
            _path,
        ),
    )

    @classmethod
    def documented(cls) -> Iterator[tuple[str, Setting]]:
        """Name and description of each setting, in the order of the fields."""
        for field in dataclasses.fields(cls):
            yield field.name, field.metadata["setting"]

    @classmethod
    def read(
        cls,
        *,
        lake: str | os.PathLike[str] | None = None,
        directory: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Settings:
        """Reads the settings.

        Args:
            lake: the lake, where an argument of the command or of the caller names it.
            directory: the working directory, whose ``hooplake.toml`` counts; default the current one.
            environ: environment variables; default those of the process.

        Raises:
            ConfigError: a variable or a key that no setting has, a value of the wrong kind, a file that is not TOML.
        """
        directory = Path() if directory is None else directory
        known = dict(cls.documented())
        values: dict[str, Any] = {}
        if lake is not None:
            values["lake"] = _parsed(known["lake"], "lake", os.fspath(lake), Path())
        for name, value in _from_environment(known, os.environ if environ is None else environ).items():
            values.setdefault(name, value)
        for name, value in _from_file(known, directory).items():
            values.setdefault(name, value)
        # The lake is known by now: its own file may set the rest.
        place = values.get("lake", cls.__dataclass_fields__["lake"].default)
        if "://" not in place and Path(place) != directory:
            for name, value in _from_file(known, Path(place)).items():
                if name == "lake":
                    raise ConfigError(f"{Path(place) / FILE_NAME}: 'lake' cannot be set in the lake itself; remove it.")
                values.setdefault(name, value)
        return cls(**values)


def _parsed(setting: Setting, where: str, value: object, directory: Path) -> Any:
    try:
        return setting.parse(value, directory)
    except ValueError as error:
        raise ConfigError(f"{where}: {value!r} is not {error}. It means: {setting.meaning}") from None


def _unknown(where: str, name: str, known: Mapping[str, Setting]) -> ConfigError:
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
    return ConfigError(f"{where}: no such setting. {hint}")


def _from_environment(known: Mapping[str, Setting], environ: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for variable in sorted(environ):
        if not variable.startswith(ENV_PREFIX):
            continue
        name = variable.removeprefix(ENV_PREFIX).lower()
        if name not in known:
            raise _unknown(variable, name, known)
        if environ[variable].strip():  # an empty variable is one that is not set
            values[name] = _parsed(known[name], variable, environ[variable], Path())
    for name, setting in known.items():
        if name not in values and environ.get(setting.also, "").strip():
            text = setting.also_is.format(environ[setting.also].strip())
            values[name] = _parsed(setting, setting.also, text, Path())
    return values


def _from_file(known: Mapping[str, Setting], directory: Path) -> dict[str, Any]:
    path = directory / FILE_NAME
    try:
        body = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from error
    import tomllib  # most have no file of settings

    try:
        document = tomllib.loads(body.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML ({error}).") from error
    values = {}
    for name, value in document.items():
        if name not in known:
            raise _unknown(f"{path}: {name}", name, known)
        values[name] = _parsed(known[name], f"{path}: {name}", value, directory)
    return values
