"""Attacks on the command line as a shell makes them, each with the exit statuses that are a right end.

Every line is run by bash in a fresh folder that `PREPARE` has filled, with a bare environment. No status of a verdict
may come from a mistake, no output may be a traceback, and no command may leave a part of a file.
"""

WEIGHTS = "--implementation python:weights:Weights"
VERIFY = f"qdverify verify --suite spin {WEIGHTS}"

# name: (command line, in which $VERIFY stands for the command above; statuses that are right)
ATTACKS = {
    "an empty specification": ("qdverify verify --implementation ''", {2}),
    "an empty command": ("qdverify verify --implementation 'command: '", {2}),
    "a command that is none": ("qdverify verify --implementation command:/no/such/program", {2}),
    "a command that is a folder": ("qdverify verify --implementation command:/tmp", {2}),
    "a command with an open quote": ('qdverify verify --implementation "command:\'"', {2}),
    "a line break in a module": ("qdverify verify --implementation $'python:no\\nsuch:X'", {2}),
    "a terminal sequence in a module": ("qdverify verify --implementation $'python:\\e[2J\\e]0;x\\a:X'", {2}),
    "an attribute that is no object of tasks": ("qdverify verify --implementation python:os:getcwd", {2}),
    "a peer that is none": ("qdverify verify --implementation peer:../../etc", {2}),
    "a line break in a suite": ("$VERIFY --suite $'a\\nb'", {2}),
    "a pattern that is half open": ("$VERIFY --check '['", {2}),
    "a pattern of 30,000 stars": ("$VERIFY --check $(printf '*%.0s' {1..30000})x", {2}),
    "a negative seed": ("$VERIFY --seed -1", {0, 2}),
    "a seed of 40 digits": ("$VERIFY --seed 1234567890123456789012345678901234567890", {0, 2}),
    "a seed of 5,000 digits": ("$VERIFY --seed $(printf '1%.0s' {1..5000})", {0, 2}),
    "no time": ("$VERIFY --request-seconds 1e-300", {3}),
    "all time": ("$VERIFY --request-seconds 1e300", {0}),
    "a time that is none": ("$VERIFY --request-seconds nan", {2}),
    "a byte": ("$VERIFY --memory-gib 1e-9", {3}),
    "an environment that is none": ("$VERIFY --pass-environment '' --pass-environment A=B", {0}),
    "a report into nothing": ("$VERIFY --json missing/report.json", {2}),
    "a report into a full disk": ("$VERIFY --json /dev/full", {2}),
    "a page into a file": ("$VERIFY --report weights.py", {2}),
    "a page into a device": ("$VERIFY --report /dev/null", {2}),
    "a report onto a folder": ("$VERIFY --json folder", {2}),
    "a link to nothing": ("ln -s none dangling; $VERIFY --json dangling", {0}),
    "files of 1 KiB at most": ("ulimit -f 1; $VERIFY --report page", {2}),
    "no streams at all": ("$VERIFY <&- >&- 2>&-", {0, 2}),
    "an error without streams": ("qdverify verify --suite none <&- >&- 2>&-", {2}),
    "a full terminal": ("$VERIFY >/dev/full", {2}),
    "an error on a full terminal": ("qdverify verify --suite none >/dev/full 2>&1", {2}),
    "the C locale without UTF-8": ("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 $VERIFY", {0}),
    "a terminal of one column": ("COLUMNS=1 $VERIFY", {0}),
    "a terminal of no column": ("COLUMNS=0 $VERIFY", {0}),
    "a terminal of minus one column": ("COLUMNS=-1 $VERIFY", {0}),
}
