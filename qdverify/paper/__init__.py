"""Phys. Rev. B 53, R1713 (1996) by Jauregui, Haeusler, Weinmann and Kramer: what it prints, and the same recomputed."""
