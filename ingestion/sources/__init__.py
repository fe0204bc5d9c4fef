"""Sources: APIs that records are pulled from, page by page, within their limits."""
