"""The error tree of hooplake.

    HooplakeError                 1   anything that hooplake raises on purpose
    ├── ConfigError               2   a setting, an argument or a spec is wrong
    │   ├── UnknownTable          2   no table of that name
    │   └── UnknownGame           2   no game of that id in the lake
    ├── StoreError                1   the object store failed
    │   ├── ObjectNotFound        1   no object at that path
    │   └── Conflict              3   somebody else wrote the object first
    ├── Postponed                 3   nothing is lost; run again to go on
    │   └── LeaseHeld             3   another process is building the same partition
    ├── DocumentError             4   a document cannot be used; `reason` says why
    ├── PlanChanged               5   inputs changed between plan and run
    └── ContractError             6   stored rows break the contract of their table

The number is the exit code of a command that ends with the error. A message says what happened, to what, and what
to do next.
"""

from __future__ import annotations


class HooplakeError(Exception):
    """Anything that hooplake raises on purpose."""

    exit_code = 1


class ConfigError(HooplakeError):
    """A setting, an argument or a table spec is wrong."""

    exit_code = 2


class UnknownTable(ConfigError):
    """No table of that name is declared."""


class UnknownGame(ConfigError):
    """No game of that id is in the lake."""


class StoreError(HooplakeError):
    """The object store failed."""


class ObjectNotFound(StoreError):
    """There is no object at that path."""


class Conflict(StoreError):
    """Somebody else wrote the object first."""

    exit_code = 3


class Postponed(HooplakeError):
    """The work is not lost; running the command again goes on with it."""

    exit_code = 3


class LeaseHeld(Postponed):
    """Another process is building the same partition."""


class DocumentError(HooplakeError):
    """A document cannot be used.

    Attributes:
        reason: a short typed code, such as ``not_json`` or ``unknown_kind``.
        detail: one line for a person.
    """

    exit_code = 4

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[DocumentError], tuple[str, str]]:
        return (type(self), (self.reason, self.detail))


class PlanChanged(HooplakeError):
    """The inputs changed between the plan and its run."""

    exit_code = 5


class ContractError(HooplakeError):
    """Stored rows break the contract of their table."""

    exit_code = 6
