"""A transport code of somebody else: rates, stationary state and currents in the standard library's decimal numbers.

It shares nothing with the project. Decimal exponents do not underflow, so that plain elimination without subtraction
is sound at any temperature; every method is a place where a fault can be made.
"""

from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext

from parts_of_conductance import PartsOfConductance, number


def exact_arithmetic():
    """Return a context of 30 digits whose exponents neither overflow nor underflow."""
    return localcontext(prec=30, Emax=MAX_EMAX, Emin=MIN_EMIN)


class Sound(PartsOfConductance):
    """The two transport tasks, their extensions and the parts of dI/dV, right at any depth."""

    accuracy = {"stationary_state": 1e-9, "current": 1e-9}

    def fermi(self, x):
        """Return f(x) and 1 - f(x)."""
        return 1 / (1 + x.exp()), 1 / (1 + (-x).exp())

    def argument(self, low, high, gate, mu, kT):
        return (number(high["energy"]) - number(low["energy"]) - gate - mu) / kT

    def prepared(self, leads, kT, gate):
        """Return leads by name, kT and gate as the code understands them."""
        by_name = {lead["name"]: (number(lead["rate"]), number(lead["mu"])) for lead in leads}
        return by_name, number(kT), number(gate)

    def strength(self, item, low, high):
        """Return the rates of the way up and down without t and Fermi function."""
        return 2 * number(item["M"]), 2 * number(item["M"]) * (low["two_S"] + 1) / (high["two_S"] + 1)

    def hops(self, levels, transitions, leads, kT, gate):
        """Return (to, from, lead, electrons, rate)."""
        by_name, kT, gate = self.prepared(leads, kT, gate)
        hops = []
        for item in transitions:
            low, high = levels[item["from"]], levels[item["to"]]
            up, down = self.strength(item, low, high)
            for name, (rate, mu) in by_name.items():
                f, empty = self.fermi(self.argument(low, high, gate, mu, kT))
                hops.append((item["to"], item["from"], name, 1, rate * up * f))
                hops.append((item["from"], item["to"], name, -1, rate * down * empty))
        return hops

    def solve(self, W):
        """Eliminate one level after the other without subtractions (Grassmann, Taksar, Heyman)."""
        n = len(W)
        W = [list(row) for row in W]
        exits = [Decimal(0)] * n
        for k in range(n - 1, 0, -1):
            exits[k] = sum((W[i][k] for i in range(k)), Decimal(0))
            if exits[k] == 0:
                raise ValueError(f"level {k} and those above it are not connected to the rest")
            for i in range(k):
                for j in range(k):
                    if i != j:
                        W[i][j] += W[i][k] * W[k][j] / exits[k]
        P = [Decimal(1)]
        for k in range(1, n):
            P.append(sum((W[k][j] * P[j] for j in range(k)), Decimal(0)) / exits[k])
        return [p / sum(P) for p in P]

    def populations(self, levels, hops):
        n = len(levels)
        W = [[Decimal(0)] * n for _ in range(n)]
        for to, start, _, _, rate in hops:
            W[to][start] += rate
        return self.solve(W)

    def stationary_state(self, *, levels, transitions, leads, kT, gate):
        with exact_arithmetic():
            if not levels or kT <= 0:
                raise ValueError("levels must not be empty and kT must be positive")
            hops = self.hops(levels, transitions, leads, kT, gate)
            return {"populations": [float(p) for p in self.populations(levels, hops)]}

    def current(self, *, levels, transitions, leads, kT, gate):
        with exact_arithmetic():
            hops = self.hops(levels, transitions, leads, kT, gate)
            P = self.populations(levels, hops)
            net = {name: sum(e * rate * P[i] for _, i, lead, e, rate in hops if lead == name) for name in "LR"}
            return {"I_L": float(net["L"]), "I_R": float(-net["R"])}

    def resolved_current(self, *, levels, transitions, leads, kT, gate):
        """Solve for every S_z state, with the squared Clebsch-Gordan coefficients of one spin 1/2."""
        states = [(k, m) for k, item in enumerate(levels) for m in range(-item["two_S"], item["two_S"] + 1, 2)]
        place = {state: index for index, state in enumerate(states)}
        with exact_arithmetic():
            hops = []
            for to, start, lead, electrons, rate in self.hops(levels, transitions, leads, kT, gate):
                g = levels[start]["two_S"]
                for m in range(-g, g + 1, 2):
                    for sigma in (-1, 1):
                        share = self.share(g, m, sigma, levels[to]["two_S"], electrons)
                        if share:
                            hops.append((place[to, m + sigma], place[start, m], lead, electrons, rate * share))
            P = self.populations(states, hops)
            net = {name: sum(e * rate * P[i] for _, i, lead, e, rate in hops if lead == name) for name in "LR"}
            return {"I_L": float(net["L"]), "I_R": float(-net["R"])}

    def share(self, two_S, two_m, sigma, two_S_to, electrons):
        """Return the share of the rate out of (S, m) that goes to (S', m + sigma)."""
        two_m_to = two_m + sigma
        if abs(two_m_to) > two_S_to:
            return 0
        if electrons > 0:
            low, high, m_high, spin = two_S, two_S_to, two_m_to, sigma
        else:
            low, high, m_high, spin = two_S_to, two_S, two_m, -sigma
        squared = Decimal(low + 1 + (high - low) * spin * m_high) / (2 * (low + 1))
        return squared * (low + 1) / (high + 1) if electrons > 0 else squared

    def differential_conductance(self, *, levels, transitions, leads, kT, gate):
        """Differentiate over a step that 30 digits resolve."""
        step = number(kT) * Decimal("1e-8")
        with exact_arithmetic():
            flow = []
            for sign in (1, -1):
                shifted = [
                    {**lead, "mu": number(lead["mu"]) + sign * step / (2 if lead["name"] == "L" else -2)}
                    for lead in leads
                ]
                hops = self.hops(levels, transitions, shifted, kT, gate)
                P = self.populations(levels, hops)
                flow.append(sum(e * rate * P[i] for _, i, lead, e, rate in hops if lead == "L"))
            return {"dI_dV": float((flow[0] - flow[1]) / (2 * step))}

    def noise(self, *, levels, transitions, leads, kT, gate):
        """Return the noise; of two levels S = (c_in,out - 2 I^2) / Gamma."""
        with exact_arithmetic():
            hops = self.hops(levels, transitions, leads, kT, gate)
            if len(levels) != 2:
                return self.noise_of_many(levels, hops)
            rate = {(lead, electrons): value for _, _, lead, electrons, value in hops}
            both_ways = rate["L", 1] * rate["R", -1] + rate["R", 1] * rate["L", -1]
            total = sum(rate.values())
            current = (rate["L", 1] * rate["R", -1] - rate["R", 1] * rate["L", -1]) / total
            S = (both_ways - 2 * current**2) / total
            return {"S": float(S), "fano": float(S / abs(current)) if leads[0]["mu"] != leads[1]["mu"] else None}

    def noise_of_many(self, levels, hops):
        """Count what leaves to R: second-order perturbation theory, by Gauss and Jordan with a column of pivots."""
        P, n = self.populations(levels, hops), len(levels)
        counted = [(to, start, -electrons, rate) for to, start, lead, electrons, rate in hops if lead == "R"]
        current = sum(count * rate * P[start] for _, start, count, rate in counted)
        rows = [[Decimal(0)] * n + [current * p] for p in P]
        for to, start, _, _, rate in hops:
            rows[to][start] += rate
            rows[start][start] -= rate
        for to, start, count, rate in counted:
            rows[to][n] -= count * rate * P[start]
        rows[-1] = [Decimal(1)] * n + [Decimal(0)]
        for k in range(n):
            pivot = max(range(k, n), key=lambda row: abs(rows[row][k]))
            rows[k], rows[pivot] = rows[pivot], rows[k]
            rows[k] = [value / rows[k][k] for value in rows[k]]
            rows = [
                row if i == k else [a - row[k] * b for a, b in zip(row, rows[k], strict=True)]
                for i, row in enumerate(rows)
            ]
        S = sum(rate * (P[start] + 2 * count * rows[start][n]) for _, start, count, rate in counted)
        same = abs(current) < Decimal("1e-20") * S
        return {"S": float(S), "fano": None if same else float(S / abs(current))}
