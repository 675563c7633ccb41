"""Programs for those who work on hooplake; not installed with it."""
