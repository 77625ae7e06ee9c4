"""Exact models that checks and hints share."""
