"""What can go wrong in a run, told in one message and without a traceback."""

from __future__ import annotations


class WarehouseError(Exception):
    """A run that cannot go on; the message says what, where to look, and the remedy."""
