"""The paper of Jauregui, Haeusler, Weinmann and Kramer, Phys. Rev. B 53, R1713 (1996): what it prints, and the same recomputed."""
