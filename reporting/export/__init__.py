"""The standard result tables of one company as files: CSV, Parquet or one Excel workbook."""
