"""One offered document, from its bytes to what filing must know. This is the work that is done in worker processes."""

from __future__ import annotations

import gc
import hashlib
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import zstandard

from hooplake.errors import DocumentError, ObjectNotFound
from hooplake.games.espn.decode import Decoded, decode
from hooplake.games.espn.identity import PLAYED_RANK, Identity, identify
from hooplake.games.espn.raw import RawName
from hooplake.games.seasons import parse_utc
from hooplake.lake.store import Store
from hooplake.lake.table import Registry
from hooplake.sources.archives import holds_several
from hooplake.sources.find import Offer, league_of_path
from hooplake.sources.unpack import LARGEST, inflate

SHA_BYTES = 6
_LEVEL = 3


class Given(NamedTuple):
    """What the user says of documents that do not say it themselves."""

    league: str | None = None
    season: int | None = None
    date: date | None = None


class Facts(NamedTuple):
    """What decides between two documents of one game and kind.

    Attributes:
        rank: how far the game has gone in it (`PLAYED_RANK`).
        updated: when it was made, by its own word.
        content: digest of all that is used of it. Two fetches that differ in news or tickets have the same.
    """

    rank: int
    updated: datetime | None
    content: bytes


class Reading(NamedTuple):
    """What came of one offer.

    Attributes:
        sha: first 12 hexadecimal digits of the SHA-256 of the bytes; empty where there are none to keep.
        size: bytes, not compressed.
        packed: the bytes as they are stored (zstd); None where they need not be.
        known: the lake has these bytes.
        several: a list or lines; what it holds must be offered one by one.
        reason: why it is no game document, a short code; empty if it is one.
        detail: the same in a sentence.
    """

    sha: str = ""
    size: int = 0
    packed: bytes | None = None
    known: bool = False
    several: bool = False
    reason: str = ""
    detail: str = ""
    who: Identity | None = None
    facts: Facts | None = None
    repairs: tuple[str, ...] = ()


class Job(NamedTuple):
    """Some offers to read.

    Attributes:
        known: file with the first 6 bytes of the SHA-256 of everything in the lake, one after the other.
        keep: whether what is new will be stored, and must be packed.
    """

    offers: tuple[Offer, ...]
    given: Given
    known: str
    keep: bool


def read_offers(job: Job, store: Store, registry: Registry) -> list[Reading]:
    """What came of each offer, in their order. Whatever is wrong with a document, it is said of that one alone."""
    del store, registry
    known = _known(job.known)
    collecting = gc.isenabled()
    gc.disable()  # documents are trees without cycles
    try:
        return [_reading(offer, job, known) for offer in job.offers]
    finally:
        if collecting:
            gc.enable()


def read_stored(paths: tuple[str, ...], store: Store, registry: Registry) -> list[Facts | None]:
    """The facts of documents in the lake, None for one that cannot be read any more."""
    del registry
    return [_stored(store, path) for path in paths]


def facts_of(decoded: Decoded, who: Identity) -> Facts:
    """What decides between this document and others of its game and kind.

    The time at which the document was made is left out of `content`: `decoded` loses it.
    """
    document = decoded.document
    meta, document.summary.meta = document.summary.meta, None
    try:
        used = msgspec.msgpack.encode(document)
    except OverflowError:  # a number of twenty digits: absurd, but no reason to lose the game
        used = repr(document).encode("utf-8", "backslashreplace")
    return Facts(
        PLAYED_RANK.get(who.status, 1),
        parse_utc(meta.last_updated_at if meta is not None else None),
        hashlib.blake2b(used, digest_size=16).digest(),
    )


def pack(body: bytes) -> bytes:
    """A body as raw objects and dead letters store it."""
    return _packer().compress(body)


@cache
def _packer() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=_LEVEL)


@lru_cache(1)
def _known(file: str) -> frozenset[bytes]:
    data = Path(file).read_bytes()
    return frozenset(data[at : at + SHA_BYTES] for at in range(0, len(data), SHA_BYTES))


def _reading(offer: Offer, job: Job, known: frozenset[bytes]) -> Reading:
    body = offer.body
    try:
        if body is None and not offer.reason:
            if offer.weight > LARGEST:
                raise DocumentError("too_large", f"the file has more than {LARGEST >> 20} MB")
            body = Path(offer.file).read_bytes()
        if offer.reason:
            raise DocumentError(offer.reason, offer.detail)
        assert body is not None
        body = inflate(body)
        digest = hashlib.sha256(body)
        if digest.digest()[:SHA_BYTES] in known:
            return Reading(digest.hexdigest()[: 2 * SHA_BYTES], len(body), known=True)
        decoded = decode(body)
        who = _identify(decoded, job.given, offer.origin)
        return Reading(
            digest.hexdigest()[: 2 * SHA_BYTES], len(body), pack(body) if job.keep else None, who=who,
            facts=facts_of(decoded, who), repairs=decoded.repairs,
        )  # fmt: skip
    except OSError as error:
        return Reading(reason="unreadable_file", detail=str(error.strerror or error))
    except DocumentError as error:
        if offer.body is None and body and error.reason in ("not_json", "not_an_object") and holds_several(body):
            return Reading(several=True)
        return _bad(error.reason, error.detail, body, job.keep)
    except Exception as error:  # nothing that a file holds may stop the others
        return _bad("unexpected", f"{type(error).__name__}: {error}", body, job.keep)


def _bad(reason: str, detail: str, body: bytes | None, keep: bool) -> Reading:
    if body is None:
        return Reading(reason=reason, detail=detail)
    sha = hashlib.sha256(body).hexdigest()[: 2 * SHA_BYTES]
    return Reading(sha, len(body), pack(body) if keep else None, reason=reason, detail=detail)


def _identify(decoded: Decoded, given: Given, origin: str) -> Identity:
    def told(league: str | None) -> Identity:
        return identify(decoded, league=league, season=given.season, game_date=given.date)

    try:
        who = told(given.league)
    except DocumentError as error:
        folder = league_of_path(origin)
        if error.reason != "unknown_league" or given.league is not None or folder is None:
            raise
        who = told(folder)
        who = msgspec.structs.replace(who, evidence=who.evidence.replace("league:given", "league:folder"))
    if who.tipoff_utc is None:
        who = msgspec.structs.replace(who, evidence=f"{who.evidence} date:given")
    return who


def _stored(store: Store, path: str) -> Facts | None:
    from hooplake.games.espn.step import read_raw  # it loads all that builds games, which most documents do not need

    name = RawName.parse(path)
    if name is None:
        return None
    try:
        decoded = decode(read_raw(store, path))
        return facts_of(decoded, identify(decoded, league=name.league, season=name.season, game_date=name.date))
    except (DocumentError, ObjectNotFound):
        return None
