"""What a worker process is given and what it answers: a batch of games, and what is merged into the row of each.

The process that hands out the batches reads no document itself: what reads them is loaded where the work is done.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from hooplake.build.step import Failure
from hooplake.postgres.documents import Documents

if TYPE_CHECKING:
    from hooplake.lake.store import Store

EXTRACTION = "hooplake.postgres.extraction"
"""The module that does the work, for workers to have it loaded beforehand."""


class GameJob(NamedTuple):
    """One game to extract.

    Attributes:
        game_date: date of the row, for documents that have none.
    """

    game_id: str
    game_date: date | None
    documents: Documents


class Batch(NamedTuple):
    """Games that are merged together.

    Attributes:
        league: league whose documents are expected; None for any.
        version: version of the extractor.
    """

    games: tuple[GameJob, ...]
    league: str | None
    version: str


class Staged(NamedTuple):
    """What is merged into the row of a game.

    Attributes:
        row: its row of the staging table, as `hooplake.postgres.merge.stage` makes it.
        content_hash: of the enriched document.
        format: 1 page, 2 summary or gamepackage.
    """

    game_id: str
    row: bytes
    content_hash: str
    format: int


def extract(batch: Batch, store: Store, registry: Any) -> list[Staged | Failure]:
    """What is merged into the rows of a batch, or why there is nothing, in the order of its games."""
    del registry  # given to every job of the pool
    from hooplake.postgres.extraction import extract_games, staged

    return staged(extract_games(batch, store), batch.version)
