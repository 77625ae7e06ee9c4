"""Single faults in the parts of dI/dV of a right transport code, each with the checks that must catch it."""

from decimal import Decimal

from transport_implementations import Sound


class GrowthBySignedBias(Sound):
    def conductance_parts(self, **question):
        answer = super().conductance_parts(**question)
        return {**answer, "growth": [self.sign(question) * value for value in answer["growth"]]}


class BiasOnTheLeft(Sound):
    def falls(self, name):
        return Decimal(1 if name == "L" else 0)


class PassedOnTheRight(Sound):
    def weight(self, lead):
        return Decimal(0 if lead == "L" else -1)


class MostGrowthLost(Sound):
    """The level that holds the dot is said not to grow."""

    def conductance_parts(self, **question):
        answer = super().conductance_parts(**question)
        largest = max(map(abs, answer["growth"]))
        return {**answer, "growth": [0.0 if abs(value) == largest else value for value in answer["growth"]]}


class AgainstNothing(Sound):
    """The parts add up to the right sum, but the level that fills up has the part of those that it takes from."""

    def parts(self, growth, passed):
        return [g * x for g, x in zip(growth, passed, strict=True)]


class FirstLeadIsLeft(Sound):
    def weight(self, lead):
        return super().weight("L" if lead == self.first else "R")

    def conductance_parts(self, **question):
        self.first = question["leads"][0]["name"]
        return super().conductance_parts(**question)


class NeverRefuses(Sound):
    def refuse(self, question):
        pass

    def conductance_parts(self, **question):
        leads = [{**lead, "name": name} for lead, name in zip(question["leads"], "LR", strict=False)]
        renamed = super().conductance_parts
        try:
            return renamed(**question)
        except (KeyError, ArithmeticError):
            return renamed(**{**question, "leads": leads})


class OwnTemperaturesIgnored(Sound):
    def shifted(self, question, step):
        leads = [{key: value for key, value in lead.items() if key != "kT"} for lead in question["leads"]]
        return super().shifted({**question, "leads": leads}, step)


class RightAtAnyDepth(Sound):
    """No fault: it claims the digits of the smallest number too."""

    accuracy = {**Sound.accuracy, "conductance_parts": 1e-9}


class SlopesClippedAt700(RightAtAnyDepth):
    def fermi(self, x):
        return super().fermi(max(Decimal(-700), min(Decimal(700), x)))


class SinglePrecision(Sound):
    """Off where one transition alone is asked about by less than can be told, elsewhere by a millionth."""

    def conductance_parts(self, **question):
        answer = super().conductance_parts(**question)
        more = 1.0 if len(question["levels"]) == len("LR") else 1.0 + 1e-6
        return {**answer, "dI_dV": more * answer["dI_dV"], "parts": [more * value for value in answer["parts"]]}


FAULTS = [
    (GrowthBySignedBias, "conductance.parts-one-transition conductance.parts-blocking"),
    (BiasOnTheLeft, "conductance.parts-one-transition conductance.far-conductance-parts"),
    (PassedOnTheRight, "conductance.parts-sum conductance.parts-mirror conductance.drawn-conductance-parts"),
    (MostGrowthLost, "conductance.parts-growth conductance.parts-one-transition"),
    (AgainstNothing, "conductance.parts-one-transition conductance.parts-exact"),
    (FirstLeadIsLeft, "conductance.parts-mirror conductance.parts-sum"),
    (NeverRefuses, "conductance.parts-rules"),
    (OwnTemperaturesIgnored, "conductance.parts-one-transition conductance.corners-conductance-parts"),
    (SlopesClippedAt700, "conductance.smallest-conductance-parts"),
    (SinglePrecision, "conductance.parts-exact conductance.parts-enclosed conductance.far-conductance-parts"),
]
