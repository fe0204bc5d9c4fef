"""Stand-ins for third-party APIs: their limits, their pages and their faults, on this machine."""
