"""sqlfluff without a search for garbage, as `make sqlfluff` runs it.

sqlfluff keeps the trees that it parses until it ends: to look for garbage among them takes more
than half of its time. It needs 1.2 GB so.
"""

import gc
import sys

if __name__ == "__main__":
    gc.disable()
    from sqlfluff.cli.commands import cli

    sys.exit(cli(prog_name="sqlfluff"))
