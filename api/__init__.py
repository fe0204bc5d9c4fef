"""Ask the warehouse over HTTP, and upload to it: `python -m api --help`; see docs/api.md."""
