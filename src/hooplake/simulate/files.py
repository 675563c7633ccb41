"""Documents of a season as files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from gzip import compress
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from hooplake.errors import ConfigError
from hooplake.simulate.season import Game, season

_SUFFIXES: Final = {"plain": ".json", "gz": ".json.gz", "zst": ".json.zst"}


def write_documents(
    directory: str | Path,
    *,
    league: str = "nba",
    season: int = 2025,
    start: date | None = None,
    days: int = 14,
    teams: int | None = None,
    seed: int = 7,
    kinds: Sequence[str] = ("summary",),
    status: str = "final",
    era: str | None = None,
    columns: str | None = None,
    traps: Collection[str] = (),
    padding_bytes: int = 0,
    form: str = "zst",
    limit: int | None = None,
    jobs: int = 2,
) -> list[Path]:
    """Write the documents of a season's games: ``{league}/{game id}.{kind}.json``, ``.json.gz`` or ``.json.zst``.

    The files do not depend on the number of jobs.

    Args:
        directory: created when missing.
        league: as for :func:`season`, like the next five.
        season: the ending year.
        start: the first day.
        days: how many days.
        teams: how many teams.
        seed: of everything.
        kinds: the documents of each game.
        status: as for :meth:`Game.document`, like the next four.
        era: the dialect.
        columns: the order of the box's columns.
        traps: names of traps.
        padding_bytes: size to which news fills a document.
        form: ``plain``, ``gz`` or ``zst``.
        limit: no more than so many games, the first ones.
        jobs: processes.

    Returns:
        The paths, in order of games and kinds.

    Raises:
        ConfigError: an unknown league, kind, status, dialect, trap or form.
    """
    if form not in _SUFFIXES:
        raise ConfigError(f"no form of file {form!r}: choose one of {', '.join(_SUFFIXES)}")
    made = {
        "league": league, "season": season, "start": start, "days": days, "teams": teams, "seed": seed,
    }  # fmt: skip
    said = {
        "status": status, "era": era, "columns": columns, "traps": sorted(traps), "padding_bytes": padding_bytes,
    }  # fmt: skip
    target = Path(directory) / league
    target.mkdir(parents=True, exist_ok=True)
    games = _games(made)[:limit]
    if jobs <= 1:
        return _write(games, target, kinds, said, form)
    # Shares of a few dozen games keep all processes busy to the end.
    share = max(1, min(32, -(-len(games) // jobs)))
    shares = [range(first, min(first + share, len(games))) for first in range(0, len(games), share)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        written = [pool.submit(_write_share, made, part, target, kinds, said, form) for part in shares]
        return [path for job in written for path in job.result()]


_known: dict[str, tuple[Game, ...]] = {}


def _games(made: dict[str, Any]) -> tuple[Game, ...]:
    """The games of a season, made once per process."""
    key = repr(made)
    if key not in _known:
        _known.clear()
        _known[key] = season(**made).games
    return _known[key]


def _write_share(
    made: dict[str, Any], part: range, target: Path, kinds: Sequence[str], said: dict[str, Any], form: str
) -> list[Path]:
    return _write(_games(made)[part.start : part.stop], target, kinds, said, form)


def _write(games: Iterable[Game], target: Path, kinds: Sequence[str], said: dict[str, Any], form: str) -> list[Path]:
    written = []
    for game in games:
        for kind in kinds:
            path = target / f"{game.id}.{kind}{_SUFFIXES[form]}"
            path.write_bytes(_packed(game.document(kind, **said), form))
            written.append(path)
    return written


def _packed(document: bytes, form: str) -> bytes:
    if form == "gz":
        # Without a time in the header, so that the same document gives the same file.
        return compress(document, 6, mtime=0)
    if form == "zst":
        from zstandard import ZstdCompressor

        return ZstdCompressor(level=3).compress(document)
    return document
