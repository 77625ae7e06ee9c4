"""Programs with a figure of merit of their own: left out, from the matrix in doubles, or with a threshold."""

from qdverify.implementations.builtin import Builtin


class WithoutMerit(Builtin):
    """Does not tell the figure of merit."""

    name = "without-merit"

    def linear_response(self, **question):
        answer = super().linear_response(**question)
        return {field: value for field, value in answer.items() if field != "figure_of_merit"}


class FromMatrix(Builtin):
    """Computes everything from the matrix, as most programs do; ZT is null where K is less than `least` of L22."""

    name = "from-matrix"
    least = 1e-13

    def linear_response(self, **question):
        answer, kT = super().linear_response(**question), question["kT"]
        (L11, L12), (_, L22) = answer["onsager"]
        difference = L22 - L12 * L12 / L11
        merit = L12 * L12 / L11 / difference if difference > self.least * L22 else None
        return {
            "onsager": answer["onsager"],
            "thermopower": L12 / L11 / kT,
            "heat_conductance": difference / kT**2,
            "figure_of_merit": merit,
        }


class NeverNull(FromMatrix):
    """Divides by whatever rounding leaves of K, of either sign."""

    name = "never-null"

    def linear_response(self, **question):
        answer = super().linear_response(**question)
        (L11, L12), (_, L22) = answer["onsager"]
        merit = L12 * L12 / (L11 * L22 - L12 * L12 or 1e-300)
        return {**answer, "figure_of_merit": merit}


class OffBy(Builtin):
    """Has a figure of merit that is too large by a share of itself."""

    def __init__(self, share):
        super().__init__()
        self.share = share

    def linear_response(self, **question):
        answer = super().linear_response(**question)
        merit = answer["figure_of_merit"]
        return {**answer, "figure_of_merit": None if merit is None else merit * (1 + self.share)}
