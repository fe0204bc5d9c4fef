"""Exit 0 when Superset answers and its dashboards are in. For health checks: starts at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.request import urlopen

if __name__ == "__main__":
    port = os.environ.get("PAIDNET_BI_PORT") or "8088"
    ready = Path(os.environ["SUPERSET_HOME"]) / "ready"
    with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
        sys.exit(answer.read() != b"OK" or not ready.exists())
