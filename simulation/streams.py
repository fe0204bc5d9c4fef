"""Random streams: one per purpose, so that no purpose disturbs another."""

import zlib

import numpy as np


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return the generator of one purpose.

    Streams depend on the seed and the purpose's name alone: switching an entity on,
    or drawing more numbers for one purpose, leaves all other streams as they were.
    """
    entropy = [seed, zlib.crc32(purpose.encode())]
    return np.random.default_rng(np.random.SeedSequence(entropy))
