"""Compare somebody else's program with the suite, and ask it nothing that it does not offer.

    python examples/verify_third_party_code.py [PROGRAM ...]

Without arguments the third party is the starter kit beside this file: plain Python, no dependency, up to five
orbitals. Any program that speaks the protocol will do.
"""

import shlex
import sys
from collections import Counter
from pathlib import Path

import qdverify

STARTER_KIT = Path(__file__).parent / "plain_python" / "quantum_dot.py"
SUITES = ["spin", "integrals", "small-basis"]


def main(program: list[str]) -> int:
    """Verify the program, write the report beside it, and return the exit status of `qdverify verify`."""
    report = qdverify.verify(f"command:{shlex.join(program)}", suites=SUITES)
    who = report.description
    print(f"{who.name} {who.version} ({who.language}) answers {', '.join(sorted(who.tasks))}")
    for stage in dict.fromkeys(finding.stage for finding in report.findings):
        verdicts = Counter(finding.verdict for finding in report.findings if finding.stage == stage)
        print(f"  {stage:12s} {', '.join(f'{number} {verdict}' for verdict, number in sorted(verdicts.items()))}")
    for finding in report.findings:
        if finding.verdict in ("fail", "error"):
            print(f"  {finding.verdict} {finding.id} {finding.case['label']}: {finding.hint or finding.detail}")
    Path("third-party.html").write_text(report.to_html(), encoding="utf-8")
    print("report: third-party.html")
    return report.exit_status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [sys.executable, str(STARTER_KIT)]))
