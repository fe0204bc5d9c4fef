"""The report of a month's operations: what changed, why, what to do; for e-mail."""
