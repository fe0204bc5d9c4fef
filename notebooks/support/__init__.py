"""What the notebooks share: reading the release, tables, pictures, and pages of them."""
