"""What ESPN calls the states of a game, and what they are called here."""

from __future__ import annotations

STATUSES = {
    "STATUS_SCHEDULED": "scheduled", "STATUS_IN_PROGRESS": "in_progress", "STATUS_FINAL": "final",
    "STATUS_FORFEIT": "forfeit", "STATUS_CANCELED": "canceled", "STATUS_POSTPONED": "postponed",
    "STATUS_HALFTIME": "in_progress", "STATUS_END_PERIOD": "in_progress", "STATUS_DELAYED": "delayed",
    "STATUS_RAIN_DELAY": "delayed", "STATUS_SUSPENDED": "suspended", "STATUS_ABANDONED": "canceled",
    "STATUS_FULL_TIME": "final", "STATUS_FINAL_OT": "final", "STATUS_FINAL_OVERTIME": "final",
}  # fmt: skip
