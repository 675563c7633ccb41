"""Which documents of a game are kept, and as the how manyth: pure decisions, for whatever source they come from.

**Order.** New documents of one game are put in order before they are numbered: by the time at which they were made, by
their own word (``meta.lastUpdatedAt``; those that do not say it are the older kind, and come first), then by how far the
game has gone in them, then by name. Times of files do not count: a copy or an unpacked archive changes them.

**Unchanged** is a document whose bytes are stored, or whose used content is that of a stored document of its game and
kind. There is one exception: if others came after that one, and the new one says that it is newer than the last of
them, then the source went back to what it had said before, and the document is stored.

**Superseded** is a document that does not rule: another one of its game has gone further (it is stored all the same),
or a stored one of its kind has gone as far and says that it is newer. Then it is not stored, since of equals the later
fetch rules (`hooplake.games.espn.read`), and old news would.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from hooplake.games.espn.identity import Identity
from hooplake.games.espn.raw import RawName
from hooplake.sources.reading import Facts

Game = tuple[str, int, str]
"""League, season and game id."""

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Result(StrEnum):
    """What becomes of an offered document."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    DEAD_LETTER = "dead_letter"


class Candidate(NamedTuple):
    """A new document of a game."""

    origin: str
    sha: str
    who: Identity
    facts: Facts


class Held(NamedTuple):
    """A document of the lake; `facts` is None if it cannot be read any more."""

    name: RawName
    facts: Facts | None


class Decision(NamedTuple):
    """What becomes of one candidate.

    Attributes:
        name: the raw document that it is or will be, or that rules in its place.
        store: whether `name` must be written.
        detail: why, where it is not simply stored.
    """

    result: Result
    name: RawName
    store: bool = False
    detail: str = ""


class Shelf:
    """The raw documents of the lake.

    Attributes:
        by_sha: each by the start of the SHA-256 of its bytes.
    """

    def __init__(self, names: Iterable[RawName] = ()) -> None:
        self.by_sha: dict[str, RawName] = {}
        self._games: dict[Game, list[Held]] = {}
        for name in names:
            self.add(name)

    def add(self, name: RawName, facts: Facts | None = None) -> None:
        """One more document."""
        self.by_sha.setdefault(name.sha, name)
        self._games.setdefault((name.league, name.season, name.game_id), []).append(Held(name, facts))

    def unread(self, games: Iterable[Game]) -> list[str]:
        """Paths of the documents of these games whose facts are not known yet."""
        return [held.name.path for game in games for held in self._games.get(game, ()) if held.facts is None]

    def learn(self, facts: dict[str, Facts]) -> None:
        """The facts of documents, by path."""
        for path, known in facts.items():
            name = RawName.parse(path)
            if name is not None:
                game = self._games[name.league, name.season, name.game_id]
                game[:] = [Held(name, known) if held.name == name else held for held in game]

    def file(self, game: Game, new: Sequence[Candidate]) -> list[Decision]:
        """Decide on new documents of a game, in the order given, and add those that are kept."""
        decisions = decide(new, self._games.get(game, ()))
        for candidate, decision in zip(new, decisions, strict=True):
            if decision.store:
                self.add(decision.name, candidate.facts)
        return decisions


def game_of(who: Identity) -> Game:
    """The game that a document is about."""
    return who.league.code, who.season, who.game_id


def decide(new: Sequence[Candidate], held: Sequence[Held]) -> list[Decision]:
    """What becomes of new documents of one game; see the module for the rules.

    Args:
        new: the documents, in any order.
        held: all documents of the game in the lake, of all kinds.

    Returns:
        One decision per document, in the order of `new`.
    """
    held = sorted(held, key=lambda one: (one.name.kind, one.name.sequence, one.name.sha))
    decisions: dict[int, Decision] = {}
    for place in sorted(range(len(new)), key=lambda place: _age(new[place])):
        decision = _one(new[place], held)
        decisions[place] = decision
        if decision.store:
            held.append(Held(decision.name, new[place].facts))
    top = max((one.facts for one in held if one.facts is not None), key=lambda facts: facts.rank, default=None)
    for place, decision in decisions.items():
        if decision.store and top is not None and new[place].facts.rank < top.rank:
            ruling = next(one.name for one in held if one.facts is not None and one.facts.rank == top.rank)
            decisions[place] = decision._replace(
                result=Result.SUPERSEDED, detail=f"the game has gone further in {ruling.path}"
            )
    return [decisions[place] for place in range(len(new))]


def _age(candidate: Candidate) -> tuple[datetime, int, str, str, str]:
    facts = candidate.facts
    return facts.updated or _LONG_AGO, facts.rank, candidate.origin, candidate.who.kind, candidate.sha


def _one(new: Candidate, held: Sequence[Held]) -> Decision:
    alike = [one for one in held if one.name.kind == new.who.kind]
    for one in held:
        if one.name.sha == new.sha:
            return Decision(Result.UNCHANGED, one.name, detail="the same bytes")
    same = [one for one in alike if one.facts is not None and one.facts.content == new.facts.content]
    if same and (same[-1] is alike[-1] or not _newer(new.facts, alike[-1].facts)):
        return Decision(Result.UNCHANGED, same[-1].name, detail="the same in all that is used")
    for one in alike:
        if one.facts is not None and one.facts.rank == new.facts.rank and _newer(one.facts, new.facts):
            return Decision(Result.SUPERSEDED, one.name, detail=f"older than {one.name.path}; not stored")
    who = new.who
    sequence = 1 + max((one.name.sequence for one in alike), default=0)
    name = RawName(who.kind, who.league.code, who.season, who.game_date, who.game_id, sequence, new.sha)
    return Decision(Result.STORED, name, store=True)


def _newer(one: Facts, other: Facts | None) -> bool:
    """Whether both say when they were made, and the first is the newer one."""
    return other is not None and one.updated is not None and other.updated is not None and one.updated > other.updated
