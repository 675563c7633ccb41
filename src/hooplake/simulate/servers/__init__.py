"""Servers that behave like the real sources, with a simulated league behind them and faults that can be switched on."""
