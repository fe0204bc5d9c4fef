"""One advance of any terms: its numbers, and how they are shown."""
