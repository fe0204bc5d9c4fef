"""Entry point of `python -m simulation`."""

from simulation.cli import app

if __name__ == "__main__":
    app(prog_name="python -m simulation")
