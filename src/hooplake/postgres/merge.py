"""The merge of features into the JSON of game rows: one COPY and one UPDATE a batch, and nothing else of a row changes.

Two subtrees of ``data`` are set, ``espn_features`` and ``metadata.enrichment``. Every other key keeps its value, and a
row whose features are those already there is not written at all, so that it leaves no dead tuple behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from hooplake.build.step import Failure
from hooplake.postgres import copying
from hooplake.postgres.batches import Staged

if TYPE_CHECKING:
    import psycopg

GAMES = "raw_data.nba_games"
STATE = "raw_data.game_enrichment"

_ATTEMPTS = 4
_AGAIN = ("40001", "40P01")  # serialization_failure, deadlock_detected: the same again may succeed

# A patch is in storage external: it is read once and thrown away, and compressing it would take longer.
_STAGING = """
create temporary table if not exists enrichment_batch (
    game_id text not null,
    patch jsonb not null,
    content_hash text not null,
    source_fingerprint text not null
) on commit delete rows;
alter table enrichment_batch alter column patch set storage external;
"""

_COPY = "copy enrichment_batch (game_id, patch, content_hash, source_fingerprint) from stdin with (format binary)"

# "||" writes out all that is on its left and right again, and "data" may be long: so it takes part in it once. The patch
# has espn_features and metadata.enrichment; where metadata has more keys, these are put into it first.
UPDATE = f"""
update {GAMES} as g
set data = g.data || case
    when coalesce(g.data -> 'metadata', '{{}}') - 'enrichment' = '{{}}' then b.patch
    else b.patch || jsonb_build_object('metadata', (g.data -> 'metadata') || (b.patch -> 'metadata'))
end
from enrichment_batch as b
where g.game_id = b.game_id
    and case
        when jsonb_typeof(g.data) = 'object' then
            coalesce(jsonb_typeof(g.data -> 'metadata'), 'object') = 'object'
            and (
                g.data #>> '{{metadata,enrichment,content_hash}}' is distinct from b.content_hash
                or g.data -> 'espn_features' is distinct from b.patch -> 'espn_features'
            )
    end
returning g.game_id
"""
"""The one UPDATE of a batch: rows whose features differ from those staged."""

_REFUSED = f"""
select
    b.game_id,
    case
        when g.game_id is null then 'row_gone'
        when jsonb_typeof(g.data) <> 'object' then 'data_not_an_object'
        when jsonb_typeof(g.data -> 'metadata') <> 'object' then 'metadata_not_an_object'
    end
from enrichment_batch as b
left join {GAMES} as g on g.game_id = b.game_id
where b.game_id <> all(%(written)s)
"""

_REMEMBER = f"""
insert into {STATE} as e
    (game_id, source_fingerprint, extractor_version, content_hash, row_version)
select b.game_id, b.source_fingerprint, %(version)s, b.content_hash, g.xmin
from enrichment_batch as b
join {GAMES} as g on g.game_id = b.game_id
where b.game_id <> all(%(refused)s)
on conflict (game_id) do update set
    source_fingerprint = excluded.source_fingerprint,
    extractor_version = excluded.extractor_version,
    content_hash = excluded.content_hash,
    row_version = excluded.row_version,
    enriched_at = excluded.enriched_at
where (e.source_fingerprint, e.extractor_version, e.content_hash, e.row_version)
    is distinct from
    (excluded.source_fingerprint, excluded.extractor_version, excluded.content_hash, excluded.row_version)
"""

_REASONS = {
    "row_gone": "the row of the game is no longer there",
    "data_not_an_object": "data is not a JSON object: setting a key in it would destroy it",
    "metadata_not_an_object": "data.metadata is not a JSON object: setting a key in it would destroy it",
}


class Merged(NamedTuple):
    """What became of a batch.

    Attributes:
        written: games whose row was changed.
        unchanged: games whose row has these features already.
        failed: games that could not be merged.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: dict[str, Failure]


def prepare(connection: psycopg.Connection[Any]) -> None:
    """Makes the staging table of this connection."""
    connection.execute(_STAGING.encode())


def stage(game_id: str, body: bytes, enrichment: Mapping[str, object], content_hash: str, fingerprint: str) -> bytes:
    """The row of a game in the staging table, as `merge` sends it.

    Args:
        game_id: the game.
        body: ``espn_features`` as JSON.
        enrichment: ``metadata.enrichment``.
        content_hash: of the body.
        fingerprint: what the body was made from.
    """
    told = msgspec.json.encode(enrichment)
    patch = copying.jsonb(b'{"espn_features":', body, b',"metadata":{"enrichment":', told, b"}}")
    row = (copying.text(game_id), patch, copying.text(content_hash), copying.text(fingerprint))
    return copying.rows((row,))


def merge(connection: psycopg.Connection[Any], batch: Sequence[Staged], *, version: str) -> Merged:
    """Merges a batch in one transaction. A game that the database refuses costs no other: the batch is parted.

    Args:
        connection: on which `prepare` was called.
        batch: games, each once.
        version: version of the extractor.

    Raises:
        psycopg.OperationalError: the connection was lost; nothing of the batch is written, or all.
    """
    import psycopg

    if not batch:
        return Merged((), (), {})
    for attempt in range(_ATTEMPTS):
        try:
            with connection.transaction():
                return _merge(connection, batch, version)
        except psycopg.Error as error:
            if connection.broken or connection.closed:
                raise
            if error.sqlstate in _AGAIN and attempt + 1 < _ATTEMPTS:
                continue
            if _not_of_a_row(error):
                raise
            if len(batch) == 1:
                return Merged((), (), {batch[0].game_id: Failure("database", _first_line(error))})
            break
    middle = len(batch) // 2
    parts = [merge(connection, part, version=version) for part in (batch[:middle], batch[middle:])]
    return Merged(
        parts[0].written + parts[1].written,
        parts[0].unchanged + parts[1].unchanged,
        parts[0].failed | parts[1].failed,
    )


def _merge(connection: psycopg.Connection[Any], batch: Sequence[Staged], version: str) -> Merged:
    with connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            copy.write(b"".join((copying.HEADER, *(each.row for each in batch), copying.TRAILER)))
        written = tuple(row[0] for row in cursor.execute(UPDATE.encode()))
        others = []
        if len(written) < len(batch):
            others = cursor.execute(_REFUSED.encode(), {"written": list(written)}).fetchall()
        failed = {game_id: Failure(reason, _REASONS[reason]) for game_id, reason in others if reason is not None}
        cursor.execute(_REMEMBER.encode(), {"version": version, "refused": list(failed)})
    unchanged = tuple(game_id for game_id, reason in others if reason is None)
    return Merged(written, unchanged, failed)


def _not_of_a_row(error: psycopg.Error) -> bool:
    """Whether no part of the batch would fare better: no permission, no table, no space, stopped by the user."""
    state = error.sqlstate or ""
    return state.startswith(("28", "42", "53", "57", "58", "25"))


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
