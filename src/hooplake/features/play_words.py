"""The types of plays in the words of ESPN, as far as they have been seen: a decoder that knows them makes no text anew.

A document with another type is read by a decoder that takes any, so a word that is missing here costs time and no more.
"""

from __future__ import annotations

PLAY_WORDS = (
    "3-Second Turnover", "5-Second Turnover", "8-Second Turnover", "Alley Oop Dunk Shot", "Alley Oop Layup Shot",
    "Away from Play Foul", "Back Court Turnover", "Bad Pass\nTurnover", "Basket from Below Turnover", "Block Shot",
    "Challenge", "Coach's Challenge (Overturned)", "Coach's Challenge (Stands)", "Coach's Challenge (Supported)",
    "Coach's Challenge (replaycenter)", "Cutting Dunk Shot", "Cutting Finger Roll Layup Shot", "Cutting Layup Shot",
    "Dead Ball Rebound", "Defensive 3-Seconds Technical", "Defensive Goaltending", "Defensive Rebound", "Delay of Game",
    "Disc Dribble Turnover", "Double Dribble Turnover", "Double Technical Foul", "Driving Dunk Shot",
    "Driving Finger Roll Layup", "Driving Floating Bank Jump Shot", "Driving Floating Jump Shot", "Driving Hook Shot",
    "Driving Jump Shot Bank", "Driving Layup Shot", "Dunk Shot", "DunkShot", "End Game", "End Period",
    "Fade Away Bank Jump Shot", "Fade Away Jump Shot", "Finger Roll Layup", "Flagrant Foul Type 1",
    "Floating Jump Shot", "Foul Turnover", "Free Throw - 1 of 1", "Free Throw - 1 of 2", "Free Throw - 1 of 3",
    "Free Throw - 2 of 2", "Free Throw - 2 of 3", "Free Throw - 3 of 3", "Free Throw - Flagrant 1 of 1",
    "Free Throw - Flagrant 1 of 2", "Free Throw - Flagrant 1 of 3", "Free Throw - Flagrant 2 of 2",
    "Free Throw - Flagrant 2 of 3", "Free Throw - Flagrant 3 of 3", "Free Throw - Technical", "Free Throw 1 of 1",
    "Full Timeout", "Heave Jump Shot", "Hook Driving Bank", "Hook Shot", "Hook Turnaround Bank",
    "Illegal Assist Turnover", "Inbound Turnover", "Jump Shot", "Jump Shot Bank", "JumpShot", "Jumpball", "Kicked Ball",
    "Lane", "Lane Violation Turnover", "LayUpShot", "Layup Driving Reverse", "Layup Running Reverse", "Layup Shot",
    "Layup Shot Putback", "LayupShot", "Loose Ball Foul", "Lost Ball Turnover", "MadeFreeThrow",
    "No Shot (Default Shot)", "Not Available", "Offensive Charge", "Offensive Foul", "Offensive Foul Turnover",
    "Offensive Goaltending Turnover", "Offensive Rebound", "OfficialTVTimeOut", "Out of Bounds - Bad Pass Turnover",
    "Out of Bounds - Lost Ball Turnover", "Out of Bounds - Step Turnover", "Personal Foul", "Personal Take Foul",
    "PersonalFoul", "Pullup Bank Jump Shot", "Pullup Jump Shot", "Putback Dunk Shot",
    "Ref-Initiated Review (Overturned)", "Ref-Initiated Review (Stands)", "Ref-Initiated Review (Supported)",
    "RegularTimeOut", "Reverse Dunk Shot", "Reverse Layup Shot", "Running Alley Oop Dunk Shot",
    "Running Alley Oop Layup Shot", "Running Dunk Shot", "Running Finger Roll Layup", "Running Jump Shot",
    "Running Layup Shot", "Running Pullup Jump Shot", "Running Reverse Dunk Shot", "Shooting Foul", "ShortTimeOut",
    "Shot Clock Turnover", "Steal", "Step Back Bank Jump Shot", "Step Back Jump Shot", "Substitution", "Technical Foul",
    "Three Point Jump Shot", "Tip Dunk Shot", "Tip Shot", "TipShot", "Transition Take Foul", "Traveling",
    "Turnaround Bank Jump Shot", "Turnaround Fade Away Jump Shot", "Turnaround Fadeaway Bank Jump Shot",
    "Turnaround Hook Shot", "Turnaround Jump Shot",
)  # fmt: skip
