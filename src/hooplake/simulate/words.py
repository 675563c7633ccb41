"""The type ids and phrases of the professional dialect."""

from __future__ import annotations

from typing import Final

TURNOVERS: Final = {
    # kind: (type id, type text, words after the player's name or, for a team turnover, the whole text)
    "bad_pass": ("62", "Bad Pass\nTurnover", "bad pass"),
    "lost_ball": ("63", "Lost Ball Turnover", "lost ball turnover"),
    "out_of_bounds_bad_pass": ("90", "Out of Bounds - Bad Pass Turnover", "out of bounds bad pass turnover"),
    "out_of_bounds_lost_ball": ("87", "Out of Bounds - Lost Ball Turnover", "out of bounds lost ball turnover"),
    "offensive_foul": ("84", "Offensive Foul Turnover", "turnover"),
    "traveling": ("64", "Traveling", "traveling"),
    "step_out_of_bounds": ("86", "Out of Bounds - Step Turnover", "steps out of bounds turnover"),
    "back_court": ("72", "Back Court Turnover", "back court turnover"),
    "three_seconds": ("67", "3-Second Turnover", "3 second turnover"),
    "double_dribble": ("65", "Double Dribble Turnover", "double dribble turnover"),
    "discontinued_dribble": ("66", "Disc Dribble Turnover", "discontinue dribble turnover"),
    "inbound": ("71", "Inbound Turnover", "inbound turnover"),
    "offensive_goaltending": ("73", "Offensive Goaltending Turnover", "offensive goaltending turnover"),
    "lane_violation": ("74", "Lane Violation Turnover", "turnover (lane violation)"),
    "illegal_assist": ("77", "Illegal Assist Turnover", "illegal assist turnover"),
    "basket_from_below": ("82", "Basket from Below Turnover", "basket from below turnover"),
    "shot_clock": ("70", "Shot Clock Turnover", "shot clock turnover "),
    "eight_seconds": ("69", "8-Second Turnover", "8 second turnover"),
    "five_seconds": ("68", "5-Second Turnover", "5 second violation"),
}

FOULS: Final = {
    "shooting": ("44", "Shooting Foul", "shooting foul"),
    "personal": ("45", "Personal Foul", "personal foul"),
    "loose_ball": ("43", "Loose Ball Foul", "loose ball foul"),
    "offensive": ("42", "Offensive Foul", "offensive foul"),
    "charge": ("24", "Offensive Charge", "offensive charge"),
    "take": ("22", "Personal Take Foul", "personal take foul"),
    "transition_take": ("257", "Transition Take Foul", "transition take foul"),
    "away_from_play": ("40", "Away from Play Foul", "away from play foul"),
    "flagrant_1": ("32", "Flagrant Foul Type 1", "flagrant foul type 1"),
}

TECHNICALS: Final = {
    "technical": ("35", "Technical Foul", "technical foul"),
    "defensive_three_seconds": ("29", "Defensive 3-Seconds Technical", "defensive 3-seconds (technical foul)\n"),
}

VIOLATIONS: Final = {
    "kicked_ball": ("12", "Kicked Ball", "kicked ball violation"),
    "defensive_goaltending": ("9", "Defensive Goaltending", "defensive goaltending violation"),
    "lane": ("10", "Lane", "lane violation"),
    "delay": ("8", "Delay of Game", "delay of game violation"),
}

CHALLENGES: Final = {
    "supported": ("214", "Coach's Challenge (Supported)", "REPLAY SUPPORTS CALL", "charged with a timeout"),
    "overturned": ("215", "Coach's Challenge (Overturned)", "CALL OVERTURNED", "retain their timeout"),
    "stands": ("216", "Coach's Challenge (Stands)", "CALL STANDS", "charged with a timeout"),
}

REVIEWS: Final = {
    "supported": ("278", "Ref-Initiated Review (Supported)", "REPLAY SUPPORTS CALL"),
    "overturned": ("279", "Ref-Initiated Review (Overturned)", "CALL OVERTURNED"),
    "stands": ("280", "Ref-Initiated Review (Stands)", "CALL STANDS"),
}

FREE_THROWS: Final = {
    # (kind, nth, of): (type id, type text)
    ("", 1, 1): ("97", "Free Throw - 1 of 1"),
    ("take", 1, 1): ("97", "Free Throw - 1 of 1"),
    ("", 1, 2): ("98", "Free Throw - 1 of 2"),
    ("", 2, 2): ("99", "Free Throw - 2 of 2"),
    ("", 1, 3): ("100", "Free Throw - 1 of 3"),
    ("", 2, 3): ("101", "Free Throw - 2 of 3"),
    ("", 3, 3): ("102", "Free Throw - 3 of 3"),
    ("technical", 1, 1): ("103", "Free Throw - Technical"),
    ("flagrant", 1, 1): ("106", "Free Throw - Flagrant 1 of 1"),
    ("flagrant", 1, 2): ("104", "Free Throw - Flagrant 1 of 2"),
    ("flagrant", 2, 2): ("105", "Free Throw - Flagrant 2 of 2"),
    ("flagrant", 1, 3): ("157", "Free Throw - Flagrant 1 of 3"),
    ("flagrant", 2, 3): ("165", "Free Throw - Flagrant 2 of 3"),
    ("flagrant", 3, 3): ("166", "Free Throw - Flagrant 3 of 3"),
}

ORDINALS: Final = ("", "1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th")


def period_name(number: int, periods: int) -> str:
    """The name of a period in a play: ``1st Quarter``, ``2nd Half``, ``OT``, ``2OT``."""
    if number > periods:
        extra = number - periods
        return "OT" if extra == 1 else f"{extra}OT"
    return f"{ORDINALS[number]} {'Half' if periods == 2 else 'Quarter'}"


def clock_text(tenths: int, shows_tenths: bool) -> str:
    """The clock as the source shows it: ``7:32``, and in the last minute ``42.0`` or ``0:42``."""
    if shows_tenths and tenths < 600:
        return f"{tenths // 10}.{tenths % 10}"
    seconds = tenths // 10
    return f"{seconds // 60}:{seconds % 60:02d}"
