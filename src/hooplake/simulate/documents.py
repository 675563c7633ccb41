"""A game as the source would tell it: the documents of every kind, status and dialect."""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import Any, Final

import msgspec

from hooplake.errors import ConfigError
from hooplake.simulate.box import ORDERS, box_json, fill_box
from hooplake.simulate.draft import Draft
from hooplake.simulate.header import (
    STATUSES,
    format_json,
    game_info_json,
    header_json,
    leaders_json,
    meta_json,
    pickcenter_json,
    win_probability_json,
)
from hooplake.simulate.numbering import number_rows
from hooplake.simulate.padding import articles
from hooplake.simulate.page import page_json
from hooplake.simulate.rows_college import college_rows
from hooplake.simulate.rows_pro import pro_rows
from hooplake.simulate.rules import Rules
from hooplake.simulate.schedule import Fixture
from hooplake.simulate.traps import check, spring
from hooplake.simulate.truth import Truth

KINDS: Final = ("summary", "gamepackage", "page", "page_plays")


def _era(rules: Rules, season: int) -> str:
    """The dialect of a season."""
    if not rules.college:
        return "2026" if season >= 2026 else "2023"
    if season >= 2026:
        return "2026"
    return "2023" if season >= 2015 else "2013" if season >= 2011 else "2009"


def _columns(rules: Rules, era: str) -> str:
    if rules.college:
        return "college_points_second" if era >= "2026" else "college_points_last"
    return "points_second" if era >= "2026" else "points_last"


def _chosen(what: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise ConfigError(f"no {what} {value!r}: choose one of {', '.join(known)}")
    return value


def make_draft(
    rules: Rules,
    fixture: Fixture,
    truth: Truth,
    seed: int,
    *,
    kind: str,
    status: str,
    era: str | None,
    columns: str | None,
    traps: Collection[str],
) -> Draft:
    """What a document of this kind and status says of a game.

    Raises:
        ConfigError: an unknown kind, status, dialect, order of columns or trap.
    """
    _chosen("kind of document", kind, KINDS)
    _chosen("status", status, STATUSES)
    dialect = era or _era(rules, fixture.season)
    _chosen("dialect", dialect, ("2009", "2013", "2023", "2026") if rules.college else ("2023", "2026"))
    random = Random(f"document {seed} {fixture.id} {kind} {status}")
    last = len(truth.events) - 1
    if status == "in_progress":
        last = int(last * (0.1 + 0.85 * random.random()))
    draft = Draft(
        rules=rules,
        fixture=fixture,
        truth=truth,
        kind=kind,
        status=status,
        era=dialect,
        columns=_chosen("order of columns", columns or _columns(rules, dialect), ORDERS),
        random=random,
        names=[player.name for player in truth.players],
        last_event=last,
    )
    check(draft, traps)
    if status in ("final", "in_progress"):
        _played(draft, traps, seed)
    elif status != "scheduled":
        draft.plays = []
        draft.score = (2, 0) if status == "forfeit" else (0, 0)
    return draft


def _played(draft: Draft, traps: Collection[str], seed: int) -> None:
    spring(draft, traps, "names", seed)
    (college_rows if draft.rules.college else pro_rows)(draft)
    fill_box(draft)
    spring(draft, traps, "rows", seed)
    number_rows(draft)
    spring(draft, traps, "numbered", seed)
    spring(draft, traps, "box", seed)
    truth = draft.truth
    shown = draft.last_event
    if draft.status == "in_progress" and draft.random.random() < 0.35:
        # Header and plays of a live document are written at different moments.
        shown = min(len(truth.events) - 1, shown + 1 + int(draft.random.random() * 12))
    draft.score = truth.score_at(shown)
    current = truth.events[shown].period
    line: tuple[list[int], list[int]] = ([], [])
    for period in truth.periods[:current]:
        before = truth.score_at(period.first - 1) if period.first else (0, 0)
        after = truth.score_at(min(period.last, shown))
        line[0].append(after[0] - before[0])
        line[1].append(after[1] - before[1])
    draft.line_score = line


def _summary(draft: Draft) -> dict[str, Any]:
    document: dict[str, Any] = {
        "boxscore": box_json(draft, extras=draft.status != "scheduled"),
        "format": format_json(draft),
        "gameInfo": game_info_json(draft),
        "leaders": leaders_json(draft),
        "broadcasts": [],
        "pickcenter": pickcenter_json(draft),
        "odds": [],
        "againstTheSpread": [],
        "winprobability": win_probability_json(draft),
        "news": {"articles": []},
        "header": header_json(draft),
    }
    if draft.plays is not None:
        document["plays"] = draft.plays
    document["meta"] = meta_json(draft)
    document["standings"] = {}
    return document


def _gamepackage(draft: Draft) -> dict[str, Any]:
    inner: dict[str, Any] = {"news": {"articles": []}, "seasonseries": []}
    if draft.plays is not None:
        inner["plays"] = draft.plays
    inner |= {
        "shop": {},
        "winprobability": [],
        "boxscore": box_json(draft, extras=draft.status != "scheduled"),
        "header": header_json(draft),
        "broadcasts": [],
        "videos": [],
        "standings": {},
    }
    return {
        "gameId": int(draft.fixture.id),
        "gamepackageJSON": inner,
        "content": {"sport": "basketball", "league": draft.rules.slug, "statusState": STATUSES[draft.status][2]},
        "type": "boxscore",
        "sport": "basketball",
    }


def encode(draft: Draft, padding_bytes: int = 0) -> bytes:
    """A draft as the bytes of its document.

    Args:
        draft: what is to be said.
        padding_bytes: news is added until the document has so many bytes; one that is longer stays as it is.
    """
    document, news = _document(draft)
    plain = msgspec.json.encode(document)
    missing = padding_bytes - len(plain)
    if missing < 30:
        return plain
    # The two bytes of the empty array are in ``plain`` already.
    news["articles"] = msgspec.Raw(articles(missing + 2, Random(f"padding {draft.fixture.id} {draft.kind}")))
    return msgspec.json.encode(document)


def _document(draft: Draft) -> tuple[dict[str, Any], dict[str, Any]]:
    """A document, and the part of it that holds the news."""
    if draft.kind == "summary":
        document = _summary(draft)
        return document, document["news"]
    if draft.kind == "gamepackage":
        document = _gamepackage(draft)
        return document, document["gamepackageJSON"]["news"]
    document = page_json(draft)
    return document, document["page"]["content"]["gamepackage"]["news"]
