"""Whole e-commerce companies from a scenario, with the truth kept beside the data."""
