"""The suite: what a check is, the checks, the exact models they compare with, and the hints on failures."""
