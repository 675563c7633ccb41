"""Lakes of college games, made from bodies as the API would send them."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from hooplake.lakehouse import open as open_lake
from hooplake.simulate.servers.cbbd import CbbdServer
from hooplake.sources.cbbd.known import final_dates, known_games
from hooplake.sources.cbbd.raw import RawBody
from hooplake.sources.checkpoints import parameter_hash

DAY = date(2025, 6, 1)


class CollegeLake:
    """A lake that is filled body by body."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with open_lake(folder, create=True) as lake:
            self.store = lake.store

    def offer(
        self, endpoint: str, body: Any, *, season: int = 2025, day: date = DAY, what: str = "", at: int = 0
    ) -> None:
        """A body that was fetched at some second of a day."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sha = hashlib.sha256(data).hexdigest()[:8]
        time = f"12{at // 60:02d}{at % 60:02d}000"
        name = RawBody(endpoint, season, day, time, parameter_hash({"what": what, "at": str(at)})[:8], sha, what)
        self.store.put(name.path, gzip.compress(data, mtime=0))

    def fill(self, server: CbbdServer, season: int = 2025, *, plays: bool = False) -> None:
        """Everything that a backfill would fetch from a simulated server."""
        import msgspec

        from hooplake.sources.cbbd.endpoints import endpoints

        server._caps = dict.fromkeys(server._caps, 10**9)
        for one in endpoints().values():
            if one.strategy == "snapshot":
                self.offer(one.name, msgspec.json.encode(server.rows(one.name, {})), season=0)
            elif one.strategy in ("season", "windowed") and one.default == "on":
                params = {one.season_param: str(season)}
                self.offer(one.name, msgspec.json.encode(server.rows(one.name, params)), season=season)
        if plays:
            for day in final_dates(known_games(self.store, season).values()):
                self.offer("plays_date", msgspec.json.encode(server.rows("plays_date", {"date": day})), what=day)

    def build(self, *tables: str) -> None:
        """Build tables and what they are made from; no row and no unit may fail."""
        with open_lake(self.folder) as lake:
            report = lake.build(*tables, jobs=1)
        assert not report.failures, report.failures[0].detail[-600:]
        assert report.total.quarantined == 0

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a table, or of a query."""
        with open_lake(self.folder) as lake:
            return list(lake.sql(query if " " in query else f"select * from {query}").to_pylist())
