"""ESPN's web page of a game as typed structures: the same game under short names, box and plays in pages of their own."""

from __future__ import annotations

import msgspec

from hooplake.games.espn.nodes import Address, Coordinate, Displayed, Node, Period, TypeRef, Venue


class PageAthlete(Node):
    """A player of a page, named by short keys."""

    id: str | None = None
    name: str | None = None
    dsp_nm: str | None = None
    shrt_nm: str | None = None
    jersey: str | None = None


class PagePlay(Node):
    """One play of a page: no type, participants, team or coordinate."""

    id: str | None = None
    period: Period | None = None
    text: str | None = None
    home_away: str | None = None
    home_score: int | None = None
    away_score: int | None = None
    clock: Displayed | None = None
    scoring_play: bool | None = None
    athlete: PageAthlete | None = None


class PagePlays(Node):
    """Play-by-play of a page: a list of plays per period."""

    play_grps: list[list[PagePlay]] | None = None


class PageShot(Node):
    """One shot of a page's chart."""

    id: str | None = None
    coordinate: Coordinate | None = None
    athlete: PageAthlete | None = None
    type: TypeRef | None = None
    home_away: str | None = None


class PageShots(Node):
    """Shot chart of a page, joined to the plays by id."""

    plays: list[PageShot] | None = None


class PageTeam(Node):
    """A side of a page."""

    id: str | None = None
    abbrev: str | None = None
    display_name: str | None = None
    location: str | None = None
    short_display_name: str | None = None
    team_color: str | None = None
    is_home: bool | None = None
    score: str | None = None
    linescores: list[Displayed] | None = None
    winner: bool | None = None


class PageStatus(Node):
    """Status of a page."""

    id: str | None = None
    desc: str | None = None
    det: str | None = None
    state: str | None = None


class PageStrip(Node):
    """Head of a page."""

    gid: str | None = None
    dt: str | None = None
    tbd: bool | None = None
    season_type: int | None = None
    status: PageStatus | None = None
    tms: list[PageTeam] | None = None
    nte: str | None = None


class PageReferee(Node):
    """An official of a page."""

    dsp_nm: str | None = None
    pos: str | None = None


class PageBroadcast(Node):
    """A broadcast of a page."""

    name: str | None = None
    market: str | None = None


class PageInfo(Node):
    """Venue, attendance, officials and line of a page."""

    attnd: int | None = None
    loc: str | None = None
    loc_addr: Address | None = None
    venue: Venue | None = None
    ven: str | None = None
    refs: list[PageReferee] | None = None
    cvrg: str | None = None
    broadcasts: list[PageBroadcast] | None = None
    lne: str | None = None
    ov_un: str | float | None = msgspec.field(default=None, name="ovUnd")


class PageLine(Node):
    """A row of a page's box."""

    athlt: PageAthlete | None = None
    stats: list[str | None] | None = None
    dnp_rsn: str | None = None


class PageTable(Node):
    """Starters, bench or totals of one team."""

    type: str | None = None
    keys: list[str] | None = None
    lbls: list[str] | None = None
    athlts: list[PageLine] | None = None
    ttls: list[str | None] | None = None


class PageBoxTeam(Node):
    """The team of a page's box."""

    id: str | None = None
    abbrev: str | None = None
    dsp_nm: str | None = None
    hm: bool | None = None


class PageBox(Node):
    """Box of one team on a page."""

    tm: PageBoxTeam | None = None
    stats: list[PageTable] | None = None


class PagePackage(Node):
    """The game of a page."""

    gm_strp: PageStrip | None = None
    gm_info: PageInfo | None = None
    bxscr: list[PageBox] | None = None
    pbp: PagePlays | None = None
    sht_chrt: PageShots | None = None
    lg: str | None = None
    lg_uid: str | None = None
    max_periods: int | None = None
    network: str | None = None


class PageContent(Node):
    """What is on a page."""

    gamepackage: PagePackage | None = None


class Page(Node):
    """The part of a web document that holds the page."""

    content: PageContent | None = None
