"""What came of asking ESPN."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hooplake.sources.report import IngestReport
from hooplake.sources.request_letters import RequestLetter


@dataclass
class EspnReport:
    """What came of a call.

    Attributes:
        days: scoreboards that were asked for.
        settled: days that needed no question.
        games: games on the scoreboards.
        unchanged: games that are over and were fetched before as they are now.
        waiting: games that are not over.
        wanted: games to fetch; in a dry run they are not.
        requests: requests made, repeated ones included.
        failures: what could not be fetched; each is a dead letter.
        documents: what became of the documents.
    """

    days: int = 0
    settled: int = 0
    games: int = 0
    unchanged: int = 0
    waiting: int = 0
    wanted: list[str] = field(default_factory=list)
    requests: int = 0
    failures: list[RequestLetter] = field(default_factory=list)
    documents: IngestReport = field(default_factory=lambda: IngestReport(()))

    @property
    def exit_code(self) -> int:
        """0, or 4 if something is a dead letter."""
        return 4 if self.failures else self.documents.exit_code

    def to_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        counted = {
            name: getattr(self, name) for name in ("days", "settled", "games", "unchanged", "waiting", "requests")
        }
        return {
            **counted,
            "wanted": self.wanted,
            "failures": [{"endpoint": x.endpoint, "params": x.params, "reason": x.reason} for x in self.failures],
            **self.documents.to_json(),
        }
