"""Revenue-based advances: what a share of the forecast's revenue repays, and when."""
