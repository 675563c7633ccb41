"""The documents of one game, read and merged into one neutral game.

One game may have several documents: several kinds, several pages, several fetches. The one that has gone furthest
rules (a final beats a live document, a live one a scheduled one; of equals the later fetch), kind by kind; the kinds
are then merged, each filling what the others lack. Merging is by game id, never by file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from hooplake.errors import DocumentError
from hooplake.games.espn.decode import Decoded
from hooplake.games.espn.identity import PLAYED_RANK, Identity, identify
from hooplake.games.espn.page import read_page
from hooplake.games.espn.summary import read_summary
from hooplake.games.model import BoxLine, Game, SourceDocument
from hooplake.games.order import repair_order

_KIND_ORDER = {"summary": 0, "gamepackage": 1, "page": 2}
_FILLED = (
    "season_type", "tipoff_utc", "tipoff_known", "status_detail", "neutral_site", "venue_id", "venue", "venue_city",
    "venue_state", "attendance", "network", "note",
)  # fmt: skip
_ABOUT = ("player", "short_name", "jersey", "position", "starter", "ejected")
_BOX_RANK = {"absent": 0, "partial": 1, "shell": 2, "full": 3}
_LISTS = ("periods", "lines", "officials", "win_probability", "injuries")


@dataclass(frozen=True)
class Fetch:
    """One document of a game.

    Attributes:
        name: name of the raw object.
        sequence: order of receipt among the documents of its kind.
    """

    name: str
    sequence: int
    decoded: Decoded


def read_document(decoded: Decoded, who: Identity, listed: Sequence[BoxLine] = ()) -> Game:
    """One document as a neutral game.

    Args:
        decoded: the document.
        who: what it is about.
        listed: players of the game whom other documents list; the plays of a page name players by name.
    """
    if decoded.kind == "page":
        return read_page(decoded.document.package, who, listed)
    return read_summary(decoded.document.summary, who)


def read_game(fetches: Sequence[Fetch], *, league: str, season: int, game_date: date) -> Game:
    """All documents of one game as one neutral game.

    Args:
        fetches: the documents, at least one, all of one game.
        league: league to take where no document names one.
        season: season to take where neither header nor date tells.
        game_date: date to take where no document has one.

    Raises:
        DocumentError: a document does not say which game it is about, or (``several_games``) they differ in that.
    """
    ranked: list[tuple[tuple[int, int, int, str], Fetch, Identity]] = []
    for fetch in fetches:
        who = identify(fetch.decoded, league=league, season=season, game_date=game_date)
        rank = (PLAYED_RANK.get(who.status, 1), fetch.sequence, -_KIND_ORDER[who.kind], fetch.name)
        ranked.append((rank, fetch, who))
    about = {f"{who.league.code} {who.game_id}" for _, _, who in ranked}
    if len(about) > 1:
        raise DocumentError("several_games", f"the documents are about {' and '.join(sorted(about))}")
    top = max(rank[0] for rank, _, _ in ranked)
    chosen: dict[tuple[str, str], tuple[Fetch, Identity, tuple[int, int, int, str]]] = {}
    for rank, fetch, who in sorted(ranked, key=lambda item: item[0]):
        if rank[0] == top:
            # pages of one game are told apart by what they hold, and each part is taken from its latest
            part = _page_part(fetch.decoded) if who.kind == "page" else ""
            chosen[who.kind, part] = (fetch, who, rank)
    ordered = sorted(chosen.values(), key=lambda item: (_KIND_ORDER[item[1].kind], -item[2][1]))
    games: dict[str, Game] = {}
    listed: list[BoxLine] = []
    for fetch, who, _ in sorted(ordered, key=lambda item: not _has_box(item[0].decoded)):
        games[fetch.name] = game = read_document(fetch.decoded, who, listed)
        listed.extend(game.players)
    merged, *others = (games[fetch.name] for fetch, _, _ in ordered)
    for other in others:
        merge(merged, other)
    merged.documents = [
        SourceDocument(f"{who.kind}/{fetch.name}", who.kind, fetch.sequence, who.status, fetch.name in games)
        for _, fetch, who in ranked
    ]
    mended = {repair for fetch, _, _ in ordered for repair in fetch.decoded.repairs}
    merged.repairs = [*sorted(mended), *repair_order(merged.plays, merged.rules, final=merged.played)]
    return merged


def _has_box(decoded: Decoded) -> bool:
    return decoded.kind != "page" or bool(decoded.document.package.bxscr)


def _page_part(decoded: Decoded) -> str:
    package = decoded.document.package
    plays = package.pbp is not None and bool(package.pbp.play_grps)
    return f"{'box' if _has_box(decoded) else ''}{'plays' if plays else ''}"


def merge(into: Game, other: Game) -> None:
    """Fill what a game lacks from another reading of the same game."""
    for name in _FILLED:
        if getattr(into, name) is None:
            setattr(into, name, getattr(other, name))
    for name in _LISTS:
        if len(getattr(into, name)) == 0:
            setattr(into, name, getattr(other, name))
    if len(into.plays) == 0:
        into.plays = other.plays
    if _BOX_RANK[other.box_status] > _BOX_RANK[into.box_status] or not into.players:
        into.players, other.players, into.box_status = other.players, into.players, other.box_status
    known = {(line.team_id, line.player_id): line for line in other.players}
    for line in into.players:
        twin = known.get((line.team_id, line.player_id))
        if twin is not None:
            _fill(line, twin, _ABOUT if line.did_not_play != twin.did_not_play else line.__struct_fields__)
    for side in ("home", "away"):
        mine, theirs = getattr(into, side), getattr(other, side)
        if mine is None:
            if theirs is not None and theirs.team_id not in [team.team_id for team in into.teams]:
                setattr(into, side, theirs)
        elif theirs is not None and theirs.team_id == mine.team_id:
            _fill(mine, theirs, mine.__struct_fields__)
    into.kinds += tuple(kind for kind in other.kinds if kind not in into.kinds)


def _fill(into: msgspec.Struct, other: msgspec.Struct, names: Iterable[str]) -> None:
    for name in names:
        if getattr(into, name) is None:
            setattr(into, name, getattr(other, name))
