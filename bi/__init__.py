"""Superset as code: served, checked, pushed and pulled. `python -m bi --help`."""
