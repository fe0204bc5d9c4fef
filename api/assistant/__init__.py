"""MCP: an analyst's assistant asks the same questions as over HTTP, by tools."""
