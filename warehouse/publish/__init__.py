"""Publish the current release's marts elsewhere: as Parquet, or to a PostgreSQL database."""
