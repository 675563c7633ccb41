"""What a run came to: counts by endpoint, letters and warnings."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from hooplake.sources.cbbd.tally import Told
from hooplake.sources.request_letters import RequestLetter


@dataclass
class Counts:
    """What an endpoint came to in a run, as sums over its requests.

    Attributes:
        requests: requests that were answered, or failed for good.
        retries: attempts beyond the first of each.
        skipped: requests that were done before.
        rows: elements of all answers: `new`, `changed`, `unchanged`, `duplicates` and `keyless` ones (see `Told`).
        quarantined: rows that bronze set aside; None until it is built.
        bodies: answers that were stored, since they are others than the last ones to the same request.
        empty: answers without a row.
        capped: answers as long as answers get.
        dead_letters: requests that failed, and empty answers that are not to be believed.
        bytes: received.
        seconds: from asking to being stored, over all requests.
    """

    requests: int = 0
    retries: int = 0
    skipped: int = 0
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicates: int = 0
    keyless: int = 0
    quarantined: int | None = None
    bodies: int = 0
    empty: int = 0
    capped: int = 0
    dead_letters: int = 0
    bytes: int = 0
    seconds: float = 0.0

    def add(self, told: Told) -> None:
        """Add the rows of an answer."""
        for name, count in told._asdict().items():
            setattr(self, name, getattr(self, name) + count)

    def to_json(self) -> dict[str, int | float | None]:
        """The counts by name."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in found.items()}


@dataclass
class Harvested:
    """What a run came to.

    Attributes:
        counts: by endpoint.
        letters: requests that failed.
        warnings: what a person should know.
        stopped: endpoints of which nothing more is asked, with the reason.
    """

    counts: dict[str, Counts] = field(default_factory=dict)
    letters: list[RequestLetter] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)

    def of(self, endpoint: str) -> Counts:
        """The counts of an endpoint."""
        return self.counts.setdefault(endpoint, Counts())

    @property
    def requests(self) -> int:
        """All requests that were answered."""
        return sum(counts.requests for counts in self.counts.values())
