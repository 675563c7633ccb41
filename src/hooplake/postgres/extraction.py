"""Documents of a batch of games to what is merged into their rows. This is the work that is done in worker processes."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import NamedTuple

import zstandard

from hooplake.build.step import Failure
from hooplake.errors import DocumentError, StoreError
from hooplake.features.document import content_hash, enriched
from hooplake.features.extract import decode_counted, read_counted
from hooplake.games.espn.identity import identify
from hooplake.games.espn.read import Fetch
from hooplake.lake.store import Store
from hooplake.postgres.batches import Batch, GameJob, Staged
from hooplake.postgres.merge import stage
from hooplake.sources.find import league_of_path
from hooplake.sources.unpack import LARGEST, inflate

_ZSTD = b"\x28\xb5\x2f\xfd"
_AT_ONCE = 16


class Extracted(NamedTuple):
    """The features of a game.

    Attributes:
        body: the enriched document (``espn_features``) as JSON.
        content_hash: of the body.
        feature_count: how many feature values are known.
        format: 1 page, 2 summary or gamepackage.
        fingerprint: what it was made from.
    """

    game_id: str
    body: bytes
    content_hash: str
    feature_count: int
    format: int
    fingerprint: str


def staged(games: Sequence[Extracted | Failure], version: str) -> list[Staged | Failure]:
    """What is merged, with the time at which it was made; a failure stays as it is."""
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    return [each if isinstance(each, Failure) else _staged(each, now, version) for each in games]


def _staged(each: Extracted, now: str, version: str) -> Staged:
    enrichment = {
        "enriched_at": now,
        "format_version": each.format,
        "feature_count": each.feature_count,
        "content_hash": each.content_hash,
        "extractor_version": version,
    }
    row = stage(each.game_id, each.body, enrichment, each.content_hash, each.fingerprint)
    return Staged(each.game_id, row, each.content_hash, each.format)


def extract_games(batch: Batch, store: Store) -> list[Extracted | Failure]:
    """The enriched documents of a batch, or why there is none, in the order of its games."""
    collecting = gc.isenabled()
    gc.disable()  # many short-lived objects and no cycles
    try:
        bodies = _bodies(batch, store)
        return [_extract(job, batch.league, store, found) for job, found in zip(batch.games, bodies, strict=True)]
    finally:
        if collecting:
            gc.enable()


def _bodies(batch: Batch, store: Store) -> list[Sequence[bytes | StoreError] | None]:
    """The objects of each game, fetched beforehand from a bucket, where the wait is long; None to read them later."""
    if store.is_local:
        return [None] * len(batch.games)

    def get(path: str) -> bytes | StoreError:
        try:
            return store.get(path)
        except StoreError as error:
            return error

    paths = [document.path for job in batch.games for document in job.documents.items]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = iter(list(threads.map(get, paths)))
    return [[next(found) for _ in job.documents.items] for job in batch.games]


def _extract(
    job: GameJob, league: str | None, store: Store, bodies: Sequence[bytes | StoreError] | None
) -> Extracted | Failure:
    try:
        fetches = []
        for place, document in enumerate(job.documents.items):
            data = store.get(document.path) if bodies is None else bodies[place]
            if isinstance(data, StoreError):
                raise data
            fetches.append(Fetch(document.path, document.receipt, decode_counted(_inflated(data))))
        return _made(job, league, store, fetches)
    except DocumentError as error:
        return Failure(error.reason, error.detail)
    except StoreError as error:
        return Failure("unreadable", str(error))
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:  # one strange document never costs the run
        return Failure("unexpected", f"{type(error).__name__}: {error}")


def _made(job: GameJob, league: str | None, store: Store, fetches: list[Fetch]) -> Extracted:
    found = [
        # what a document does not say of itself, its folder may
        (fetch, identify(fetch.decoded, league=league or _league_of(fetch.name), game_date=job.game_date))
        for fetch in fetches
    ]
    who = found[0][1]
    for fetch, about in found:
        if about.game_id != job.game_id:
            raise DocumentError("misplaced", f"{fetch.name} is about game {about.game_id}")
        if about.league.code != (league or who.league.code):
            raise DocumentError(
                "other_league",
                f"{fetch.name} is about a game of {about.league.code}, not of {league or who.league.code}",
            )
    game, tally, ruling = read_counted(fetches, league=who.league.code, season=who.season, game_date=who.game_date)
    made = enriched(game, tally, key=ruling if store.is_local else f"{store.url}/{ruling}")
    body = made.to_json()
    return Extracted(
        job.game_id,
        body,
        content_hash(body),
        made.feature_count,
        made.source_data.format,
        job.documents.fingerprint,
    )


def _league_of(path: str) -> str | None:
    return _league_of_folder(path.replace("!", "/").rpartition("/")[0])


@lru_cache(maxsize=4096)
def _league_of_folder(folder: str) -> str | None:
    """There are far fewer folders than documents."""
    return league_of_path(f"{folder}/document")


@cache
def _inflater() -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor()


def _inflated(data: bytes) -> bytes:
    if data.startswith(_ZSTD):
        size = zstandard.frame_content_size(data)
        if 0 < size <= LARGEST:  # in one piece, which takes half the time
            try:
                return _inflater().decompress(data)
            except zstandard.ZstdError as error:
                raise DocumentError("damaged", f"the zstd data cannot be inflated: {error}") from error
    return inflate(data)
