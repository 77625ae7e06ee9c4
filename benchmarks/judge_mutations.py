"""Mutations of the judge, each of which makes it lenient: (file, what is written there, what is written instead).

The texts are substituted once, at their first place. Files are named without `qdverify/`.
"""

# ruff: noqa: E501  (texts of the source stand on one line)

COMPARATORS = "suite/comparators.py"
NESTED = "protocol/nested.py"
FINDING = "suite/finding.py"
RUNNER = "suite/runner.py"
SUBJECT = "suite/subject.py"
ARRANGED = "suite/arranged.py"
COVERAGE = "suite/coverage.py"
DECLARE = "suite/declare.py"
EXPECTED = "suite/expected_failures.py"
VERIFY = "run/verify.py"
ONE_BY_ONE = "run/one_by_one.py"
BASELINE = "records/baseline.py"
AGREEMENT = "records/agreement.py"
ACCURACY = "protocol/accuracy.py"
ANSWERS = "protocol/answers.py"
INPUTS = "protocol/inputs.py"
RATE_EQUATIONS = "protocol/rate_equations.py"
RULES = "protocol/input_rules.py"
VALUES = "protocol/values.py"
DOCUMENT = "report/document.py"
CLI = "interfaces/cli.py"
C_VERIFY = "interfaces/commands/verify.py"
C_COMPARE = "interfaces/commands/compare.py"
C_BASELINE = "interfaces/commands/baseline.py"
PLUGIN = "interfaces/pytest_plugin.py"
P_BASELINE = "interfaces/pytest_baseline.py"
INVALID = "suite/checks/invalid_input.py"
DETERMINISM = "suite/checks/determinism.py"
MEMORY = "suite/checks/memory.py"
TRANSPORT = "suite/exact/transport_reference.py"
CLUSTERS = "suite/exact/coinciding_levels.py"
GROWING = "suite/exact/growing_basis.py"
CHECKS = "suite/checks/"

MUTATIONS = [
    # comparators
    (
        COMPARATORS,
        "passed=deviation <= tolerance.value + reference.bound",
        "passed=deviation <= 3 * tolerance.value + reference.bound",
    ),
    (
        COMPARATORS,
        "passed=deviation <= tolerance.value + reference.bound",
        "passed=deviation <= tolerance.value + 10 * reference.bound",
    ),
    (COMPARATORS, "passed=deviation <= tolerance.value + reference.bound", "passed=True"),
    (
        COMPARATORS,
        "max(pairs, key=lambda pair: abs(pair[1] - pair[2]))",
        "min(pairs, key=lambda pair: abs(pair[1] - pair[2]))",
    ),
    (COMPARATORS, "max(pairs, key=lambda pair: abs(pair[1] - pair[2]))", "pairs[0]"),
    (
        COMPARATORS,
        "max(pairs, key=lambda pair: abs(pair[1] - pair[2]))",
        "max(pairs, key=lambda pair: pair[1] - pair[2])",
    ),
    (
        COMPARATORS,
        "deviation = min(abs(value - target), sys.float_info.max)",
        "deviation = abs(abs(value) - abs(target))",
    ),
    (COMPARATORS, "        passed=same,", "        passed=True,"),
    (
        COMPARATORS,
        "same = _plain(measured) == _plain(reference.value)",
        "same = str(measured)[:1] == str(reference.value)[:1]",
    ),
    (COMPARATORS, "excess = min(max(0.0, measured - bound), sys.float_info.max)", "excess = 0.0"),
    (
        COMPARATORS,
        "excess = min(max(0.0, measured - bound), sys.float_info.max)",
        "excess = max(0.0, bound - measured)",
    ),
    (COMPARATORS, "passed=excess <= tolerance.value,", "passed=excess <= 3 * tolerance.value,"),
    (COMPARATORS, "passed=excess <= tolerance.value,", "passed=excess <= 1000 * tolerance.value,"),
    (
        NESTED,
        "if not _is_nested(one) or not _is_nested(other) or len(one) != len(other):",
        "if not _is_nested(one) or not _is_nested(other):",
    ),
    (NESTED, "if not one:\n        raise DifferentShapesError(", "if False:\n        raise DifferentShapesError("),
    (NESTED, "zip(one, other, strict=True)", "zip(one[:1], other[:1], strict=True)"),
    (
        COMPARATORS,
        '    if not math.isfinite(number):\n        raise ComparisonError(f"{value!r} is not finite")\n    return number',
        "    return number",
    ),
    (COMPARATORS, "if isinstance(value, bool) or not isinstance(value, SupportsFloat):", "if value is None:"),
    (COMPARATORS, "    _finite(measured)\n    _finite(bound)", "    pass"),
    (COMPARATORS, "if isinstance(value, float) and not math.isfinite(value):", "if False:"),
    (
        COMPARATORS,
        "return _digits_of(deviation + bound, scale), _digits_of(max(0.0, deviation - bound), scale)",
        "return _digits_of(max(0.0, deviation - bound), scale), _digits_of(max(0.0, deviation - bound), scale)",
    ),
    # finding
    (FINDING, 'if not (self.value >= 0.0 and self.value < float("inf")):', "if not self.value >= 0.0:"),
    (FINDING, 'if not (self.value >= 0.0 and self.value < float("inf")):', "if self.value < 0.0:"),
    # runner
    (RUNNER, "verdict = Verdict.PASS if comparison.passed else Verdict.FAIL", "verdict = Verdict.PASS"),
    (
        RUNNER,
        "NOT_SOUND: Final = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.BLOCKED})",
        "NOT_SOUND: Final = frozenset({Verdict.FAIL})",
    ),
    (
        RUNNER,
        "NOT_SOUND: Final = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.BLOCKED})",
        "NOT_SOUND: Final = frozenset({Verdict.FAIL, Verdict.ERROR})",
    ),
    (RUNNER, "self._causes[check.name] = self.blockers(check) or (check.id,)", "pass"),
    (
        RUNNER,
        "        if not findings:\n            findings.append(",
        "        if not findings:\n            findings.append(replace(_finding(check, trial, Verdict.PASS))) if True else findings.append(",
    ),
    (
        RUNNER,
        "return Verdict.ERROR, ErrorKind.NOT_JUDGED, detail",
        "return Verdict.UNSUPPORTED, ErrorKind.NOT_JUDGED, detail",
    ),
    (
        RUNNER,
        "return Verdict.ERROR, ErrorKind.OFF_PROTOCOL, f",
        "return Verdict.UNSUPPORTED, ErrorKind.OFF_PROTOCOL, f",
    ),
    (
        RUNNER,
        "return Verdict.ERROR, ErrorKind.NOT_COMPARABLE, f",
        "return Verdict.UNSUPPORTED, ErrorKind.NOT_COMPARABLE, f",
    ),
    (
        RUNNER,
        "return Verdict.ERROR, ErrorKind.ANSWERED_ERROR, detail",
        "return Verdict.DECLINED, ErrorKind.ANSWERED_ERROR, detail",
    ),
    (
        RUNNER,
        "return Verdict.ERROR, ErrorKind.ANSWERED_ERROR, detail",
        "return Verdict.UNSUPPORTED, ErrorKind.ANSWERED_ERROR, detail",
    ),
    (
        RUNNER,
        "if not subject.supports(*check.tasks):",
        "if not subject.supports(*check.tasks) or check.level == 'full':",
    ),
    (
        RUNNER,
        "            findings.append(_judged(check, trial, comparison, time.perf_counter() - start))",
        "            findings[:] = [_judged(check, trial, comparison, time.perf_counter() - start)]",
    ),
    (
        RUNNER,
        "for trial in check.trials(scope):\n            yield from",
        "for trial in list(check.trials(scope))[:1]:\n            yield from",
    ),
    (RUNNER, "verdict=Verdict.ERROR,\n        detail=reason", "verdict=Verdict.UNSUPPORTED,\n        detail=reason"),
    (RUNNER, "return expected.conclude(findings)", "return findings"),
    # subject
    (SUBJECT, "return self.description.tasks.issuperset(tasks)", "return bool(self.description.tasks)"),
    (
        SUBJECT,
        "relative, absolute = accuracy.relative * per_relative, accuracy.absolute * per_absolute",
        "relative, absolute = 10 * accuracy.relative * per_relative, accuracy.absolute * per_absolute",
    ),
    (
        SUBJECT,
        "relative, absolute = accuracy.relative * per_relative, accuracy.absolute * per_absolute",
        "relative, absolute = accuracy.relative * per_relative, 10 * accuracy.absolute * per_absolute",
    ),
    (SUBJECT, "return Tolerance(max(relative, absolute),", "return Tolerance(relative + absolute,"),
    (SUBJECT, "return Tolerance(max(relative, absolute),", "return Tolerance(3 * max(relative, absolute),"),
    (
        SUBJECT,
        "return json.dumps([task, params], sort_keys=True)",
        "return json.dumps([task, sorted(params)], sort_keys=True)",
    ),
    (
        SUBJECT,
        "answer = _guarded(task, lambda: check_answer(task, params, self._implementation.answer(task, question)))",
        "answer = _guarded(task, lambda: dict(self._implementation.answer(task, question)))",
    ),
    (
        SUBJECT,
        "        self._within_limits(task, params)\n        answer = self._checked(task, params)",
        "        self._within_limits(task, params)\n        answer = self.ask(task, **params)",
    ),
    (
        SUBJECT,
        "if name in limits and isinstance(value, int) and value > limits[name]:",
        "if name in limits and isinstance(value, int) and value >= limits[name]:",
    ),
    (SUBJECT, 'if coldest < limits.get("kT_min", 0.0):', 'if coldest < 10 * limits.get("kT_min", 0.0):'),
    (SUBJECT, 'decades_of_rates(params) > limits["decades"]', 'decades_of_rates(params) > 0.5 * limits["decades"]'),
    (
        SUBJECT,
        '        raise Broken(f"{task} raised {said(error)}") from error',
        '        raise Unsupported(f"{task} raised {said(error)}") from error',
    ),
    (
        SUBJECT,
        "return ascending(energies, self.energy_tolerance(dot, electrons, energies).value)",
        "return ascending(energies, float('inf'))",
    ),
    (
        SUBJECT,
        "return {name: [values[k] for k in order] for name, values in answer.items()} if order else answer",
        "return {**answer, 'energies': sorted(answer['energies'])}",
    ),
    (ARRANGED, "if not 0.0 < descent <= allowed:", "if not 0.0 < descent:"),
    (ARRANGED, "if not 0.0 < descent <= allowed:", "if not 0.0 < descent <= 100 * allowed:"),
    # coverage
    (
        COVERAGE,
        "JUDGED: Final = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.EXPECTED_FAILURE, Verdict.UNEXPECTED_PASS})",
        "JUDGED: Final = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.ERROR, Verdict.EXPECTED_FAILURE, Verdict.UNEXPECTED_PASS})",
    ),
    (
        COVERAGE,
        "JUDGED: Final = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.EXPECTED_FAILURE, Verdict.UNEXPECTED_PASS})",
        "JUDGED: Final = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.BLOCKED, Verdict.EXPECTED_FAILURE, Verdict.UNEXPECTED_PASS})",
    ),
    (
        COVERAGE,
        "JUDGED: Final = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.EXPECTED_FAILURE, Verdict.UNEXPECTED_PASS})",
        "JUDGED: Final = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.DECLINED, Verdict.EXPECTED_FAILURE, Verdict.UNEXPECTED_PASS})",
    ),
    (
        COVERAGE,
        "JUDGED: Final = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.EXPECTED_FAILURE, Verdict.UNEXPECTED_PASS})",
        "JUDGED: Final = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.UNSUPPORTED, Verdict.EXPECTED_FAILURE, Verdict.UNEXPECTED_PASS})",
    ),
    (COVERAGE, "Extent.VERIFIED if judged == len(findings) else Extent.PARTLY", "Extent.VERIFIED"),
    (COVERAGE, "if row.extent is not Extent.VERIFIED)", "if row.extent is Extent.NOT)"),
    # declare
    (DECLARE, 'return random.Random(f"{self.seed}:{name}")', "return random.Random(name)"),
    (DECLARE, 'return random.Random(f"{self.seed}:{name}")', "return random.Random(str(self.seed))"),
    (DECLARE, "return wanted if self.most_orbitals is None else min(wanted, self.most_orbitals)", "return 1"),
    (
        DECLARE,
        'chosen = [item for item in chosen if level == "full" or item.level == "quick"]',
        'chosen = [item for item in chosen if item.level == "quick"]',
    ),
    (DECLARE, "for name in set(item.requires) - names:", "for name in set():"),
    (DECLARE, 'if unknown:\n        raise InvalidInput(f"suite=', 'if False:\n        raise InvalidInput(f"suite='),
    (DECLARE, "or not any(_matches(item, pattern) for item in chosen):", "or False:"),
    # expected failures
    (EXPECTED, "return entry.expires is not None and entry.expires < self.today", "return False"),
    (EXPECTED, "abs(value - self.measured) <= self.within", "True"),
    (EXPECTED, "abs(value - self.measured) <= self.within", "abs(value - self.measured) <= 10 * self.within"),
    (
        EXPECTED,
        "isinstance(value, int | float) and abs(value - self.measured) <= self.within",
        "not isinstance(value, int | float) or abs(value - self.measured) <= self.within",
    ),
    (EXPECTED, "if verdict is not self.verdict or not self.names(finding):", "if not self.names(finding):"),
    (
        EXPECTED,
        "if verdict is not self.verdict or not self.names(finding):",
        "if verdict is not self.verdict or not self.names_check(finding.id):",
    ),
    (EXPECTED, "ExpectedFailures(entries, datetime.now(UTC).date())", "ExpectedFailures(entries)"),
    (EXPECTED, "return State.STALE\n", "return State.NOT_TRIED\n"),
    (EXPECTED, "return State.EXPIRED", "return _outcome(entry, findings)"),
    (EXPECTED, "return State.STALE if tried else State.NOT_TRIED", "return State.NOT_TRIED"),
    (EXPECTED, "if not self.expired(entry) and _outcome(entry, findings) is State.UNEXPECTED_PASS", "if False"),
    (
        EXPECTED,
        "return replace(finding, verdict=Verdict.UNEXPECTED_PASS,",
        "return replace(finding, verdict=Verdict.PASS,",
    ),
    (EXPECTED, 'if entry.level == "full" and level != "full":', 'if entry.level == "full":'),
    (
        EXPECTED,
        "return text == pattern or fnmatchcase(text, pattern)",
        "return text.startswith(pattern[:3]) or fnmatchcase(text, pattern)",
    ),
    (EXPECTED, 'if ("measured" in entry) != ("within" in entry):', "if False:"),
    (EXPECTED, "if not entry.get(name):", "if name == 'check' and not entry.get(name):"),
    (EXPECTED, "or not isfinite(value):", "or value != value:"),
    # verify, one by one
    (
        VERIFY,
        "findings = run_checks(subject, checks, scope, on_finding, expected=expected)",
        "findings = run_checks(subject, list(checks)[:1], scope, on_finding, expected=expected)",
    ),
    (VERIFY, "findings = _SILENT, [unanswered(str(error))]", "findings = _SILENT, []"),
    (VERIFY, "    scope = Scope(level, seed)\n    own", "    scope = Scope(level)\n    own"),
    (VERIFY, "    scope = Scope(level, seed)\n    own", "    scope = Scope(seed=seed)\n    own"),
    (VERIFY, "    excused = expected_failures(expected)", "    excused = expected_failures(None)"),
    (
        VERIFY,
        "known_checks=[check.id for check in all_checks()]",
        "known_checks=[entry.check for entry in expected.entries]",
    ),
    (ONE_BY_ONE, "blockers = tuple(sorted(set(self._causes(check))))", "blockers = ()"),
    (ONE_BY_ONE, "if finding.verdict in NOT_SOUND]", "if finding.verdict in ()]"),
    (ONE_BY_ONE, "return self._expected.conclude([*found, *others])[: len(found)]", "return found"),
    (ONE_BY_ONE, "if state in (State.STALE, State.EXPIRED)]", "if state is State.STALE]"),
    (ONE_BY_ONE, "if state in (State.STALE, State.EXPIRED)]", "if state is State.EXPIRED]"),
    (
        ONE_BY_ONE,
        "within_limits(Scope(level, seed), self._subject.description)",
        "within_limits(Scope(level), self._subject.description)",
    ),
    (ONE_BY_ONE, "key = check.id, trial.label", "key = check.id, ''"),
    # baseline
    (BASELINE, "bound[name] = 2.0 * claim.allowed(", "bound[name] = 20.0 * claim.allowed("),
    (
        BASELINE,
        '_RELATIVE: Final = frozenset({"spectrum", "stationary_state", "current"})',
        '_RELATIVE: Final = frozenset({"spectrum"})',
    ),
    (BASELINE, "    if discrete(value):\n        return 0.0, 0.0\n", ""),
    (BASELINE, 'found.append(_missing(entry, f"no answer: {error}"))', "pass"),
    (BASELINE, "if set(values) != set(entry.values):", "if not set(values) & set(entry.values):"),
    (
        BASELINE,
        "return [_difference(entry, name, values[name]) for name in entry.values]",
        "return [_difference(entry, name, values[name]) for name in list(entry.values)[:1]]",
    ),
    (BASELINE, "if outside and not force:", "if outside and force:"),
    (BASELINE, "if not reason.strip():", "if False:"),
    (
        BASELINE,
        'compared = close(_listed(value), reference, Tolerance(bound, "baseline"))',
        'compared = close(_listed(value), reference, Tolerance(1000 * bound, "baseline"))',
    ),
    (BASELINE, "within=False, problem=problem", "within=True, problem=problem"),
    (BASELINE, 'if document["inputs_hash"] != case.key:', "if False:"),
    (BASELINE, 'if set(document["bound"]) != set(document["values"]):', "if False:"),
    (BASELINE, '"forced": bool(outside),', '"forced": False,'),
    (
        BASELINE,
        "max((abs(item) for item in numbers(value)), default=0.0)",
        "max(1.0, *(abs(item) for item in numbers(value)))",
    ),
    # agreement
    (
        AGREEMENT,
        "overlap = all(abs(x.mid - y.mid) <= x.rad + y.rad for x, y in pairs)",
        "overlap = any(abs(x.mid - y.mid) <= x.rad + y.rad for x, y in pairs)",
    ),
    (
        AGREEMENT,
        "overlap = all(abs(x.mid - y.mid) <= x.rad + y.rad for x, y in pairs)",
        "overlap = all(abs(x.mid - y.mid) <= 1000 * (x.rad + y.rad) for x, y in pairs)",
    ),
    (AGREEMENT, "if len(first) != len(second) or not first:", "if not first or not second:"),
    (
        AGREEMENT,
        "worst = min(range(len(pairs)), key=lambda k: digits[k])",
        "worst = max(range(len(pairs)), key=lambda k: digits[k])",
    ),
    (AGREEMENT, "return bool(self.pairs) and all(", "return all("),
    (AGREEMENT, "return bool(self.pairs) and all(", "return bool(self.pairs) and any("),
    (
        AGREEMENT,
        "return digits_between(value, reference)[1] >= digits",
        "return digits_between(value, reference)[1] >= digits - 3",
    ),
    (AGREEMENT, "if abs(reference.mid) > reference.rad:", "if False:"),
    (
        AGREEMENT,
        "return _digits_of(deviation + radius, scale), _digits_of(max(Decimal(0), deviation - radius), scale)",
        "return _digits_of(deviation, scale), _digits_of(max(Decimal(0), deviation - 10 * radius), scale)",
    ),
    (AGREEMENT, "bound = _decimal(entry.bound[name])", "bound = 1000 * _decimal(entry.bound[name])"),
    (
        AGREEMENT,
        "return all(item.compatible for item in self.values)",
        "return any(item.compatible for item in self.values)",
    ),
    (AGREEMENT, "if isinstance(value, bool) or not number.is_finite():", "if isinstance(value, bool):"),
    # accuracy, answers, inputs, rules
    (ACCURACY, "COARSEST_ACCURACY: Final = 1e-4", "COARSEST_ACCURACY: Final = 9e-4"),
    (ACCURACY, "CLASS_ACCURACY: Final = 1e-9", "CLASS_ACCURACY: Final = 1e-8"),
    (ACCURACY, '"clebsch_gordan_weight": Accuracy(1e-12)', '"clebsch_gordan_weight": Accuracy(1e-11)'),
    (ACCURACY, '"interaction_integrals": Accuracy(1e-10)', '"interaction_integrals": Accuracy(1e-9)'),
    (ACCURACY, '"spectrum": Accuracy(1e-9)', '"spectrum": Accuracy(1e-8)'),
    (ACCURACY, '"transition_probabilities": Accuracy(1e-6)', '"transition_probabilities": Accuracy(1e-5)'),
    (
        ACCURACY,
        "return max(self.relative * abs(size), self.absolute * abs(natural_size))",
        "return self.relative * abs(size) + self.absolute * abs(natural_size)",
    ),
    (ACCURACY, "and 0.0 <= value <= COARSEST_ACCURACY", "and 0.0 <= value"),
    (ACCURACY, "if not self.relative and not self.absolute:", "if False:"),
    (
        ACCURACY,
        "rate = max(rate for lead in",
        "rate = sum(rate for lead in",
    ),
    (
        ACCURACY,
        "return float(rate * M)",
        "return float(rate * M * 10)",
    ),
    (ACCURACY, 'return None if task == "interaction_integrals" else 1.0', "return 1.0"),
    (
        ACCURACY,
        "return (max(logarithms) - min(logarithms)) / math.log(10.0) if logarithms else 0.0",
        "return (max(logarithms) - min(logarithms)) if logarithms else 0.0",
    ),
    (
        ANSWERS,
        "claimed[task] = claimed_accuracy(claim)",
        "claimed[task] = max(claimed_accuracy(claim), DEFAULT_ACCURACY.get(task, claimed_accuracy(claim)), key=lambda item: item.relative)",
    ),
    (ANSWERS, "if name not in LIMITS:", "if False:"),
    (
        ANSWERS,
        'if isinstance(value, bool) or not isinstance(value, int | float):\n        raise Broken(f"{name}={_shown(value)} must be a number")',
        'if not isinstance(value, int | float):\n        raise Broken(f"{name}={_shown(value)} must be a number")',
    ),
    (
        ANSWERS,
        "or isinstance(values, str) or len(values) != length:",
        "or isinstance(values, str) or len(values) < length:",
    ),
    (ANSWERS, "if not isinstance(two_S, int) or two_S < 0:", "if not isinstance(two_S, int):"),
    (ANSWERS, 'len(rows) != params["levels_to"]', 'len(rows) < params["levels_to"]'),
    (
        VALUES,
        "if isinstance(value, bool) or not isinstance(value, int) or value < least:",
        "if not isinstance(value, int) or value < least:",
    ),
    (
        VALUES,
        "if isinstance(value, bool) or not isinstance(value, int) or value < least:",
        "if isinstance(value, bool) or not isinstance(value, int):",
    ),
    (RATE_EQUATIONS, "        if ends in seen:", "        if False:"),
    (RATE_EQUATIONS, 'not in (["L", "R"], ["R", "L"])', 'not in (["L", "R"], ["R", "L"], ["L", "L"])'),
    (RATE_EQUATIONS, "if electrons[end] != electrons[start] + 1:", "if electrons[end] < electrons[start] + 1:"),
    (INPUTS, "    if most < levels:", "    if False:"),
    (RATE_EQUATIONS, '    positive("kT", inputs["kT"])', '    non_negative("kT", inputs["kT"])'),
    (RATE_EQUATIONS, 'lambda M: non_negative("M", M)', 'lambda M: real("M", M)'),
    (RULES, "        if rule.kind is kind:", "        if rule.kind is kind and rule.kind is not Kind.ANSWERED:"),
    (RULES, "        if rule.kind is kind:", "        if rule.kind is kind and len(rule.examples) > 10:"),
    (RULES, '        _transport("kT 0", kT=0.0),\n', ""),
    # report and exit statuses
    (
        DOCUMENT,
        "return bool(verdicts & JUDGED) and not verdicts & {Verdict.ERROR, Verdict.DECLINED}",
        "return not verdicts & {Verdict.ERROR, Verdict.DECLINED}",
    ),
    (
        DOCUMENT,
        "return bool(verdicts & JUDGED) and not verdicts & {Verdict.ERROR, Verdict.DECLINED}",
        "return bool(verdicts & JUDGED) and not verdicts & {Verdict.ERROR}",
    ),
    (
        DOCUMENT,
        "return bool(verdicts & JUDGED) and not verdicts & {Verdict.ERROR, Verdict.DECLINED}",
        "return bool(verdicts & JUDGED)",
    ),
    (
        DOCUMENT,
        'if counts["fail"] or counts["unexpected-pass"] or self.outdated:',
        'if counts["fail"] or self.outdated:',
    ),
    (
        DOCUMENT,
        'if counts["fail"] or counts["unexpected-pass"] or self.outdated:',
        'if counts["fail"] or counts["unexpected-pass"]:',
    ),
    (DOCUMENT, "return 0 if self.complete else 3", "return 0"),
    (DOCUMENT, "return self.exit_status == 0", "return self.exit_status != 1"),
    (DOCUMENT, "if state in (State.STALE, State.EXPIRED)]", "if state is State.STALE]"),
    (CLI, "class _WrongUsage(_Ended):\n    exit_code = 2", "class _WrongUsage(_Ended):\n    exit_code = 0"),
    (CLI, "class _Crashed(_Ended):\n    exit_code = CRASHED", "class _Crashed(_Ended):\n    exit_code = 0"),
    (CLI, "class _Interrupted(_Ended):\n    exit_code = INTERRUPTED", "class _Interrupted(_Ended):\n    exit_code = 0"),
    (C_VERIFY, "ctx.exit(report.exit_status)", "ctx.exit(0)"),
    (C_VERIFY, "ctx.exit(report.exit_status)", "ctx.exit(1 if report.exit_status == 1 else 0)"),
    (C_VERIFY, "chosen = suites or None, level, patterns or None", "chosen = suites or None, level, None"),
    (C_VERIFY, "expected = expected_failures(expected_file)", "expected = expected_failures(None)"),
    (C_VERIFY, "scope = Scope(level, seed)", "scope = Scope(level)"),
    (C_COMPARE, "ctx.exit(1 if diff.broke else 0)", "ctx.exit(0)"),
    (C_COMPARE, "ctx.exit(0 if agreed and all(agreed) else 1)", "ctx.exit(0 if all(agreed) else 1)"),
    (C_COMPARE, "ctx.exit(0 if agreed and all(agreed) else 1)", "ctx.exit(0 if any(agreed) else 1)"),
    (C_COMPARE, "item.compatible if digits is None else item.reaches(digits)", "item.compatible"),
    (
        C_BASELINE,
        "ctx.exit(0 if all(item.within for item in found) else 1)",
        "ctx.exit(0 if any(item.within for item in found) else 1)",
    ),
    (C_BASELINE, "ctx.exit(0 if all(item.within for item in found) else 1)", "ctx.exit(0)"),
    (
        C_BASELINE,
        'nothing was written, --force accepts it", err=True)\n                ctx.exit(1)',
        'nothing was written, --force accepts it", err=True)\n                ctx.exit(0)',
    ),
    (
        PLUGIN,
        'for verdict in ("fail", "error", "declined", "unexpected-pass")',
        'for verdict in ("fail", "declined", "unexpected-pass")',
    ),
    (
        PLUGIN,
        'for verdict in ("fail", "error", "declined", "unexpected-pass")',
        'for verdict in ("fail", "error", "declined")',
    ),
    (
        PLUGIN,
        'for verdict in ("fail", "error", "declined", "unexpected-pass")',
        'for verdict in ("fail", "error", "unexpected-pass")',
    ),
    (PLUGIN, '        items.append(HelloItem.from_parent(suite, name="hello", reason=str(error)))\n', ""),
    (PLUGIN, "        if outdated:\n", "        if False:\n"),
    (
        P_BASELINE,
        "moved = [item for item in differences(entry, answer) if not item.within]",
        "moved = [item for item in differences(entry, answer) if item.problem]",
    ),
    (
        P_BASELINE,
        "            if entry is None:\n                pytest.fail(",
        "            if entry is None:\n                pytest.skip(",
    ),
    # checks that have no tolerance to loosen
    (
        INVALID,
        "    except AnswerError as error:\n        outcome, note = REFUSED",
        "    except Exception as error:\n        outcome, note = REFUSED",
    ),
    (INVALID, "        if error.code == NOT_SUPPORTED:", "        if error.code != INVALID_PARAMS:"),
    (
        INVALID,
        'outcome, note = f"answered {subject.ask_invalid(task, params)!r}"[:200], ""',
        "outcome, note = (REFUSED if not subject.ask_invalid(task, params) else 'answered'), \"\"",
    ),
    (
        DETERMINISM,
        "again = choose.sample(asked, len(asked))[: math.ceil(SHARE * len(asked))]",
        "again = asked[: math.ceil(SHARE * len(asked))]",
    ),
    (DETERMINISM, "[: math.ceil(SHARE * len(asked))]", "[:1]"),
    (
        DETERMINISM,
        "second = subject.ask_again(item.task, **item.params)",
        "second = subject.ask(item.task, **item.params)",
    ),
    (
        DETERMINISM,
        "subject.tolerance(item.task, max(scale, 1e-300), condition=2,",
        "subject.tolerance(item.task, max(scale, 1e-300), condition=2000,",
    ),
    (MEMORY, "for question in (first, second, first):", "for question in (first,):"),
    (
        MEMORY,
        "        yield wrong[0] if wrong else max(found, key=lambda item: item.deviation)",
        "        yield min(found, key=lambda item: item.deviation)",
    ),
    (
        MEMORY,
        '            with suppress(AnswerError):\n                subject.ask_invalid(task, trial.inputs["refused"])\n',
        "",
    ),
    # tolerances of checks and references
    (
        TRANSPORT,
        "return max(1.0, self.sigma / min(accuracy or CLASS_ACCURACY, CLASS_ACCURACY))",
        "return max(10.0, self.sigma / min(accuracy or CLASS_ACCURACY, CLASS_ACCURACY))",
    ),
    (TRANSPORT, "UNDERFLOW: Final = sys.float_info.min", "UNDERFLOW: Final = 1e-200"),
    (
        TRANSPORT,
        "tolerances = [population_tolerance(subject, value, rounding) for value in expected]",
        "tolerances = [population_tolerance(subject, 1.0, rounding) for value in expected]",
    ),
    (TRANSPORT, "return resting_on(subject, [whole, worst],", "return resting_on(subject, [whole],"),
    (TRANSPORT, '        for name in ("L", "R")\n', '        for name in ("L",)\n'),
    (
        TRANSPORT,
        "flow_tolerance(subject, reference.gross[name], reference.rounding)",
        "flow_tolerance(subject, 1e4 * reference.gross[name], reference.rounding)",
    ),
    (
        CLUSTERS,
        "(energies[index] - energies[index - 1] > width)",
        "(energies[index] - energies[index - 1] > 1e3 * width)",
    ),
    (
        CLUSTERS,
        "return max(1.0, CLAIMED_GAP * scale / min(gaps)) if gaps else 1.0",
        "return max(1e3, CLAIMED_GAP * scale / min(gaps)) if gaps else 1e3",
    ),
    (GROWING, "SURE: Final = 3.0", "SURE: Final = 300.0"),
    (
        CHECKS + "small_basis.py",
        'tolerance = subject.energy_tolerance(question["dot"], question["electrons"], energies)',
        'tolerance = subject.tolerance("spectrum", 100 * max(abs(energy) for energy in energies))',
    ),
    (CHECKS + "small_basis.py", "condition=condition * largest)", "condition=1e3 * condition * largest)"),
    (CHECKS + "small_basis.py", 'subject.tolerance("spectrum", size))', 'subject.tolerance("spectrum", 100 * size))'),
    (
        CHECKS + "small_basis.py",
        '    yield equal(cluster_spins(numbers, answer["two_S"]), expected, note="doubled spins, cluster by cluster")',
        '    yield equal(len(answer["two_S"]), exact(len(spins), origin), note="doubled spins, cluster by cluster")',
    ),
    (
        CHECKS + "identities.py",
        'subject.tolerance("spectrum", scale, condition=2),',
        'subject.tolerance("spectrum", scale, condition=2e3),',
    ),
    (
        CHECKS + "identities.py",
        'tolerance = subject.tolerance("spectrum", scale, condition=1 + 2 * M)',
        'tolerance = subject.tolerance("spectrum", scale, condition=1e4)',
    ),
    (
        CHECKS + "identities.py",
        "condition = 2 * (electrons + 1) * (counts[electrons + 1] + counts[electrons - 1])",
        "condition = 1e6",
    ),
    (
        CHECKS + "identities.py",
        'tolerance = subject.tolerance("spectrum", scale, condition=4 * n)',
        'tolerance = subject.tolerance("spectrum", scale, condition=1e5 * n)',
    ),
    (
        CHECKS + "identities.py",
        'subject.tolerance("transition_probabilities", condition=2 * condition)',
        'subject.tolerance("transition_probabilities", condition=1e3 * condition)',
    ),
    (
        CHECKS + "convergence.py",
        'subject.tolerance("spectrum", scale, condition=2), origin="min-max theorem"',
        'subject.tolerance("spectrum", scale, condition=1e4), origin="min-max theorem"',
    ),
    (CHECKS + "convergence.py", "for e in es), condition=2)", "for e in es), condition=1e4)"),
    (
        CHECKS + "continuum.py",
        'noise = subject.tolerance("spectrum", energy)',
        'noise = subject.tolerance("spectrum", 1e4 * energy)',
    ),
    (
        CHECKS + "continuum.py",
        "change = abs(coarse[two_S][place] - found)",
        "change = 1e3 * abs(coarse[two_S][place] - found)",
    ),
    (
        CHECKS + "conductance.py",
        "return Tolerance(claimed.value + truncation,",
        "return Tolerance(1e3 * claimed.value + truncation,",
    ),
    (
        CHECKS + "conductance.py",
        "tolerance = flow_tolerance(subject, scale, reference.rounding, times=steepness)",
        "tolerance = flow_tolerance(subject, 1e3 * scale, reference.rounding, times=steepness)",
    ),
    (CHECKS + "conductance.py", "Tolerance(noise + truncation, origin)", "Tolerance(100 * noise + truncation, origin)"),
    (CHECKS + "noise.py", "CANCELLATION: Final = 3.0", "CANCELLATION: Final = 3e4"),
    (CHECKS + "multiplets.py", "abs(levels[-1][0]), condition=2)", "abs(levels[-1][0]), condition=1e4)"),
    (CHECKS + "multiplets.py", "condition=2 * (two_S_i + 1)),", "condition=1e4 * (two_S_i + 1)),"),
    (CHECKS + "current.py", "VISIBLE: Final =", "VISIBLE: Final = 1e6 *"),
    (CHECKS + "plateaux.py", "yield at_most(second, 10 / 13 * first,", "yield at_most(second, first,"),
    (
        CHECKS + "paper.py",
        "return Tolerance(stated + reported.PRINTED_DIGIT,",
        "return Tolerance(3 * (stated + reported.PRINTED_DIGIT),",
    ),
    (
        CHECKS + "paper.py",
        "        Tolerance(stated + reported.PRINTED_DIGIT,",
        "        Tolerance(3 * (stated + reported.PRINTED_DIGIT),",
    ),
    (
        CHECKS + "paper.py",
        "rounding = 0.05 / Omega + 0.0005 / Delta",
        "rounding = 3 * (0.05 / Omega + 0.0005 / Delta)",
    ),
    (
        CHECKS + "paper.py",
        'yield equal(answer["two_S"], printed(spins, "Table I")',
        'yield equal(sorted(answer["two_S"]), printed(sorted(spins), "Table I")',
    ),
    (
        CHECKS + "bethe.py",
        'subject.tolerance("spectrum", target), origin=BETHE',
        'subject.tolerance("spectrum", 1e3 * target), origin=BETHE',
    ),
    (CHECKS + "bethe.py", 'subject.tolerance("spectrum", free[-1])', 'subject.tolerance("spectrum", 1e2 * free[-1])'),
    (
        CHECKS + "bethe.py",
        'subject.tolerance("transition_probabilities"))',
        'subject.tolerance("transition_probabilities", 1e2))',
    ),
    (CHECKS + "repulsion.py", "next_order = Tolerance(ratio,", "next_order = Tolerance(10 * ratio,"),
    (
        CHECKS + "oracle.py",
        'tolerance = subject.energy_tolerance(trial.inputs["dot"], trial.inputs["electrons"], energies[:count])',
        'tolerance = subject.tolerance("spectrum", 100 * max(abs(energy) for energy in energies[:count]))',
    ),
    (
        CHECKS + "oracle.py",
        "condition=terms * max(condition_i, condition_j))",
        "condition=1e3 * terms * max(condition_i, condition_j))",
    ),
    (
        CHECKS + "observables.py",
        "2 * abs(fourth - second) + abs(difference) / (4 * STEP) + noise.value",
        "20 * abs(fourth - second) + abs(difference) / (4 * STEP) + noise.value",
    ),
    (
        CHECKS + "observables.py",
        'subject.tolerance("spectrum", size, condition=3)',
        'subject.tolerance("spectrum", 1e3 * size, condition=3)',
    ),
    (
        CHECKS + "weak_coupling.py",
        "Tolerance(step + noise.value, origin)",
        "Tolerance(10 * step + noise.value, origin)",
    ),
    (CHECKS + "weak_coupling.py", "Tolerance(spread, ", "Tolerance(10 * spread, "),
    (CHECKS + "stationary.py", "Tolerance(absolute, f", "Tolerance(absolute + 1e-6, f"),
    (
        CHECKS + "spin.py",
        'subject.tolerance("clebsch_gordan_weight", condition=len(final))',
        'subject.tolerance("clebsch_gordan_weight", condition=100 * len(final))',
    ),
    (
        CHECKS + "rates.py",
        "flow_tolerance(subject, reference.gross[thin], reference.rounding)",
        "flow_tolerance(subject, 100 * reference.gross[thin], reference.rounding)",
    ),
    (
        CHECKS + "lanczos.py",
        'tolerance = subject.tolerance("spectrum", max(map(abs, energies)))',
        'tolerance = subject.tolerance("spectrum", 100 * max(map(abs, energies)))',
    ),
]

AREAS = {
    COMPARATORS: ["test_comparators", "test_runner", "test_near_misses"],
    NESTED: ["test_compare", "test_runner", "test_near_misses"],
    FINDING: ["test_comparators", "test_runner", "test_expected"],
    RUNNER: ["test_runner", "test_accuracy", "test_measured_accuracy", "test_expected", "test_pytest_plugin"],
    SUBJECT: [
        "test_subject",
        "test_runner",
        "test_accuracy",
        "test_measured_accuracy",
        "test_determinism",
        "test_near_misses",
    ],
    ARRANGED: ["test_accuracy", "test_measured_accuracy", "test_runner"],
    COVERAGE: ["test_coverage", "test_runner"],
    DECLARE: ["test_runner", "test_accuracy", "test_measured_accuracy"],
    EXPECTED: ["test_expected"],
    VERIFY: ["test_runner", "test_expected"],
    ONE_BY_ONE: ["test_one_by_one", "test_pytest_plugin"],
    BASELINE: ["test_baseline"],
    AGREEMENT: ["test_agreement"],
    ACCURACY: ["test_accuracy", "test_measured_accuracy"],
    ANSWERS: ["test_runner", "test_subject", "test_accuracy", "test_measured_accuracy"],
    INPUTS: ["test_rules"],
    RATE_EQUATIONS: ["test_rules", "test_invalid_input"],
    RULES: ["test_rules", "test_invalid_input"],
    VALUES: ["test_rules"],
    DOCUMENT: ["test_coverage", "test_expected"],
    CLI: ["test_cli", "test_shell"],
    C_VERIFY: ["test_cli", "test_expected"],
    C_COMPARE: ["test_agreement"],
    C_BASELINE: ["test_baseline"],
    PLUGIN: ["test_pytest_plugin"],
    P_BASELINE: ["test_pytest_plugin"],
    INVALID: ["test_invalid_input", "test_rules"],
    DETERMINISM: ["test_determinism"],
    MEMORY: ["test_memory"],
    TRANSPORT: ["test_accuracy", "test_measured_accuracy", "test_near_misses"],
    CLUSTERS: ["test_coinciding_levels", "test_near_misses"],
    GROWING: ["test_near_misses", "test_checks_bethe"],
}
"""The tests of each file's own area; those of a check are its near misses and the test file of its name."""
NEAR = {
    TRANSPORT: "matrix or one-transition or accuracy",
    CLUSTERS: "coinciding or small or noninteracting",
    GROWING: "extrapolated",
}
"""Of the near misses, those that reach a file which many checks share."""
