"""Requests that are dead letters, asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hooplake.config import Settings
from hooplake.lake.store import Store
from hooplake.sources.cbbd.commands import replay as replay_cbbd
from hooplake.sources.cbbd.endpoints import endpoints
from hooplake.sources.espn import ingest_espn
from hooplake.sources.request_letters import RequestLetter, RequestLetters


def replay_requests(store: Store, settings: Settings, letters: Sequence[RequestLetter]) -> int:
    """Ask again for what failed, in the order in which it failed.

    Args:
        store: the lake.
        settings: where the sources are.
        letters: the letters.

    Returns:
        How many succeeded; their letters are closed.

    Raises:
        QuotaReached: the calls of a month end here.
        ConfigError: no key for a source that needs one.
    """
    if cbbd := [letter.sha for letter in letters if letter.endpoint in endpoints()]:
        replay_cbbd(store, settings, cbbd)
    for letter in letters:
        league = letter.params.get("league", "")
        if "event" in letter.params:
            ingest_espn(store, settings, league=league, games=[letter.params["event"]])
        elif "dates" in letter.params:
            day = letter.params["dates"]
            ingest_espn(store, settings, league=league, days=[date(int(day[:4]), int(day[4:6]), int(day[6:]))])
    still = RequestLetters(store).names
    return sum(letter.sha not in still for letter in letters)
