"""A game at any moment: its score, state, box, lineups and everything told between two moments.

`hooplake.Lakehouse.game` makes a `hooplake.replay.moments.game.GameView`; the other modules are one subject each: how
a moment is written (`text`), which event it is (`timeline`), lines of players at moments (`lines`), scoring (`scoring`),
who is on court (`on_court`), splits by situation (`splits`), and the types of the answers (`answers`, `rows`).
"""
