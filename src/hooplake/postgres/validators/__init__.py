"""Checks of what is in the database, each with its limit, as a report for a person or a program."""
