"""Where the documents of games are: in a lake, or as files ``{folder}/{game id}...json`` below a directory or bucket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from hooplake.games.espn.raw import PREFIX, by_game
from hooplake.lake.store import Store

_FILE = re.compile(
    r"(?P<game_id>[A-Za-z0-9_-]{1,50})(?P<middle>(?:\.[A-Za-z0-9_-]+)*)\.json(?:\.(?:gz|zst|zstd|xz|bz2))?", re.ASCII
)
_NUMBER = re.compile(r"\.(\d{1,6})(?=\.|$)")


class Document(NamedTuple):
    """One document of a game.

    Attributes:
        path: path in the store.
        receipt: order of receipt among the documents of its kind.
    """

    path: str
    receipt: int


class Documents(NamedTuple):
    """The documents of one game.

    Attributes:
        items: in the order of their paths.
        fingerprint: changes whenever a document comes, goes or changes.
    """

    items: tuple[Document, ...]
    fingerprint: str


@dataclass(frozen=True)
class Source:
    """The documents of all games.

    Attributes:
        store: where they are.
        games: by game id.
    """

    store: Store
    games: Mapping[str, Documents] = field(default_factory=dict)


def find_documents(store: Store, leagues: Iterable[str] | None) -> Source:
    """The documents in a lake or below a directory or bucket; nothing is read but the listing.

    A store with ``raw/espn`` is a lake, and its documents are those of the leagues. Anywhere else every file named
    ``{game id}.json``, with more parts between and compressed or not, in any folder, is a document; all of one game id
    are of one game.

    Args:
        store: the place.
        leagues: which leagues of a lake; None for all.
    """
    files: dict[str, list[tuple[str, int, str]]] = {}
    if raw := by_game(store.paths(PREFIX)):
        wanted = None if leagues is None else set(leagues)
        for (league, _), games in raw.items():
            if wanted is None or league in wanted:
                for game_id, names in games.items():
                    # a name has the hash of the content: it says everything
                    files.setdefault(game_id, []).extend((name.path, name.sequence, name.sha) for name in names)
    else:
        for meta in store.list():
            named = _FILE.fullmatch(meta.path.rpartition("/")[2])
            if named is not None:
                number = _NUMBER.search(named["middle"])
                entry = (meta.path, int(number[1]) if number else 1, meta.etag)
                files.setdefault(named["game_id"], []).append(entry)
    return Source(store, {game_id: _documents(found) for game_id, found in files.items()})


def _documents(found: Iterable[tuple[str, int, str]]) -> Documents:
    ordered = sorted(found)
    digest = blake2b(digest_size=16)
    for path, receipt, version in ordered:
        digest.update(f"{path}\0{receipt}\0{version}\n".encode())
    return Documents(tuple(Document(path, receipt) for path, receipt, _ in ordered), digest.hexdigest())
