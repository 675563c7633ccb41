"""The 58 features as data: what each is, where every kind of document says it, and when it is null."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rtoml

GROUPS: dict[str, int] = {"game": 20, "player": 25, "play": 13}
"""The groups of features in their order, and how many features each has."""

KINDS = ("summary", "gamepackage", "page")
"""The kinds of document."""

_FILE = Path(__file__).with_name("catalog.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature.

    Attributes:
        number: place in the published list, from 1.
        name: public name.
        group: ``game`` (one value a game), ``player`` (one a listed player) or ``play`` (one a play).
        type: ``date``, ``text``, ``integer``, ``fraction`` (0 to 1, three decimals), ``number`` or ``boolean``.
        meaning: one line for a reader.
        null: when a value is null.
        unit: of the values, such as ``min``.
        summary: where a summary says it, empty where it cannot.
        gamepackage: likewise, inside ``gamepackageJSON``.
        page: likewise, inside ``page.content.gamepackage``.
        derived: computed from what the document says, not stated by it.
        column: column of the gold table of its group.
    """

    number: int
    name: str
    group: str
    type: str
    meaning: str
    null: str
    unit: str = ""
    summary: str = ""
    gamepackage: str = ""
    page: str = ""
    derived: bool = False
    column: str

    def path(self, kind: str) -> str:
        """Where a kind of document says it; empty where it cannot.

        Raises:
            ValueError: there is no such kind.
        """
        if kind not in KINDS:
            raise ValueError(f"no kind of document {kind!r}: there are {', '.join(KINDS)}")
        return str(getattr(self, kind))

    @property
    def table(self) -> str:
        """The gold table that holds it."""
        return {"game": "gold.game_features", "player": "gold.player_game_features", "play": "gold.play_features"}[
            self.group
        ]


@cache
def features() -> tuple[Feature, ...]:
    """The 58 features in their published order."""
    rows = rtoml.loads(_FILE.read_text("utf-8"))["feature"]
    return tuple(Feature(**{"number": number, "column": row["name"], **row}) for number, row in enumerate(rows, 1))


def group(name: str) -> tuple[Feature, ...]:
    """The features of one group, in their order.

    Raises:
        ValueError: there is no such group.
    """
    if name not in GROUPS:
        raise ValueError(f"no group of features {name!r}: there are {', '.join(GROUPS)}")
    return tuple(feature for feature in features() if feature.group == name)
