"""Notebooks on the release, for analysts."""
