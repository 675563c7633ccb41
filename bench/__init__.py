"""How fast it is: each stage beside its floor, measured in the same run. ``make bench`` prints it.

To add a stage, write ``stages()`` in a module here and name the module in ``MODULES`` of ``__main__``.
"""
