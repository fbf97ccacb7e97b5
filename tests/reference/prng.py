"""The pseudo-random weights of the real-size model, as tests/realsize has them
in Go: bit for bit the same.

Value i of a parameter is SplitMix64 at counter i, started from a hash of the
parameter's name, so that every value can be had on its own. The upper 24 bits
give an exact float32 in [-1, 1), then one float32 multiplication scales it and
one float32 addition shifts it.
"""

import numpy as np

GAMMA = 0x9E3779B97F4A7C15
MASK = 0xFFFFFFFFFFFFFFFF


def seed(name):
    """FNV-1a of the name, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def mix(z):
    """SplitMix64's output function over an array of uint64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def values(name, count, center, scale):
    """count float32 values in [center-scale, center+scale) for a parameter."""
    counter = np.arange(1, count + 1, dtype=np.uint64)
    bits = mix(np.uint64(seed(name)) + counter * np.uint64(GAMMA)) >> np.uint64(40)
    unit = (bits.astype(np.int64) - (1 << 23)).astype(np.float32) / np.float32(1 << 23)
    return unit * np.float32(scale) + np.float32(center)
