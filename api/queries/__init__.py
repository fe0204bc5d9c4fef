"""What can be asked: functions of an open release and who asks, the same for HTTP and MCP."""
