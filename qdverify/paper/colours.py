"""A diverging colour map that is perceptually uniform: its lightness falls linearly from the middle to both ends.

Colours are chosen in OKLab (B. Ottosson, "A perceptual color space for image processing", 2020) and converted to sRGB:
white at zero, blue below, red above, equally dark at equal distance from zero. Printed in grey it shows the magnitude.
"""

from __future__ import annotations

import numpy as np
from matplotlib.colors import ListedColormap
from numpy.typing import NDArray

Array = NDArray[np.float64]

LIGHTNESS = (0.985, 0.33)
"""At zero and at the ends."""
CHROMA = 0.165
HUES = {"negative": 258.0, "positive": 28.0}

_TO_CONE = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_TO_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def diverging(steps: int = 255) -> ListedColormap:
    """Return the colour map with an odd number of steps, the middle one for zero."""
    distance = np.linspace(0.0, 1.0, steps // 2 + 1)
    negative, positive = (_arm(distance, np.deg2rad(HUES[side])) for side in ("negative", "positive"))
    return ListedColormap(np.concatenate([negative[:0:-1], positive]), name="oklab_diverging")


def _arm(distance: Array, hue: float) -> Array:
    """Return colours from zero outwards, (steps, 3); chroma grows until the darkness of the end takes it back."""
    lightness = LIGHTNESS[0] + (LIGHTNESS[1] - LIGHTNESS[0]) * distance
    chroma = CHROMA * np.sin(0.82 * np.pi * distance**0.85)
    return srgb(np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1))


def srgb(oklab: Array) -> Array:
    """Convert OKLab to sRGB in [0, 1], (..., 3)."""
    linear = np.clip(((oklab @ _TO_CONE.T) ** 3) @ _TO_LINEAR.T, 0.0, 1.0)
    encoded: Array = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return encoded
