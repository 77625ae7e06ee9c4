"""Laboratory units at the edges: millielectronvolts, kelvin, millivolts and picoamperes in, and out again."""

from qdverify.laboratory.diagram import diagram_in_millivolts
from qdverify.laboratory.material import GAAS, Material
from qdverify.laboratory.response import response_in_millivolts

__all__ = ["GAAS", "Material", "diagram_in_millivolts", "response_in_millivolts"]
