"""The official feed's message types in the neutral vocabulary.

A row has a type (``EVENTMSGTYPE``) and an action (``EVENTMSGACTIONTYPE``). The type decides the event, the action its
kind; only fouls need both. What an action does not decide is left to the row's text and persons: whether a shot was a
three, whether a free throw went in, which end a rebound was at (`hooplake.games.official.meanings`).
"""

from __future__ import annotations

MADE, MISSED, FREE_THROW, REBOUND, TURNOVER, FOUL, VIOLATION, SUBSTITUTION = 1, 2, 3, 4, 5, 6, 7, 8
TIMEOUT, JUMP_BALL, EJECTION, PERIOD_START, PERIOD_END, REVIEW, STOPPAGE = 9, 10, 11, 12, 13, 18, 20

EVENT_OF_TYPE: dict[int, str] = {
    MADE: "made_2",
    MISSED: "missed_2",
    FREE_THROW: "missed_ft",
    REBOUND: "defensive_rebound",
    TURNOVER: "turnover",
    FOUL: "foul",
    VIOLATION: "violation",
    SUBSTITUTION: "substitution",
    TIMEOUT: "timeout",
    JUMP_BALL: "jump_ball",
    EJECTION: "ejection",
    PERIOD_START: "period_start",
    PERIOD_END: "period_end",
    REVIEW: "review",
    STOPPAGE: "unknown",  # play stops for a reason that no box counts
}
"""Event of each type; shots, free throws, rebounds and fouls are refined."""

TYPE_WORDS: dict[int, str] = {
    FREE_THROW: "Free Throw",
    REBOUND: "Rebound",
    TURNOVER: "Turnover",
    FOUL: "Foul",
    VIOLATION: "Violation",
    SUBSTITUTION: "Substitution",
    TIMEOUT: "Timeout",
    JUMP_BALL: "Jump Ball",
    EJECTION: "Ejection",
    PERIOD_START: "Start Period",
    PERIOD_END: "End Period",
    REVIEW: "Instant Replay",
    STOPPAGE: "Stoppage",
}

FOULS: dict[int, tuple[str, str, str]] = {
    1: ("foul", "personal", "Personal Foul"),
    2: ("foul", "shooting", "Shooting Foul"),
    3: ("foul", "loose_ball", "Loose Ball Foul"),
    4: ("foul", "offensive", "Offensive Foul"),
    5: ("foul", "inbound", "Inbound Foul"),
    6: ("foul", "away_from_play", "Away From Play Foul"),
    8: ("foul", "punch", "Punching Foul"),
    9: ("foul", "clear_path", "Clear Path Foul"),
    10: ("double_foul", "personal", "Double Personal Foul"),
    11: ("technical_foul", "technical", "Technical Foul"),
    12: ("technical_foul", "non_unsportsmanlike", "Non-Unsportsmanlike Technical Foul"),
    13: ("technical_foul", "hanging", "Hanging Technical Foul"),
    14: ("foul", "flagrant_1", "Flagrant Foul Type 1"),
    15: ("foul", "flagrant_2", "Flagrant Foul Type 2"),
    16: ("double_technical", "technical", "Double Technical Foul"),
    17: ("technical_foul", "defensive_three_seconds", "Defensive Three Seconds"),
    18: ("technical_foul", "delay", "Delay of Game Technical Foul"),
    19: ("technical_foul", "taunting", "Taunting Technical Foul"),
    25: ("technical_foul", "excess_timeout", "Excess Timeout Technical Foul"),
    26: ("foul", "charge", "Offensive Charge Foul"),
    27: ("foul", "personal", "Personal Block Foul"),
    28: ("foul", "take", "Personal Take Foul"),
    29: ("foul", "shooting", "Shooting Block Foul"),
    30: ("technical_foul", "too_many_players", "Too Many Players Technical Foul"),
    31: ("foul", "transition_take", "Transition Take Foul"),
}
"""Event, kind and words of each foul."""

TURNOVERS: dict[int, tuple[str | None, str]] = {
    0: (None, "No Turnover"),  # a turnover all the same: it counts in every box
    1: ("bad_pass", "Bad Pass"),
    2: ("lost_ball", "Lost Ball"),
    3: ("out_of_bounds", "Out of Bounds"),
    4: ("traveling", "Traveling"),
    5: ("offensive_foul", "Foul"),
    6: ("double_dribble", "Double Dribble"),
    7: ("discontinued_dribble", "Discontinue Dribble"),
    8: ("three_seconds", "3 Second Violation"),
    9: ("five_seconds", "5 Second Violation"),
    10: ("eight_seconds", "8 Second Violation"),
    11: ("shot_clock", "Shot Clock"),
    12: ("inbound", "Inbound"),
    13: ("back_court", "Backcourt"),
    15: ("offensive_goaltending", "Offensive Goaltending"),
    17: ("lane_violation", "Lane Violation"),
    18: ("jump_ball", "Jump Ball Violation"),
    19: ("kicked_ball", "Kicked Ball Violation"),
    20: ("illegal_assist", "Illegal Assist"),
    21: ("palming", "Palming"),
    23: ("double_foul", "Double Personal"),
    33: ("punched_ball", "Punched Ball"),
    34: ("swinging_elbows", "Swinging Elbows"),
    35: ("basket_from_below", "Basket from Below"),
    36: ("illegal_screen", "Illegal Screen"),
    37: ("offensive_foul", "Offensive Foul"),
    38: ("five_seconds", "5 Second Inbound"),
    39: ("step_out_of_bounds", "Step Out of Bounds"),
    40: ("out_of_bounds_lost_ball", "Out of Bounds Lost Ball"),
    41: ("lost_ball", "Poss Lost Ball"),
    43: ("out_of_bounds", "Player Out of Bounds Violation"),
    45: ("out_of_bounds_bad_pass", "Out of Bounds - Bad Pass"),
}

FREE_THROWS: dict[int, str] = {
    10: "1_of_1", 11: "1_of_2", 12: "2_of_2", 13: "1_of_3", 14: "2_of_3", 15: "3_of_3",
    16: "technical", 21: "technical", 22: "technical",
    18: "flagrant_1_of_2", 19: "flagrant_2_of_2", 20: "flagrant_1_of_1",
    25: "clear_path_1_of_2", 26: "clear_path_2_of_2",
    27: "flagrant_1_of_3", 28: "flagrant_2_of_3", 29: "flagrant_3_of_3",
}  # fmt: skip

LIVE_THROWS = (10, 12, 15)
"""Free throws after which the ball is in play if they miss; after the others the shooting team throws again or in."""

VIOLATIONS: dict[int, str] = {
    1: "delay", 2: "defensive_goaltending", 3: "lane", 4: "jump_ball", 5: "kicked_ball", 6: "double_lane",
}  # fmt: skip
TIMEOUTS: dict[int, str] = {1: "full", 2: "short", 4: "official"}
EJECTIONS: dict[int, str] = {1: "second_technical", 2: "second_flagrant_1", 3: "flagrant_2", 4: "other"}
REVIEWS: dict[int, str] = {1: "supported", 2: "overturned", 3: "stands"}

SHOTS: dict[int, str] = {
    0: "No Shot", 1: "Jump Shot", 2: "Running Jump Shot", 3: "Hook Shot", 4: "Tip Shot", 5: "Layup",
    6: "Driving Layup", 7: "Dunk", 8: "Slam Dunk", 9: "Driving Dunk", 40: "Layup", 41: "Running Layup",
    42: "Driving Layup", 43: "Alley Oop Layup", 44: "Reverse Layup", 45: "Jump Shot", 46: "Running Jump Shot",
    47: "Turnaround Jump Shot", 48: "Dunk", 49: "Driving Dunk", 50: "Running Dunk", 51: "Reverse Dunk",
    52: "Alley Oop Dunk", 53: "Tip Shot", 54: "Running Tip Shot", 55: "Hook Shot", 56: "Running Hook Shot",
    57: "Driving Hook Shot", 58: "Turnaround Hook Shot", 63: "Fadeaway Jumper", 65: "Jump Hook Shot",
    66: "Jump Bank Shot", 67: "Hook Bank Shot", 71: "Finger Roll Layup", 72: "Putback Layup",
    73: "Driving Reverse Layup", 74: "Running Reverse Layup", 75: "Driving Finger Roll Layup",
    76: "Running Finger Roll Layup", 77: "Driving Jump Shot", 78: "Floating Jump Shot", 79: "Pullup Jump Shot",
    80: "Step Back Jump Shot", 81: "Pullup Bank Shot", 82: "Driving Bank Shot", 83: "Fadeaway Bank Shot",
    84: "Running Bank Shot", 85: "Turnaround Bank Shot", 86: "Turnaround Fadeaway Shot", 87: "Putback Dunk",
    88: "Driving Slam Dunk", 89: "Reverse Slam Dunk", 90: "Running Slam Dunk", 91: "Putback Reverse Dunk",
    92: "Putback Slam Dunk", 93: "Driving Bank Hook Shot", 94: "Jump Bank Hook Shot", 95: "Running Bank Hook Shot",
    96: "Turnaround Bank Hook Shot", 97: "Tip Layup Shot", 98: "Cutting Layup Shot",
    99: "Cutting Finger Roll Layup Shot", 100: "Running Alley Oop Layup Shot", 101: "Driving Floating Jump Shot",
    102: "Driving Floating Bank Jump Shot", 103: "Running Pull-Up Jump Shot", 104: "Step Back Bank Jump Shot",
    105: "Turnaround Fadeaway Bank Jump Shot", 106: "Running Alley Oop Dunk Shot", 107: "Tip Dunk Shot",
    108: "Cutting Dunk Shot", 109: "Driving Reverse Dunk Shot", 110: "Running Reverse Dunk Shot",
}  # fmt: skip
"""Words for each kind of shot. They never decide what a shot is worth: the text of the row does."""
