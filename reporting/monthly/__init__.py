"""The monthly report of each company and of the portfolio, as Word files."""
