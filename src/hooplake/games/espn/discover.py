"""Which games raw ESPN documents tell of. A plan loads this and not the code that reads them."""

from __future__ import annotations

from hooplake.build.step import Discovered, Discovery, UnitInput
from hooplake.games.espn.raw import PREFIX, by_game
from hooplake.lake.partition import Partition


def discover(context: Discovery) -> Discovered:
    """Every game that has raw documents, made of what their names say."""
    found: dict[Partition, dict[str, UnitInput]] = {}
    for (league, season), games in by_game(context.paths(PREFIX)).items():
        partition = Partition(league=league, source="espn", season=season)
        found[partition] = {
            game_id: UnitInput(
                date=max(name.date for name in names).isoformat(),
                parts=tuple((f"{name.kind}.{name.sequence:02d}", name.sha) for name in names),
                refs=tuple(name.path for name in names),
            )
            for game_id, names in games.items()
        }
    return found
