"""The truth about each fault: words of which every hint for it must contain one.

A fault in `HINTS` gets a hint from at least one check of its own stage; one in `SILENT` gets none at all, for the
reason beside it. What refuses too much or too little has no numbers from which a hint could be read.
"""

from qdverify.faults.memory import OF_MEMORY

DIGITS = ("digits and no further", "single precision")
SMALL = ("only small values are wrong",)
FIELDS = {"length": "L", "cutoff": "lambda", "strength": "s", "orbitals": "M", "electrons": "N", "two_S": "2S"}
STALE_BASIS = "a grid or basis"


def _of_memory(name):
    """Return the truth about a fault of memory."""
    if name.startswith("kept-under-rounded"):
        return ("round its keys",)
    if name.startswith("kept-in-any-order"):
        return ("the order of a list",)
    if name.startswith("kept-without-"):
        field = name.removeprefix("kept-without-").split("-")[0]
        return (f"differs in {FIELDS.get(field, field)} only", *([STALE_BASIS] if field == "orbitals" else []))
    return ("the factor is 1.001",)


# these are asked for one number in two cases only
_UNSAID = ("after-error-clebsch-gordan-weight", "after-error-current", "kept-without-two_S-current")
HINTS = {name: _of_memory(name) for name in OF_MEMORY if name not in _UNSAID} | {
    "core-dropped": ("shifted by the same amount",),
    "one-irrep-searched": ("levels are missing",),
    "spin-blocks-swapped": ("failing cases have N = 2",),
    # spin
    "amplitude": ("square roots",),
    "average-over-final": ("(2S_i+1)/(2S_j+1)",),
    "doubled-spin": ("2S in place of S",),
    "half-integer-off": ("odd 2S_i",),
    "highest-weight-pair-only": ("highest weights",),
    "integer-division": ("integer division",),
    "missing-half": ("the 1/2 of Eq. (4) is missing",),
    "nine-digits": DIGITS,
    "no-selection-rule": ("selection rule",),
    "single-precision": DIGITS,
    "sum-in-place-of-average": ("2S_i+1: the average",),
    "swapped-branches": ("branches",),
    # integrals
    "cutoff-as-ratio": ("units of the length",),
    "cutoff-not-squared": ("lambda in place of lambda squared",),
    "four-different-zero": ("number of different orbitals = 4", "are set to 0"),
    "half-contact": ("0.5 for the contact kernel",),
    "high-indices-off": ("largest orbital >= 11",),
    "length-not-in-normalisation": ("the factor is L",),
    "nine-digits-integrals": DIGITS,
    "physicists-order": ("physicists' order", "another order"),
    "single-precision-integrals": DIGITS,
    "strength-ignored": ("strength is ignored",),
    "twice-the-interaction": ("twice too strong", "the factor is 2 everywhere"),
    "wrong-sign": ("wrong sign", "the factor is -1 everywhere"),
    "zero-based": ("counted from zero",),
    # spectrum
    "contact-levels-off": ("kernel contact", *DIGITS),
    "degeneracy-as-spin": ("multiplicity 2S+1",),
    "eight-digits": DIGITS,
    "energy-per-electron": ("electrons^-1",),
    "even-orbitals-off": ("even M", *DIGITS),
    "even-spins-only": ("missing",),
    "excited-off": ("index >= 1", "index = 1", *DIGITS),
    "high-levels-off": ("index >= 5", "index = 5"),
    "high-spin-off": ("2S >= 3", "2S = 3"),
    "kinetic-doubled": ("kinetic energy is doubled", "the factor is 2 everywhere"),
    "last-root-too-high": ("the last value of their list", "missing"),
    "length-off-by-a-millionth": ("0.999998", *DIGITS),
    "length-off-in-the-eighth-digit": DIGITS,
    "long-boxes-off": ("L >= 9.5", *DIGITS),
    "loose-energies": DIGITS,
    "nearly-full-off": ("more electrons than orbitals",),
    "odd-electrons-off": ("odd N", "shifted by the same amount", *DIGITS),
    "one-parity-only": ("missing",),
    "pairs-counted-twice": ("interaction is doubled",),
    "polarised-missed": ("missing",),
    "projection-as-spin": ("|S_z| of a sector",),
    "second-level-missed": ("level 1 is missing", "or is one missing?"),
    "self-interaction": ("shifted by the same amount",),
    "sharp-levels-off": ("lambda/L <=", *DIGITS),
    "shifted-zero": ("shifted by the same amount", "or a constant?"),
    "single-precision-energies": DIGITS,
    "single-run": ("level 1 is missing",),
    "singlets-off": ("2S = 0", *DIGITS),
    "spin-halved": ("S in place of 2S, rounded down",),
    "spins-exchanged": ("the right spins in another order",),
    "states-listed": ("listed again",),
    # transitions
    "average-over-final-states": ("(2S_i+1)/(2S_j+1)",),
    "contact-M-off": ("kernel contact",),
    "derivative-weights": ("the factor is 4.66666667",),
    "excited-columns-off": ("column >= 1", "column = 1"),
    "from-two-off": ("N = 2",),
    "last-orbital-missing": ("the factor is 0.666666667",),
    "loose-states": DIGITS,
    "lowest-orbital-only": ("the factor is 0.333333333", "every value is 0"),
    "missing-average": ("2S_i+1: the average", "a spin factor"),
    "missing-half-of-M": ("the factor is 2 everywhere",),
    "multiplets-averaged": ("row <= 1",),
    "not-squared": ("square roots",),
    "odd-to-even-off": ("odd N", "the factor is 1.001"),
    "one-component": ("one pair of S_z components",),
    "rows-normalised": ("normalised to 1",),
    "rows-reversed": ("listed backwards", "another order"),
    "small-dropped": ("are set to 0",),
    "spin-sum-doubled-for-singlets": ("out of singlets", "even N"),
    "spin-weight-only": ("C_ji",),
    "squared-twice": ("the squares of the right values",),
    "transposed": ("transposed", "another order"),
    # rates
    "absolute-accuracy": SMALL,
    "averaged-over-final": ("averaged over the final",),
    "bias-halved": ("bias is halved",),
    "bias-on-one-lead": ("applied to L only",),
    "coarse-cache-stationary-state": ("1.00001",),
    "equal-levels-merged": ("hold equal levels",),
    "gate-clipped": ("gate of size >= 1.06",),
    "gate-halved": ("half its strength",),
    "gate-sign": ("gate has the wrong sign",),
    "gate-sign-lost": ("negative gate",),
    "half-for-small-arguments": ("smallest argument of f <=",),
    "large-spins-clipped": ("largest 2S >= 10",),
    "last-by-subtraction": ("are set to 0",),
    "leads-by-place": ("place in the list",),
    "leads-exchanged": ("chemical potentials of L and R are exchanged",),
    "left-rate-for-both": ("the left one's rate",),
    "missing-degeneracy": ("(2S_i+1)/(2S_j+1) of the way back is missing",),
    "missing-spin-factor": ("spin factor 2",),
    "listed-zero-counts": ("an M_ji of 0: yes",),
    "mu-clipped": ("a mu of size >= 1.62",),
    "negative-energies-zero": ("a lowest energy <= -",),
    "population-per-state": ("one state of each level",),
    "populations-flushed": ("are set to 0",),
    "populations-sorted": ("listed by electron number",),
    "rate-squared": ("rates enter squared",),
    "rates-by-place": ("rates of L and R are exchanged",),
    "rates-exchanged": ("rates of L and R are exchanged",),
    "regularised": SMALL,
    "single-precision-levels": ("energies are stored in single precision",),
    "small-rates-zero": ("a smaller rate <= 1e-09",),
    "subtracted-fermi": ("are set to 0", "largest argument of f >="),
    "temperature-ceiling": ("kT >= 1.5",),
    "temperature-doubled": ("kT is doubled",),
    "temperature-in-kelvin": ("kelvin",),
    "unnormalised": ("normalised to the largest",),
    "unsquared-rates": ("square root of M_ji",),
    "wrong-for-odd-size": ("an odd number of levels",),
    "wrong-gate-beyond-five": ("largest N >= 6",),
    # current
    "averaged-after-loose-solve": ("1.000001", *DIGITS),
    "both-barriers": ("both barriers are added", "the factor is 2 everywhere"),
    "coarse-cache-current": ("1.00001",),
    "coulombs": ("ampere", "1.60217663e-19"),
    "counted-backwards": ("from R to L", "-1 everywhere: the sign"),
    "doubled-noise": ("the factor is 2 everywhere",),
    "equal-levels-counted-once": ("hold equal levels", "the factor is 0.999"),
    "no-back-flow": ("only I_L is wrong",),
    "per-spin": ("one spin is counted", "0.5 everywhere"),
    "right-sign": ("I_R has the wrong sign",),
    "small-currents-dropped": ("set to 0", "every value is 0"),
    "wrong-beyond-ten-electrons": ("largest N >= 13",),
    "wrong-for-large-spins": ("largest 2S >= 10",),
    "wrong-for-many-levels": ("number of levels >= 14",),
    "wrong-for-negative-gate": ("negative gate",),
    "wrong-for-negative-potentials": ("a larger mu <=",),
    "wrong-for-thin-left": ("t_L/t_R <=",),
    "wrong-if-R-is-first": ("list lead R first", "the factor is 1.001 everywhere"),
    "wrong-when-hot": ("kT >= 10",),
    # leads and heat
    "counted-out-of-the-dot": ("of the first lead is counted into the dot",),
    "energy-for-heat": ("the energy current",),
    "gate-forgotten-in-heat": ("the gate is missing in the heat",),
    "heat-from-mean-potential": ("from the mean chemical potential",),
    "heat-in-equilibrium": DIGITS,
    "heat-into-the-lead": ("heat is counted into the lead", "the factor is -1 everywhere: the sign"),
    "heat-off-by-a-millionth": ("the factor is 1.000001", *DIGITS),
    "heat-per-spin": ("heat is counted per spin", "the factor is 2 everywhere"),  # the efficiency is doubled
    "lead-current-per-spin": ("one spin is counted", "the factor is 0.5 everywhere"),
    "leaking-lead-currents": ("the factor is 0.999",),
    "mean-temperature": ("the mean of their temperatures",),
    "names-in-order": ("in the order of their names", "the factor is -1 everywhere: the sign"),  # of two leads
    "own-temperature-ignored": ("of its own is ignored",),
    "probability-of-first-lead": ("the M_ji of the first one",),
    "small-lead-currents-dropped": ("are set to 0",),
    "temperature-of-another-lead": ("the temperature of the next one",),
    "temperature-of-first-lead": ("the temperature of the first one",),
    "two-leads-only": ("beyond the second are left out",),
    # linear response
    "closed-circuit": ("a closed circuit",),
    "energies-from-zero": ("counted from zero in the heat",),
    "force-of-bias": ("L11 and L21 lack a factor of kT",),
    "force-of-temperature": ("L12 and L22 lack a factor of kT",),
    "reciprocal-with-wrong-sign": ("L21 has the wrong sign",),
    "thermopower-of-holes": ("that of holes",),
    "wiedemann-franz": ("Wiedemann and Franz",),
    # counting
    "counted-twice": ("each electron counts twice", "the factor is 4 everywhere"),  # where the noise alone is compared
    "field-doubled": ("each electron counts twice",),
    "field-of-the-wrong-sign": ("from R to L",),
    "imaginary-field": ("i^3 = -i",),
    "poissonian-third": ("that of independent electrons",),
    "spectral-density": ("the spectral density, 2 S", "the factor is 2 everywhere"),
    "third-of-two-levels": ("two levels at full bias",),
    "two-poisson-processes": ("two Poisson processes",),
}
_FEW = "too few cases fail, or pass, for chance to be unlikely"
_MIXED = "values mix several wrong moments or levels, and no wrong input gives them"
_OWN = "the number is the fault's own choice"
SILENT = {
    **dict.fromkeys(("attraction-ignored", "attraction-repels", "attractive-levels-off", "attractive-M-off"), _FEW),
    **dict.fromkeys(("constant-attraction-off", "contact-attraction-off", "soft-attraction-off"), _FEW),
    **dict.fromkeys(("cutoff-ceiling", "cutoff-floor", "cutoff-floor-in-M", "relative-cutoff-floor-in-M"), _FEW),
    **dict.fromkeys(("empty-M-off", "nearly-full-M-off", "four-electrons-off", "high-orbitals-lost"), _FEW),
    **dict.fromkeys(("falling-off", "short-table", "spin-ceiling", "long-contact-off", "short-soft-coulomb-off"), _FEW),
    **dict.fromkeys(("single-pair-doubled", "coarse-quadrature", "high-rows-off", "high-spins-shifted"), _FEW),
    **dict.fromkeys(("constant-without-long-range", "diagonal-halved", "even-odd-sign", "last-moment-missing"), _MIXED),
    **dict.fromkeys(("first-order-only", "one-orbital-less", "phases-in-pairs", "sign-of-one-pair"), _MIXED),
    **dict.fromkeys(("M-below-a-billionth-dropped", "M-below-a-thousandth-dropped", "M-clipped", "M-floor"), _OWN),
    **dict.fromkeys(("rate-floor", "same-energy-shared", "unordered-indices", "ninth-value-stale"), _OWN),
}
