"""A budget of calls that the server counts: what is left by its last word, what a plan will cost, when to stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hooplake.errors import Postponed


class QuotaReached(Postponed):
    """The calls of the month end here; everything received is stored, and the same command goes on later."""


@dataclass
class Quota:
    """What is left of a budget.

    Attributes:
        remaining: calls left by the server's last word; None while it has said nothing.
        reserve: calls never to be used, for what a person may want to ask.
        header: the header with the number, in lower case.
    """

    remaining: int | None = None
    reserve: int = 50
    header: str = "x-calllimit-remaining"
    _in_flight: int = 0

    @property
    def usable(self) -> int | None:
        """Calls that may still be made, those under way counted as made; None if unknown."""
        return None if self.remaining is None else self.remaining - self.reserve - self._in_flight

    def take(self) -> None:
        """One call is about to be made.

        Raises:
            QuotaReached: there is none left above the reserve.
        """
        usable = self.usable
        if usable is not None and usable < 1:
            raise QuotaReached(
                f"{self.remaining:,} calls are left and {self.reserve:,} are kept in reserve: stopped, everything received "
                "is stored; run the same command again when there are more"
            )
        self._in_flight += 1

    def done(self, headers: Mapping[str, str]) -> None:
        """A call came back, with these headers (none if it failed)."""
        late = self._in_flight
        self._in_flight -= 1
        text = headers.get(self.header, "").strip()
        if not text.isdecimal():
            return
        told = int(text)
        # An answer that was overtaken on the way tells of an earlier state; one far higher tells of a new month.
        if self.remaining is None or told <= self.remaining or told > self.remaining + late:
            self.remaining = told

    def admit(self, planned: int) -> None:
        """Whether a plan of so many calls may begin.

        Raises:
            QuotaReached: it needs more than what is left above the reserve.
        """
        usable = self.usable
        if usable is not None and planned > usable:
            raise QuotaReached(
                f"the plan needs {planned:,} calls; {self.remaining:,} are left, {self.reserve:,} of them in reserve. "
                "Plan less (--only-endpoints, fewer seasons), or start all the same with --partial: it stops in time "
                "and can be resumed"
            )
