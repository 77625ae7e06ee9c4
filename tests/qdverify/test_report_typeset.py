import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdverify.report.typeset import typeset


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("M_ji is C_ji", "<i>M</i><sub>ji</sub> is <i>C</i><sub>ji</sub>"),
        ("(2S_j+1)", "(2<i>S</i><sub>j</sub>+1)"),
        ("t^L = t^R", "<i>t</i><sup>L</sup> = <i>t</i><sup>R</sup>"),
        ("sum_l mu_L", "Σ<sub>l</sub> μ<sub>L</sub>"),
        ("k_BT = 1.2e-4 E_H*", "<i>k</i><sub>B</sub><i>T</i> = 1.2 × 10<sup>−4</sup> <i>E</i><sub>H</sub>*"),
        ("within 1e-09", "within 10<sup>−9</sup>"),
        ("a_{n+1} -> 0", "<i>a</i><sub>n+1</sub> → 0"),
        ("gate - mu)/kT, lambda/L", "gate − μ)/kT, λ/L"),
        ("(a + b)^2", "(a + b)<sup>2</sup>"),
        ("two_S, transition_probabilities", "two_S, transition_probabilities"),
        ("<b>x_1</b>", "&lt;b&gt;<i>x</i><sub>1</sub>&lt;/b&gt;"),
    ],
)
def test_symbols_are_set_and_names_are_left(text, markup):
    """Subscripts, superscripts and powers of ten are set; names of tasks and foreign markup stay text."""
    assert typeset(text) == markup


@given(st.text(alphabet="aS_^{}12e-+<>&;()\"' *", max_size=30))
def test_no_markup_but_its_own_is_written(text):
    """Whatever the text, what is left without our own tags is escaped."""
    rest = re.sub(r"</?(?:i|sub|sup)>", "", typeset(text))
    assert "<" not in rest
    assert rest.count("&") == len(re.findall(r"&(?:amp|lt|gt|#34|#39);", rest))
