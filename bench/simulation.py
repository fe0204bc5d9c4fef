"""Time and memory of simulating and writing one company's orders.

Run as `python bench/simulation.py [ORDERS]` (default 1,000,000) from the repository's
root; prints orders, seconds and the peak memory of the process.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulation.company import simulate
from simulation.loading import load_scenario
from simulation.writing import write_company

SECONDS_ALLOWED = 30.0
GIGABYTES_ALLOWED = 4.0


def main(target_orders: int) -> int:
    """Simulate and write about `target_orders`; return 1 if a limit is exceeded."""
    begin = time.perf_counter()
    company = simulate(load_scenario("bench"), target_orders)
    simulated = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        rows = write_company(company, Path(folder))["orders"]
        size = (Path(folder) / "orders.csv").stat().st_size
    seconds = time.perf_counter() - begin
    # ru_maxrss is in kilobytes on Linux and in bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e9
    print(f"orders   {company.orders.number.size:,} ({rows:,} rows, {size / 1e6:.0f} MB)")
    print(f"seconds  {seconds:.1f} ({simulated - begin:.1f} of them simulating)")
    print(f"peak GB  {peak:.2f}")
    return int(seconds > SECONDS_ALLOWED or peak > GIGABYTES_ALLOWED)


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    if not wanted.isdigit() or int(wanted) == 0:
        sys.exit(f"ORDERS must be a whole number above 0, not {wanted!r}")
    sys.exit(main(int(wanted)))
