"""Documents of one game, read for its features: the neutral game, and its plays counted instead of read.

Reading 450 plays into the neutral model takes longer than everything else together, and of the enriched document only
their number, types and first and last wall clock are part. So no more of a play is decoded either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Generic, Literal, NamedTuple, Protocol, TypeVar

import msgspec

from hooplake.features.play_words import PLAY_WORDS
from hooplake.games.espn.decode import Decoded, decode
from hooplake.games.espn.documents import Boxscore, Document, Summary
from hooplake.games.espn.read import Fetch, read_game
from hooplake.games.model import EVENTS, Game
from hooplake.games.plays import Plays, meanings


class _Nothing(msgspec.Struct, gc=False):
    """An object of which nothing is wanted."""


_W = TypeVar("_W")


class _Words(msgspec.Struct, Generic[_W], gc=False):
    text: _W | None = None


class _Number(msgspec.Struct, gc=False):
    number: int | None = None


class _CountedPlay(msgspec.Struct, Generic[_W], gc=False):
    """What is counted of a play."""

    type: _Words[_W] | None = None
    period: _Number | None = None
    wallclock: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class _CountedBoxscore(Boxscore):
    teams: list[_Nothing] | None = None  # type: ignore[assignment]


class _CountedSummary(Summary, Generic[_W]):
    boxscore: _CountedBoxscore | None = None
    plays: list[_CountedPlay[_W]] | None = None  # type: ignore[assignment]
    winprobability: list[_Nothing] | None = None  # type: ignore[assignment]
    pickcenter: list[_Nothing] | None = None  # type: ignore[assignment]
    injuries: list[_Nothing] | None = None  # type: ignore[assignment]


class _CountedDocument(Document, Generic[_W]):
    boxscore: _CountedBoxscore | None = None
    plays: list[_CountedPlay[_W]] | None = None  # type: ignore[assignment]
    winprobability: list[_Nothing] | None = None  # type: ignore[assignment]
    pickcenter: list[_Nothing] | None = None  # type: ignore[assignment]
    injuries: list[_Nothing] | None = None  # type: ignore[assignment]
    gamepackage: _CountedSummary[_W] | None = msgspec.field(default=None, name="gamepackageJSON")


_KNOWN: msgspec.json.Decoder[_CountedDocument[str]] = msgspec.json.Decoder(
    _CountedDocument[Literal.__getitem__(PLAY_WORDS)]  # type: ignore[misc]
)
_ANY = msgspec.json.Decoder(_CountedDocument[str])


class Tally(msgspec.Struct, gc=False):
    """The plays of a game, counted.

    Attributes:
        plays: how many; 0 where the documents have none.
        periods: the highest period with a play.
        types: plays per type in the words of the source, in the order of the words; plays without a type are left out.
        first: earliest wall clock of a play.
        last: latest wall clock.
    """

    plays: int = 0
    periods: int | None = None
    types: dict[str, int] = msgspec.field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None


class _Texted(Protocol):
    @property
    def text(self) -> str | None: ...


class _Numbered(Protocol):
    @property
    def number(self) -> int | None: ...


class _Countable(Protocol):
    @property
    def type(self) -> _Texted | None: ...
    @property
    def period(self) -> _Numbered | None: ...
    @property
    def wallclock(self) -> datetime | None: ...


def decode_counted(data: bytes) -> Decoded:
    """Read a game document as far as its features need it; as `hooplake.games.espn.decode.decode` otherwise.

    Raises:
        DocumentError: as `decode`.
    """
    try:
        try:
            document = _KNOWN.decode(data)
        except msgspec.ValidationError:
            document = _ANY.decode(data)
    except (ValueError, RecursionError, OverflowError):  # something is to be mended, or to be told
        return decode(data)
    return Decoded(document, document.kind) if document.kind is not None else decode(data)


def tally_of(plays: Sequence[_Countable]) -> Tally:
    """The plays of a summary or gamepackage, counted."""
    types = Counter([play.type.text for play in plays if play.type is not None])
    periods = {play.period.number for play in plays if play.period is not None}
    walls = [play.wallclock for play in plays if play.wallclock is not None]
    walls.sort()  # they mostly are in order already, and that is seen sooner than both ends are found
    return Tally(
        len(plays),
        max([number for number in periods if number is not None], default=None),
        _joined(types),
        walls[0] if walls else None,
        walls[-1] if walls else None,
    )


def tally_of_game(plays: Plays) -> Tally:
    """Plays that were read into the neutral model, counted. A page names no types: those of our vocabulary stand in."""
    known = meanings()
    said = [EVENTS[known[number].event] for number in plays.meaning.tolist()]
    names = [text or event_words(event) for text, event in zip(plays.type_text.to_pylist(), said, strict=True)]
    walls = [wall for wall in plays.wallclock.to_pylist() if wall is not None]
    return Tally(
        len(plays),
        max(plays.period.tolist(), default=None),
        _joined(Counter(names)),
        min(walls, default=None),
        max(walls, default=None),
    )


def event_words(event: str) -> str | None:
    """A type in words from an event of the vocabulary: ``Defensive Rebound``; None where the event says nothing."""
    return None if event in ("unknown", "unmapped", "placeholder") else event.replace("_", " ").title()


def _joined(types: Counter[str | None]) -> dict[str, int]:
    """Counts by the words of the type, without the line breaks that some have inside."""
    joined: dict[str, int] = {}
    for words, count in types.items():
        if words:
            plain = _plain(words) if len(words) < _LONG else " ".join(words.split())
            joined[plain] = joined.get(plain, 0) + count
    return dict(sorted(joined.items()))


_LONG = 100  # letters of a type that is not remembered


@lru_cache(maxsize=2000)
def _plain(words: str) -> str:
    """Words with one blank between them. All documents have some hundred types."""
    return " ".join(words.split())


class Counted(NamedTuple):
    """What the documents of a game say, as far as the features need it.

    Attributes:
        game: the neutral game, without its plays.
        tally: the plays, counted.
        name: name of the document that rules.
    """

    game: Game
    tally: Tally
    name: str


def read_counted(fetches: Sequence[Fetch], *, league: str, season: int, game_date: date) -> Counted:
    """The documents of one game as a neutral game without plays, and its plays counted.

    Args:
        fetches: the documents, at least one, all of one game. Their plays are taken out of them.
        league: league to take where no document names one.
        season: season to take where neither header nor date tells.
        game_date: date to take where no document has one.

    Raises:
        DocumentError: a document does not say which game it is about.
    """
    tallies: dict[str, Tally] = {}
    names: dict[str, str] = {}
    for fetch in fetches:
        document = f"{fetch.decoded.kind}/{fetch.name}"
        names[document] = fetch.name
        if fetch.decoded.kind != "page":
            summary = fetch.decoded.document.summary
            tallies[document] = tally_of(summary.plays or ())
            # not part of any feature, or counted: reading them would only take time
            summary.plays = summary.winprobability = summary.pickcenter = summary.injuries = None
            if summary.boxscore is not None:
                summary.boxscore.teams = None
    game = read_game(fetches, league=league, season=season, game_date=game_date)
    # in the order in which they fill the game: by kind, then the latest first
    used = sorted(
        (each for each in game.documents if each.used), key=lambda each: (game.kinds.index(each.kind), -each.receipt)
    )
    tally = next((tallies[each.document] for each in used if tallies.get(each.document, _NO_PLAYS).plays), None)
    return Counted(game, tally or tally_of_game(game.plays), names[used[0].document])


_NO_PLAYS = Tally()
