"""Build, test, release: `python -m warehouse --help`."""
