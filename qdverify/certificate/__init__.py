"""Certificates: self-contained files that a small, independent checker re-verifies."""
