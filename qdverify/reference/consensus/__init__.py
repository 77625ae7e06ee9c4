"""Consensus-grade references: the continuum limit M -> infinity, by independent methods that must agree."""
