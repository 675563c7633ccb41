"""Files of odds into the lake as they came, and from there to lines and props by game date."""

from __future__ import annotations

from hooplake.sources.drawer import Drawer, Sheet
from hooplake.sources.odds.lines import LINES, read_lines
from hooplake.sources.odds.snapshots import PROPS, snapshots


def read_odds(body: bytes) -> Sheet:
    """The lines and player props of a file: CSV of the archive, Parquet of college lines, or JSON of The Odds API.

    Raises:
        DocumentError: ``unknown_odds``: it is none of these.
    """
    return snapshots(body) if body.lstrip()[:1] in (b"[", b"{") else read_lines(body)


ODDS = Drawer("odds", (LINES, PROPS), ("league", "season"), "game_date", read_odds)
"""Files of odds."""

ODDS_STEP = ODDS.step("hooplake.sources.odds", "hooplake.sources.names")
"""Files of odds to lines with one sign, and to player props."""
