"""What the hints for each fault may say: every hint holds one of the words, and at least one check gives one.

A fault without words gets no hint at all, for the reason beside it.
"""

NO_FAILURE = "an answer that does not repeat, or a missing refusal, deviates in no number"
DIGITS = ("digits and no further", "32 bits", "constant of few digits")
SMALL = ("only small values are wrong",)

HINTS = {
    # spin
    "amplitude": ("square roots",),
    "average-over-final": ("(2S_i+1)/(2S_j+1)",),
    "doubled-spin": ("2S in place of S",),
    "highest-weight-pair-only": ("highest weights",),
    "integer-division": ("integer division",),
    "missing-half": ("the 1/2 of Eq. (4) is missing",),
    "nine-digits": DIGITS,
    "no-selection-rule": ("selection rule",),
    "short-table": ("two_S_i >= 41",),
    "single-precision": DIGITS,
    "sum-in-place-of-average": ("2S_i+1: the average",),
    "swapped-branches": ("branches",),
    # integrals
    "coarse-quadrature": ("lambda/L <=",),
    "cutoff-as-ratio": ("units of the length",),
    "cutoff-not-squared": ("lambda in place of lambda squared",),
    "half-contact": ("0.5 for the contact kernel",),
    "length-not-in-normalisation": ("the factor is L",),
    "nine-digits-integrals": DIGITS,
    "physicists-order": ("physicists' order",),
    "single-precision-integrals": DIGITS,
    "strength-ignored": ("strength is ignored",),
    "twice-the-interaction": ("twice too strong",),
    "wrong-sign": ("wrong sign",),
    "zero-based": ("counted from zero",),
    # rates
    "absolute-accuracy": SMALL,
    "averaged-over-final": ("averaged over the final",),
    "bias-halved": ("bias is halved",),
    "bias-on-one-lead": ("applied to L only",),
    "gate-halved": ("half its strength",),
    "gate-sign": ("gate has the wrong sign",),
    "leads-by-place": ("place in the list",),
    "leads-exchanged": ("chemical potentials of L and R are exchanged",),
    "left-rate-for-both": ("the left one's rate",),
    "missing-degeneracy": ("(2S_i+1)/(2S_j+1) of the way back is missing",),
    "missing-spin-factor": ("spin factor 2",),
    "population-per-state": ("one state of each level",),
    "populations-sorted": ("listed by electron number",),
    "rate-squared": ("rates enter squared",),
    "rates-exchanged": ("rates of L and R are exchanged",),
    "regularised": SMALL,
    "single-precision-levels": ("energies are stored in single precision", "digits and no further"),
    "temperature-doubled": ("kT is doubled",),
    "temperature-in-kelvin": ("kelvin",),
    "unnormalised": ("normalised to the largest",),
    "unsquared-rates": ("square root of M_ji",),
    # current
    "absolute-current": SMALL,
    "averaged-after-loose-solve": DIGITS,
    "both-barriers": ("both barriers are added", "a sum counted twice"),
    "coulombs": ("ampere",),
    "counted-backwards": ("from R to L", "-1 everywhere: the sign"),
    "doubled-noise": ("the factor is 2 everywhere",),
    "no-back-flow": ("only I_L is wrong",),
    "per-spin": ("one spin is counted", "0.5 everywhere"),
    "right-sign": ("I_R has the wrong sign", "-1 in all"),
    "small-currents-dropped": ("set to 0", "every value is 0"),
}

NO_HINT = {
    "constant-without-long-range": "one moment of one kernel: no wrong input does that",
    "diagonal-halved": "one moment is wrong, and values mix four of them",
    "even-odd-sign": "some moments are wrong, and values mix four of them",
    "high-orbitals-lost": "two cases are too few to tell the orbitals from what else is large there",
    "last-moment-missing": "one moment is wrong, and values mix four of them",
    "ground-states-only": "how much is left out is the fault's own choice",
    "never-refuses-stationary-state": "an answer without meaning follows no model",
    "schottky": "the factor is the Fano factor, which is another one in every case",
    "temperature-floor": "the floor is the fault's own choice, and one case lies below it",
    "temperature-off-by-a-thousandth": "the constant is the fault's own choice",
    "weak-transitions-dropped": "the threshold is the fault's own choice",
}
