"""The judge: holds implementations of a quantum-dot transport model against exact and certified references."""
