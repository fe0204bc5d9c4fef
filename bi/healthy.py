"""Exit 0 when Superset answers and its dashboards are in. For health checks: starts at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.request import urlopen

if __name__ == "__main__":
    port = os.environ.get("PAIDNET_BI_PORT") or "8088"
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            answers = answer.read() == b"OK"
    except OSError as error:
        sys.exit(f"Superset does not answer: {error}")
    if not answers or not (Path(os.environ["SUPERSET_HOME"]) / "ready").exists():
        sys.exit("Superset answers, but its dashboards are not in yet")
