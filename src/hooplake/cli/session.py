"""What one run of the program was told, for the commands: which lake, which settings, how to print."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

from hooplake.cli.output import Output

if TYPE_CHECKING:
    import typer

    from hooplake.config import Settings
    from hooplake.lakehouse import Lakehouse


@dataclasses.dataclass
class Session:
    """One run of the program.

    Attributes:
        out: where to print.
        lake: the lake that ``--lake`` named, if it was given.
    """

    out: Output = dataclasses.field(default_factory=Output)
    lake: str | None = None

    @classmethod
    def of(cls, context: typer.Context) -> Session:
        """The session of the command that is running."""
        session = context.find_object(cls)
        if session is None:
            raise RuntimeError("a command runs through hooplake.cli.main, which makes its session")
        return session

    @cached_property
    def settings(self) -> Settings:
        """The settings; raises ConfigError where one is wrong."""
        from hooplake.config import Settings

        return Settings.read(lake=self.lake)

    def open(self, *, create: bool = False) -> Lakehouse:
        """The lake of this run; with `create` also one that does not exist yet."""
        from hooplake.lakehouse import open as open_lake

        return open_lake(settings=self.settings, create=create)
