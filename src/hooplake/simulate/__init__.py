"""A league that does not exist, with a known truth.

Teams, players and games are invented, possession by possession, and told in the documents that the real source would
send, quirks included. What really happened is kept beside them, so that whatever reads the documents can be checked.

    >>> from hooplake import simulate
    >>> game = simulate.season("nba", 2025, days=1).games[0]
    >>> game.truth.score == tuple(map(sum, game.truth.line_score))
    True
"""

from __future__ import annotations

from hooplake.simulate.expected import BOX_CELLS, CELLS, Expected
from hooplake.simulate.files import write_documents
from hooplake.simulate.season import Game, Season, season
from hooplake.simulate.traps import SITUATIONS, TRAPS, Trap
from hooplake.simulate.truth import STATS, Event, Line, Period, Truth

__all__ = [
    "BOX_CELLS",
    "CELLS",
    "SITUATIONS",
    "STATS",
    "TRAPS",
    "Event",
    "Expected",
    "Game",
    "Line",
    "Period",
    "Season",
    "Trap",
    "Truth",
    "season",
    "write_documents",
]
