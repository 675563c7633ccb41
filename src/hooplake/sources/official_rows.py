"""Which games the rows of a dump are about, and dumps of several seasons cut by season."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

from hooplake.errors import DocumentError
from hooplake.games.official.columns import NONE, Int, coded
from hooplake.games.official.dumps import kind_of
from hooplake.games.official.identity import OfficialId, identify
from hooplake.games.official.raw import GameRows

Season = tuple[str, int]
"""League and season."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What is in a dump.

    Attributes:
        kind: what the rows are.
        seasons: games of each season, with the places of their rows.
        remark: what was left out, in words; empty if nothing was.
    """

    kind: str
    seasons: Mapping[Season, list[GameRows]]
    remark: str


class Cut(NamedTuple):
    """Rows of one season in a file of their own."""

    file: Path
    games: list[GameRows]


def games_in(kind: str, rows: pa.Table) -> Rows:
    """Games of a table with the column ``GAME_ID``."""
    found = coded(rows, "GAME_ID")
    known = [identify(value) for value in found.values]
    strange = sorted(value for value, game in zip(found.values, known, strict=True) if game is None)
    games = sorted({game for game in known if game is not None})
    places = {game: place for place, game in enumerate(games)}
    owner = np.array([*(NONE if game is None else places[game] for game in known), NONE], np.int64)[found.codes]
    first, after = _spans(owner, len(games))
    seasons: dict[Season, list[GameRows]] = {}
    for place, game in enumerate(games):
        own = GameRows(game.game_id, int(first[place]), int(after[place]))
        seasons.setdefault((game.league, game.season), []).append(own)
    remark = f"; left out {len(strange):,} games of other leagues, such as {strange[0]}" if strange else ""
    return Rows(kind, seasons, remark)


def _spans(owner: Int, games: int) -> tuple[Int, Int]:
    """First row of each game, and the row after its last."""
    rows = np.arange(len(owner))
    first, after = np.full(games, len(owner), np.int64), np.zeros(games, np.int64)
    known = owner >= 0
    np.minimum.at(first, owner[known], rows[known])
    np.maximum.at(after, owner[known], rows[known] + 1)
    return first, after


def rows_of_parquet(file: Path) -> Rows:
    """What is in a Parquet file.

    Raises:
        DocumentError: ``not_parquet``, ``unknown_rows`` or ``no_game``.
    """
    try:
        names = pq.ParquetFile(file).schema_arrow.names
        kind, column = _recognised(names)
        ids = pq.ParquetFile(file, read_dictionary=[column]).read([column])
    except (pa.ArrowInvalid, OSError) as error:
        raise DocumentError("not_parquet", f"the file is no Parquet file that can be read: {error}") from error
    return _with_games(games_in(kind, ids.rename_columns(["GAME_ID"])))


def rows_of_csv(file: Path) -> Rows:
    """What is in a CSV file.

    Raises:
        DocumentError: ``not_csv``, ``unknown_rows`` or ``no_game``.
    """
    try:
        kind, column = _recognised(_header(file))
        batches = [batch.column(0).dictionary_encode() for batch in _batches(file, [column])]
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise DocumentError("not_csv", f"the file is no CSV file that can be read: {error}") from error
    kind_of_ids = pa.dictionary(pa.int32(), pa.string())
    return _with_games(games_in(kind, pa.table({"GAME_ID": pa.chunked_array(batches, kind_of_ids)})))


def _with_games(rows: Rows) -> Rows:
    if not rows.seasons:
        raise DocumentError("no_game", f"no row is about a game of the NBA or the WNBA{rows.remark}")
    return rows


def _recognised(names: list[str]) -> tuple[str, str]:
    """Kind of rows with these columns, and the name of the one with the game ids."""
    kind = kind_of(names)
    if kind is None:
        raise DocumentError("unknown_rows", f"no table of the official feed has the columns {', '.join(names[:8])} ...")
    return kind, next(name for name in names if name.strip().upper() == "GAME_ID")


_PARSE = csv.ParseOptions(newlines_in_values=True)


def _header(file: Path) -> list[str]:
    names: list[str] = csv.open_csv(file, csv.ReadOptions(block_size=1 << 20), _PARSE).schema.names
    return names


def _batches(file: Path, columns: list[str]) -> Iterable[pa.RecordBatch]:
    options = csv.ConvertOptions(
        include_columns=columns, column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True
    )
    batches: Iterable[pa.RecordBatch] = csv.open_csv(file, csv.ReadOptions(block_size=16 << 20), _PARSE, options)
    return batches


def cut_parquet(file: Path, rows: Rows, folder: Path) -> dict[Season, Cut]:
    """The rows of each season of a Parquet file in a file of their own."""
    source = pq.ParquetFile(file)
    return _cut(source.iter_batches(), source.schema_arrow, rows, folder)


def cut_csv(file: Path, rows: Rows, folder: Path) -> dict[Season, Cut]:
    """The rows of each season of a CSV file, as texts, in a Parquet file of their own."""
    names = _header(file)
    return _cut(_batches(file, names), pa.schema([(name, pa.string()) for name in names]), rows, folder)


def _cut(batches: Iterable[pa.RecordBatch], schema: pa.Schema, rows: Rows, folder: Path) -> dict[Season, Cut]:
    column = next(name for name in schema.names if name.strip().upper() == "GAME_ID")
    order = sorted(rows.seasons)
    files = [folder / f"{rows.kind}-{league}-{season}.parquet" for league, season in order]
    parts: list[list[pa.Table]] = [[] for _ in order]
    writers = [pq.ParquetWriter(file, schema, compression="zstd") for file in files]
    try:
        for batch in batches:
            ids = pa.table({"GAME_ID": batch.column(batch.schema.get_field_index(column))})
            found = coded(ids, "GAME_ID")
            season = found.map(lambda text: _place(identify(text), order))
            for place in np.unique(season[season >= 0]).tolist():
                own = pa.array(season == place)
                writers[place].write_table(pa.Table.from_batches([batch]).filter(own))
                parts[place].append(ids.filter(own))
    finally:
        for writer in writers:
            writer.close()
    return {
        key: Cut(file, games_in(rows.kind, pa.concat_tables(ids)).seasons[key])
        for key, file, ids in zip(order, files, parts, strict=True)
    }


def _place(game: OfficialId | None, order: list[Season]) -> int:
    return NONE if game is None else order.index((game.league, game.season))
