"""The parts of dI/dV by differences of a transport code in decimal numbers, and wrong versions of them."""

from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext

from qdverify.protocol.inputs import check_inputs

TASK = "conductance_parts"
STEP = Decimal("1e-9")
"""Of kT: its square is left out, and 60 digits lose half as many."""


def number(value):
    return value if isinstance(value, Decimal) else Decimal(float(value))


class PartsOfConductance:
    """What a transport code needs to answer the task, of its hops between L and R and of its populations."""

    def conductance_parts(self, **question):
        """Differentiate populations and what passes over a small step of the bias."""
        self.refuse(question)
        step = STEP * min(number(lead.get("kT", question["kT"])) for lead in question["leads"])
        with localcontext(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN):
            levels = question["levels"]
            below, above = (self.shifted(question, sign * step) for sign in (-1, 1))
            P, c = zip(*(self.moved(levels, hops) for hops in (below, above)), strict=True)
            slope = [(after - before) / (2 * step) for before, after in zip(*P, strict=True)]
            # what the likeliest level gains the others lose: its own difference may be below the last digit
            first = max(range(len(levels)), key=lambda k: P[0][k])
            slope[first] = -sum(slope[:first] + slope[first + 1 :], Decimal(0))
            before, after = (sum(p * x for p, x in zip(*pair, strict=True)) for pair in zip(P, c, strict=True))
            passed = [(one + other) / 2 for one, other in zip(*c, strict=True)]
            growth = [self.sign(question) * value for value in slope]
            parts = self.parts(growth, [self.sign(question) * x for x in passed])
            return {
                "dI_dV": float((after - before) / (2 * step)),
                "growth": [*map(float, growth)],
                "parts": [*map(float, parts)],
            }

    def refuse(self, question):
        check_inputs(TASK, question)

    def sign(self, question):
        mu = {lead["name"]: lead["mu"] for lead in question["leads"]}
        return 1 if mu["L"] >= mu["R"] else -1

    def falls(self, name):
        """Return the share of a further bias that falls on a lead."""
        return Decimal("0.5") if name == "L" else Decimal("-0.5")

    def shifted(self, question, step):
        """Return the hops at another bias, lead by lead: each has its own temperature and M_ji."""
        hops = []
        for lead in question["leads"]:
            name = lead["name"]
            one = {"name": name, "rate": lead["rate"], "mu": number(lead["mu"]) + step * self.falls(name)}
            transitions = [
                {**item, "M": item["M"][name] if isinstance(item["M"], dict) else item["M"]}
                for item in question["transitions"]
            ]
            coupled = [item for item in transitions if item["M"] and lead["rate"]]
            kT = lead.get("kT", question["kT"])
            hops += self.hops(question["levels"], coupled, [one], kT, question["gate"])
        return hops

    def moved(self, levels, hops):
        """Return the populations, and what passes from L to R in each level."""
        c = [Decimal(0)] * len(levels)
        for _, start, lead, electrons, rate in hops:
            c[start] += rate * electrons * self.weight(lead)
        return self.populations(levels, hops), c

    def weight(self, lead):
        return Decimal("0.5") if lead == "L" else Decimal("-0.5")

    def parts(self, growth, passed):
        lost = [max(-value, Decimal(0)) for value in growth]
        mean = sum(g * x for g, x in zip(lost, passed, strict=True)) / sum(lost) if any(lost) else Decimal(0)
        return [max(g, Decimal(0)) * (x - mean) for g, x in zip(growth, passed, strict=True)]
