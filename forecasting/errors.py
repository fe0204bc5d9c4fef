"""What can go wrong in a forecast run, told in one message and without a traceback."""

from __future__ import annotations


class ForecastError(Exception):
    """A run that cannot go on; the message says what was found, expected, and the remedy."""


class NoForecastError(Exception):
    """A series that cannot be forecast; the message is the reason of its grade."""
