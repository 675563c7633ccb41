"""Players and teams by the names that people use for them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches

import msgspec

from hooplake.errors import ConfigError


class Player(msgspec.Struct, frozen=True, kw_only=True):
    """A player of a game.

    Attributes:
        player: display name, None for one who is in the plays and not in the box.
        starter: started the game, None where not known.
    """

    player_id: str
    player: str | None = None
    team_id: str | None = None
    home: bool | None = None
    position: str | None = None
    jersey: str | None = None
    starter: bool | None = None

    def __str__(self) -> str:
        return self.player or self.player_id


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """A team of a game.

    Attributes:
        abbr: abbreviation of the source.
        team: display name.
    """

    team_id: str | None
    abbr: str | None
    team: str | None
    home: bool

    def __str__(self) -> str:
        return self.abbr or self.team or self.team_id or ("home" if self.home else "away")


def find_player(players: Sequence[Player], text: str) -> Player:
    """The player of an id or a name.

    Args:
        players: among whom to look.
        text: an id, a name, or words of one, without regard to case, accents and points.

    Raises:
        ConfigError: nobody, or more than one, is called so.
    """
    for player in players:
        if player.player_id == text:
            return player
    wanted = _folded(text)
    named = [(player, _folded(player.player)) for player in players if player.player]
    exact = [player for player, name in named if name == wanted]
    found = exact or [player for player, name in named if wanted and set(wanted.split()) <= set(name.split())]
    found = found or [player for player, name in named if wanted and wanted in name]
    if len(found) == 1:
        return found[0]
    if found:
        choices = ", ".join(f"{player} ({player.player_id})" for player in found)
        raise ConfigError(f"{text!r} may be {choices}: give the id or more of the name")
    near = get_close_matches(wanted, [name for _, name in named], n=3, cutoff=0.4)
    hints = [str(player) for player, name in named if name in near]
    raise ConfigError(f"no player {text!r} in this game" + (f": did you mean {' or '.join(hints)}?" if hints else ""))


def find_team(team: str, home: Team, away: Team) -> Team:
    """The team that is meant.

    Args:
        team: ``home``, ``away``, an id, an abbreviation or a name.
        home: the home team.
        away: the away team.

    Raises:
        ConfigError: if it is neither.
    """
    wanted = _folded(team)
    for side, which in (("home", home), ("away", away)):
        names = (side, which.team_id, which.abbr, which.team)
        if wanted in [_folded(name) for name in names if name]:
            return which
    raise ConfigError(f"{team!r} does not play in this game: give home ({home}) or away ({away})")


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c) and c not in ".'’`")
    return " ".join(letters.replace("-", " ").split())
