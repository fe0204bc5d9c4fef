"""From any export to the raw contract: `python -m ingestion --help`."""
