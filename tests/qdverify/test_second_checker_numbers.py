"""Text, numbers, intervals and claims of the checker in C++, compared with exact fractions and mpmath."""

import json
import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import product
from math import floor

import mpmath
import pytest
from second_checker_parts import ask, hexadecimal, interval, real, value

PRECISIONS = [2, 3, 10, 53, 200]


def bits(number: Fraction) -> int:
    """Return t such that 2^(t-1) <= |number| < 2^t."""
    t = abs(number.numerator).bit_length() - number.denominator.bit_length()
    while Fraction(2) ** t <= abs(number):
        t += 1
    while Fraction(2) ** (t - 1) > abs(number):
        t -= 1
    return t


def last_place(number: Fraction, precision: int) -> Fraction:
    """Return one unit of the last of so many bits of a number."""
    return Fraction(2) ** (bits(number) - precision) if number else Fraction(0)


def random_dyadic(rng: random.Random) -> str:
    """Return a number of any size, often a power of two, one beside it, or zero."""
    exponent = rng.choice([0, 0, 1, -1, rng.randint(-12, 12), rng.randint(-400, 400)])
    kind = rng.random()
    if kind < 0.05:
        return "0:0"
    if kind < 0.3:
        mantissa = (1 << rng.randint(0, 60)) + rng.choice([-1, 0, 0, 1])
    else:
        mantissa = rng.getrandbits(rng.choice([1, 3, 8, 53, 260])) + 1
    return f"{rng.choice([-1, 1]) * (mantissa or 1)}:{exponent}"


def directed(number: Fraction, unit: Fraction, direction: str) -> Fraction:
    """Round to a multiple of a unit."""
    steps = number / unit
    return unit * (floor(steps) if direction == "down" else -floor(-steps))


# Text and decimals


TEXTS = [
    '{"b":1,"a":[1.0,-0.0,1e22,1e-7,123456789012345680.0,1E5,0.1,true,false,null,"x y"]}',
    "[0.0001,0.00001,12345678901234567.0,1e16,9999999999999998.0,9.5,1e-320,5e-324,1.7976931348623157e308]",
    '{"sha256":1,"z":{"y":{"x":[]}},"A":{}}',
    "[12345678901234567890123456789,-1,0,-0.5,2.50]",
    "[0.30000000000000004,9007199254740993.0,2.2250738585072011e-308,4.35,0.000035]",
]
NOT_STRICT = [
    '{"a":1,"a":2}',
    "[01]",
    "[1.]",
    "[.5]",
    "[1e]",
    "[+1]",
    '["\\u0041"]',
    '["\x7f"]',
    '["\x01"]',
    "[1] 2",
    "",
    "[1,]",
]


def test_documents_are_written_as_python_writes_them() -> None:
    """Keys in order, without spaces, doubles by their shortest decimal; that text is hashed."""
    documents = [json.loads(text) for text in TEXTS]
    expected = [json.dumps(document, sort_keys=True, separators=(",", ":")) for document in documents]
    assert ask([f"canonical {hexadecimal(text)}" for text in TEXTS]) == expected
    for length in (*range(40, 130), 1000):  # every rest modulo the block of the hash
        document = {"a": "x" * length}
        text = json.dumps(document, separators=(",", ":"))
        assert length % 13 or ask([f"hash {hexadecimal(text)}"]) == [sha256(text.encode()).hexdigest()]


def test_hashes_of_every_length_are_those_of_the_standard() -> None:
    """SHA-256 of messages around the ends of its blocks of 64 bytes, and of one longer than 8 kilobytes."""
    texts = [json.dumps({"a": "x" * length}, separators=(",", ":")) for length in (*range(130), 9000)]
    assert ask([f"hash {hexadecimal(text)}" for text in texts]) == [sha256(t.encode()).hexdigest() for t in texts]


def test_what_is_not_strict_is_unreadable() -> None:
    """One broken rule at a time; nesting up to 16 lists inside a list, numbers up to 4300 characters."""
    assert ask([f"canonical {hexadecimal(text)}" for text in NOT_STRICT]) == ["unreadable"] * len(NOT_STRICT)
    at_most, beyond = "[" * 17 + "]" * 17, "[" * 18 + "]" * 18
    assert ask([f"canonical {hexadecimal(text)}" for text in (at_most, beyond)]) == [at_most, "unreadable"]
    at_most, beyond = "1" * 4300, "1" * 4301
    assert ask([f"canonical {hexadecimal(text)}" for text in (at_most, beyond)]) == [at_most, "unreadable"]


def test_doubles_are_read_as_the_nearest() -> None:
    """Random decimals, ties, the smallest and the largest numbers: as Python reads them."""
    rng = random.Random(1)
    texts = [
        f"{rng.choice(['', '-'])}{rng.randint(0, 10**18)}.{rng.randint(0, 10**9)}e{rng.randint(-330, 280)}"
        for _ in range(400)
    ]
    ties = [f"{number}.0" for number in (2**53 + 1, 2**53 + 3, 2**54 + 2, 2**54 + 6)]
    tiny = Decimal("4.9406564584124654417656879286822137236505980e-324")  # the smallest double, and a little more
    ends = ["0.5", "1.5e0", f"{tiny / 2:e}", f"{tiny * 3 / 2:e}", "2e-324", "1.7976931348623158e308", "0.0"]
    texts += [*ties, *ends]
    for text, answer in zip(texts, ask([f"double {hexadecimal(text)}" for text in texts]), strict=True):
        assert Fraction(answer) == Fraction(float(text)), text
    assert ask([f"double {hexadecimal('1e309')}"]) == ["rejected"]


def test_decimals_are_exact() -> None:
    """Signs, points, exponents and fractions; nothing else is a number."""
    right = ["0", "-0", "12.50", "-3e5", "+1.25e-7", ".5", "5.", "7/3", "-22/7", "0012", "1E+9", "1e-4000"]
    for text, answer in zip(right, ask([f"decimal 9999 {hexadecimal(text)}" for text in right]), strict=True):
        assert Fraction(answer) == Fraction(text.lstrip("+")), text
    wrong = [
        "",
        "-",
        ".",
        "1/0",
        "1/-3",
        "1//3",
        "1/2/3",
        "e5",
        "1e",
        "1e5.5",
        "--1",
        "1 ",
        "0x1",
        "nan",
        "1e10000",
        "1e-10000",
        "1,5",
        "-/3",
        "3/",
    ]
    assert ask([f"decimal 9999 {hexadecimal(text)}" for text in wrong]) == ["rejected"] * len(wrong)


# Dyadic numbers and intervals


@pytest.mark.parametrize("precision", PRECISIONS)
def test_numbers_are_rounded_in_the_direction_asked_for(precision: int) -> None:
    """The result lies on the side asked for, within one unit of the last place; short results are exact."""
    rng = random.Random(precision)
    cases = [(random_dyadic(rng), random_dyadic(rng)) for _ in range(250)]
    for name, direction in product(("rounded", "product", "sum", "quotient", "root"), ("down", "up")):
        usable = [
            (x, y) for x, y in cases if (name != "quotient" or value(y) > 0) and (name != "root" or value(x) >= 0)
        ]
        operands = [x if name in ("rounded", "root") else f"{x} {y}" for x, y in usable]
        answers = ask([f"number {precision} {name} {direction} {some}" for some in operands])
        for (x, y), answer in zip(usable, answers, strict=True):
            check_rounded((name, direction, precision), value(x), value(y), value(answer))


def check_rounded(how: tuple[str, str, int], x: Fraction, y: Fraction, found: Fraction) -> None:
    """Compare the result of an operation, rounded in a direction to so many bits, with the exact one."""
    name, direction, precision = how
    sign = 1 if direction == "up" else -1
    unit = max(last_place(found, precision), Fraction(0))
    assert abs(found.numerator).bit_length() - (found.numerator & -found.numerator).bit_length() < precision
    if name == "root":
        assert sign * (found * found - x) >= 0
        neighbour = max(found - sign * 2 * unit, Fraction(0))
        assert not unit or sign * (neighbour * neighbour - x) <= 0
        return
    truth = {"rounded": x, "product": x * y, "sum": x + y, "quotient": x / y if y else x}[name]
    if name in ("rounded", "product") and truth:
        assert found == directed(truth, last_place(truth, precision), direction)
    assert sign * (found - truth) >= 0
    assert sign * (found - truth) <= 2 * max(last_place(truth, precision), unit)


def test_comparisons_are_exact() -> None:
    """With dyadic numbers and with fractions, equal ones and neighbours among them, of any size."""
    rng = random.Random(3)
    pairs = []
    for _ in range(600):
        x = random_dyadic(rng)
        near = value(x) + rng.choice([0, 1, -1]) * Fraction(1, 2 ** rng.randint(0, 500))
        pairs.append(
            (x, rng.choice([random_dyadic(rng), str(near), str(Fraction(rng.randint(-99, 99), rng.randint(1, 99)))]))
        )
    for (x, y), answer in zip(pairs, ask([f"compare {x} {y}" for x, y in pairs]), strict=True):
        other = value(y) if ":" in y else Fraction(y)
        assert int(answer) == (value(x) > other) - (value(x) < other), (x, y)
    cases = [(random_dyadic(rng), rng.randint(-300, 300)) for _ in range(200)]
    for (x, count), answer in zip(cases, ask([f"floor {x} {count}" for x, count in cases]), strict=True):
        assert int(answer) == floor(value(x) * Fraction(2) ** count)


def random_interval(rng: random.Random) -> tuple[str, str]:
    """Return two ends in order; sometimes they coincide."""
    one, other = random_dyadic(rng), random_dyadic(rng)
    if rng.random() < 0.2:
        other = one
    return (one, other) if value(one) <= value(other) else (other, one)


OPERATIONS = {
    "plus": lambda x, y: x + y,
    "minus": lambda x, y: x - y,
    "times": lambda x, y: x * y,
    "over": lambda x, y: x / y,
}


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", list(OPERATIONS))
def test_intervals_hold_every_result_and_little_more(name: str, precision: int) -> None:
    """For all four pairs of ends, signs mixed; the hull is exceeded by rounding only. A divisor must be positive."""
    rng = random.Random(f"{name} {precision}")
    cases = [(random_interval(rng), random_interval(rng)) for _ in range(300)]
    answers = ask([f"interval {precision} {name} {' '.join((*x, *y))}" for x, y in cases])
    for (x, y), answer in zip(cases, answers, strict=True):
        if name == "over" and value(y[0]) <= 0:
            assert answer == "undecided"
            continue
        results = [OPERATIONS[name](value(a), value(b)) for a, b in product(x, y)]
        low, high = interval(answer)
        assert low <= min(results)
        assert max(results) <= high
        assert min(results) - low <= 4 * last_place(min(results), precision) + 4 * last_place(low, precision)
        assert high - max(results) <= 4 * last_place(max(results), precision) + 4 * last_place(high, precision)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_single_intervals_are_negated_shifted_and_measured(precision: int) -> None:
    """-x, x 2^n, the root of x and a power of two above |x|."""
    rng = random.Random(precision)
    cases = [random_interval(rng) for _ in range(150)]
    ends = [" ".join(case) for case in cases]
    for case, answer in zip(cases, ask([f"interval {precision} negative {end}" for end in ends]), strict=True):
        assert interval(answer) == (-value(case[1]), -value(case[0]))
    for case, answer in zip(cases, ask([f"interval {precision} shift {end} -7" for end in ends]), strict=True):
        low, high = interval(answer)
        assert low <= value(case[0]) / 128 <= value(case[1]) / 128 <= high
    for case, answer in zip(cases, ask([f"interval {precision} top {end}" for end in ends]), strict=True):
        assert max(abs(value(end)) for end in case) < Fraction(2) ** max(int(answer), -2000)
    for case, answer in zip(cases, ask([f"interval {precision} square-root {end}" for end in ends]), strict=True):
        if value(case[0]) < 0:
            assert answer == "undecided"
            continue
        low, high = interval(answer)
        assert low * low <= value(case[0])
        assert high * high >= value(case[1])


def sized(rng: random.Random, low: int, high: int) -> str:
    """Return a number of twenty bits whose magnitude lies between two powers of two."""
    return f"{rng.getrandbits(20) | 1 << 20}:{rng.randint(low, high) - 20}"


@pytest.mark.parametrize("precision", [10, 53, 200])
def test_logarithms_and_exponentials_hold_both_ends(precision: int) -> None:
    """Of wide intervals: from the value at one end to that at the other, and little more."""
    rng = random.Random(precision)
    wide = [sorted((sized(rng, -30, 30), sized(rng, -30, 30)), key=value) for _ in range(60)]
    small = [sorted((sized(rng, -30, 6), sized(rng, -30, 6)), key=value) for _ in range(60)]
    signed = [[f"-{high}", low] for low, high in small[:20]] + [[f"-{high}", f"-{low}"] for low, high in small[20:40]]
    wide.append(["1:0", "1:0"])
    with mpmath.workprec(4 * precision + 200):
        for name, function, cases in (
            ("logarithm", mpmath.log, wide),
            ("exponential", mpmath.exp, [*small, *signed, ["0:0", "0:0"], ["0:0", "1:0"]]),
        ):
            answers = ask([f"interval {precision} {name} {' '.join(case)}" for case in cases])
            for case, answer in zip(cases, answers, strict=True):
                low, high = (real(end) for end in interval(answer))
                first, last = (function(real(value(end))) for end in case)
                assert low <= first <= last <= high
                slack = mpmath.mpf(2) ** (16 - precision) * max(abs(first), abs(last), 1)
                if precision > 10:
                    assert max(first - low, high - last) <= slack
        assert ask([f"interval {precision} logarithm 0:0 1:0"]) == ["undecided"]
        check_constants(precision)


def check_constants(precision: int) -> None:
    """Compare pi, powers of ten and fractions with exact numbers."""
    low, high = (real(end) for end in interval(ask([f"interval {precision} pi"])[0]))
    assert low <= mpmath.pi <= high <= low * (1 + mpmath.mpf(2) ** (2 - precision))
    for exponent in (-40, -3, 0, 1, 7, 100):
        low, high = interval(ask([f"interval {precision} ten {exponent}"])[0])
        assert low <= Fraction(10) ** exponent <= high
    for text in ("1/3", "-22/7", "5", "123456789012345678901234567890/7"):
        low, high = interval(ask([f"interval {precision} fraction {text}"])[0])
        assert low <= Fraction(text) <= high


def test_square_roots_of_fractions_are_bounded_on_both_sides() -> None:
    """Also of squares, where the lower bound is exact, and with few bits."""
    rng = random.Random(5)
    numbers = [Fraction(rng.randint(0, 10**6), rng.randint(1, 10**6)) for _ in range(100)]
    numbers += [number * number for number in numbers]
    for count in (0, 4, 60):
        answers = ask([f"roots {number} {count}" for number in numbers])
        for number, answer in zip(numbers, answers, strict=True):
            low, high = (Fraction(end) for end in answer.split())
            assert low * low <= number <= high * high
            assert high - low <= Fraction(2, 2**count)


# Claims


def claims() -> Iterator[tuple[str, str, Fraction, Fraction]]:
    """Yield midpoint, radius and a proven interval, as decimals of many sizes."""
    rng = random.Random(7)
    for _ in range(250):
        middle, radius = rng.randint(-9999, 9999), rng.randint(0, 99)
        power = rng.choice([0, -3, -30, 5, 40])
        unit = Fraction(10) ** power
        ends = sorted(
            middle + rng.choice([-2, -1, Fraction(-1, 2), 0, Fraction(1, 2), 1, 2]) * radius for _ in range(2)
        )
        yield f"{middle}e{power}", f"{radius}e{power}", ends[0] * unit, ends[1] * unit
        yield f"{middle * 100}e{power - 2}", f"{radius // 10}.{radius % 10}e{power + 1}", ends[0] * unit, ends[1] * unit


def verdict(middle: str, radius: str, low: Fraction, high: Fraction) -> str:
    """Return what follows from an interval for a claim."""
    centre, reach = exact_decimal(middle), exact_decimal(radius)
    if centre - reach <= low and high <= centre + reach:
        return "proven"
    return "rejected" if high < centre - reach or low > centre + reach else "undecided"


def exact_decimal(text: str) -> Fraction:
    """Return a decimal with its exponent exactly."""
    digits, power = text.split("e")
    return Fraction(digits) * Fraction(10) ** int(power)


def test_claims_are_proven_only_if_they_hold_the_whole_interval() -> None:
    """Claims that reach both ends, one end or none; those that touch an end hold it."""
    cases = list(claims())
    wanted = [verdict(*case) for case in cases]
    assert set(wanted) == {"proven", "rejected", "undecided"}
    answers = ask([f"exact-claim {middle} {radius} {low} {high}" for middle, radius, low, high in cases])
    for case, expected, answer in zip(cases, wanted, answers, strict=True):
        assert answer == expected, case
    whole = [case for case in cases if case[2].denominator == case[3].denominator == 1]
    answers = ask([f"claim {middle} {radius} {low}:0 {high}:0" for middle, radius, low, high in whole])
    for case, answer in zip(whole, answers, strict=True):
        assert answer == verdict(*case) or (answer == "undecided" and touches(*case)), case


def touches(middle: str, radius: str, low: Fraction, high: Fraction) -> bool:
    """Return whether an end of the interval is an end of the claim, which a rounded power of ten leaves open."""
    centre, reach = exact_decimal(middle), exact_decimal(radius)
    return bool({low, high} & {centre - reach, centre + reach})
