"""Where the documents of games are: in a lake, or as files ``{folder}/{game id}...json`` below a directory or bucket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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
    files: dict[str, list[_Found]] = {}
    if raw := by_game(store.paths(PREFIX)):
        wanted = None if leagues is None else set(leagues)
        for (league, _), games in raw.items():
            if wanted is None or league in wanted:
                for game_id, names in games.items():
                    # a name has the hash of the content: it says everything
                    files.setdefault(game_id, []).extend((name.path, name.sequence, name.sha) for name in names)
    else:
        # to look at every file of a directory takes longer than to list them, and can be done when its game comes
        found: Iterable[_Found] = (
            ((path, None, None) for path in store.paths())
            if store.is_local
            else ((meta.path, None, meta.etag) for meta in store.list())
        )
        for each in found:
            named = _FILE.fullmatch(each[0].rpartition("/")[2])
            if named is not None:
                files.setdefault(named["game_id"], []).append(each)
    return Source(store, _Games(store, files))


_Found = tuple[str, int | None, str | None]
"""Path, order of receipt and version of a document; None for what is to be read of its name, or of the file."""


class _Games(Mapping[str, Documents]):
    """The documents of games, each made when it is asked for: while the first are read, the others need not be ready."""

    def __init__(self, store: Store, files: Mapping[str, list[_Found]]) -> None:
        self._store = store
        self._files = files

    def __getitem__(self, game_id: str) -> Documents:
        found = []
        for path, receipt, version in self._files[game_id]:
            if version is None:
                meta = self._store.head(path)
                if meta is None:  # deleted since it was listed
                    continue
                version = meta.etag
            if receipt is None:
                named = _FILE.fullmatch(path.rpartition("/")[2])
                number = _NUMBER.search(named["middle"]) if named is not None else None
                receipt = int(number[1]) if number else 1
            found.append((path, receipt, version))
        if not found:
            raise KeyError(game_id)
        return _documents(found)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _documents(found: Iterable[tuple[str, int, str]]) -> Documents:
    ordered = sorted(found)
    digest = blake2b(digest_size=16)
    for path, receipt, version in ordered:
        digest.update(f"{path}\0{receipt}\0{version}\n".encode())
    return Documents(tuple(Document(path, receipt) for path, receipt, _ in ordered), digest.hexdigest())
