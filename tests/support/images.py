"""What the images of the containers hold."""

from __future__ import annotations

from pathlib import Path


def copied(dockerfile: Path) -> set[str]:
    """Return what a Dockerfile copies from the project."""
    lines = [line.split() for line in dockerfile.read_text().splitlines()]
    return {
        source
        for words in lines
        if words[:1] == ["COPY"] and not words[1].startswith("--")
        for source in words[1:-1]
    }
