"""What the oracle knows, grade by grade: exact answers from `analytic`, enclosed ones from `enclosure`."""
