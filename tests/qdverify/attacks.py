"""Attacks on the command line as a shell makes them, each with the exit statuses that are a right end.

Every line is run by bash in a fresh folder that `PREPARE` has filled, with a bare environment. No status of a verdict
may come from a mistake, no output may be a traceback, and no command may leave a part of a file.
"""

WEIGHTS = "--implementation python:weights:Weights"
VERIFY = f"qdverify verify --suite spin {WEIGHTS}"
RECORD = f"qdverify baseline record new {WEIGHTS}"
CHECK = f"qdverify baseline check baseline {WEIGHTS}"
UPDATE = f"qdverify baseline update baseline --reason why {WEIGHTS}"
PLUGIN = "pytest -q -p no:cacheprovider --qdverify-suite=spin --qdverify-implementation=python:weights:Weights"
SWEEP = "qdverify sweep plan.toml --workers 1"

# name: (command line, statuses that are right)
ATTACKS = {
    # names and numbers
    "an empty specification": ("qdverify verify --implementation ''", {2}),
    "an empty command": ("qdverify verify --implementation 'command: '", {2}),
    "a command that is none": ("qdverify verify --implementation command:/no/such/program", {2}),
    "a command that is a folder": ("qdverify verify --implementation command:/tmp", {2}),
    "a command with an open quote": ('qdverify verify --implementation "command:\'"', {2}),
    "a line break in a module": ("qdverify verify --implementation $'python:no\\nsuch:X'", {2}),
    "a terminal sequence in a module": ("qdverify verify --implementation $'python:\\e[2J\\e]0;x\\a:X'", {2}),
    "an attribute that is no object of tasks": ("qdverify verify --implementation python:os:getcwd", {2}),
    "a relative module": ("qdverify verify --implementation python:..weights:Weights", {2}),
    "a peer that is none": ("qdverify verify --implementation peer:../../etc", {2}),
    "a line break in a suite": (f"{VERIFY} --suite $'a\\nb'", {2}),
    "a pattern that is half open": (f"{VERIFY} --check '['", {2}),
    "a pattern of 30,000 stars": (f"{VERIFY} --check $(printf '*%.0s' {{1..30000}})x", {2}),
    "a negative seed": (f"{VERIFY} --seed -1", {0, 2}),
    "a seed of 40 digits": (f"{VERIFY} --seed 1234567890123456789012345678901234567890", {0, 2}),
    "a seed of 5,000 digits": (f"{VERIFY} --seed $(printf '1%.0s' {{1..5000}})", {0, 2}),
    "no time": (f"{VERIFY} --request-seconds 1e-300", {3}),
    "all time": (f"{VERIFY} --request-seconds 1e300", {0}),
    "a time that is none": (f"{VERIFY} --request-seconds nan", {2}),
    "less than a byte": (f"{VERIFY} --memory-gib 1e-300", {2, 3}),
    "a byte": (f"{VERIFY} --memory-gib 1e-9", {3}),
    "all memory": (f"{VERIFY} --memory-gib 1e300", {0, 2}),
    "an environment that is none": (f"{VERIFY} --pass-environment '' --pass-environment A=B", {0}),
    # files to write
    "a report into nothing": (f"{VERIFY} --json missing/report.json", {2}),
    "a report into a full disk": (f"{VERIFY} --json /dev/full", {2}),
    "a page into a file": (f"{VERIFY} --report weights.py", {2}),
    "a page into a device": (f"{VERIFY} --report /dev/null", {2}),
    "a report onto a folder": (f"{VERIFY} --json folder", {2}),
    "two reports in one file": (f"{VERIFY} --json same --junit same", {2}),
    "a report over what it reads": (f"{VERIFY} --json expected.toml --expected-failures expected.toml", {2}),
    "a name of 300 characters": (f"{VERIFY} --json $(printf 'x%.0s' {{1..300}})", {2}),
    "a name with a line break": (f"{VERIFY} --json $'a\\nb.json'", {0}),
    "a link to itself": (f"ln -s loop loop; {VERIFY} --json loop", {2}),
    "a link to nothing": (f"ln -s none dangling; {VERIFY} --json dangling", {0}),
    "files of 1 KiB at most": (f"ulimit -f 1; {VERIFY} --report page", {2}),
    "few open files": (f"ulimit -n 12; {VERIFY} --report page", {0, 2, 3, 70}),
    # shells and terminals
    "no standard input": (f"{VERIFY} <&-", {0}),
    "no standard output": (f"{VERIFY} >&-", {0, 2}),
    "no standard error": (f"{VERIFY} 2>&-", {0}),
    "no streams at all": (f"{VERIFY} <&- >&- 2>&-", {0, 2}),
    "an error without streams": ("qdverify verify --suite none <&- >&- 2>&-", {2}),
    "a full terminal": (f"{VERIFY} >/dev/full", {2}),
    "an error on a full terminal": ("qdverify verify --suite none >/dev/full 2>&1", {2}),
    "a strict ASCII terminal": (f"PYTHONIOENCODING=ascii:strict {VERIFY}", {0}),
    "UTF-16": (f"PYTHONIOENCODING=utf-16 {VERIFY}", {0}),
    "an encoding that is none": (f"PYTHONIOENCODING=none {VERIFY}", {1}),
    "the C locale without UTF-8": (f"LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 {VERIFY}", {0}),
    "a terminal of one column": (f"COLUMNS=1 {VERIFY}", {0}),
    "a terminal of no column": (f"COLUMNS=0 {VERIFY}", {0}),
    "a terminal of minus one column": (f"COLUMNS=-1 {VERIFY}", {0}),
    "a terminal that is none": (f"TERM=none FORCE_COLOR=1 {VERIFY}", {0}),
    "no HOME": (f"env -u HOME {VERIFY}", {0}),
    "a HOME that is none": (f"HOME=/none {VERIFY}", {0}),
    "no temporary folder": (f"TMPDIR=/none TMP=/none TEMP=/none {VERIFY}", {0}),
    "a folder that is gone": (f"mkdir gone; cd gone; rmdir ../gone; {VERIFY}", {2, 3}),
    "a module that hides a library": ("touch json.py re.py numpy.py pickle.py; " + VERIFY, {0}),
    "a closed pipe": (f"{VERIFY} | true; exit ${{PIPESTATUS[0]}}", {0}),
    # baselines
    "a baseline over a folder": (f"qdverify baseline record folder {WEIGHTS}", {2}),
    "a baseline in nothing": (f"qdverify baseline record missing/new {WEIGHTS}", {2}),
    "a baseline of a full disk": (f"ulimit -f 0; {RECORD}", {2}),
    "a reason that is none": (f"{UPDATE} --reason ' '", {2}),
    "a reason with a line break": (f"{UPDATE} --reason $'a\\nb\\e[2J'; {CHECK}", {0}),
    "two updates at once": (f"{UPDATE} >/dev/null & {UPDATE} >/dev/null; wait $! && {CHECK} >/dev/null", {0}),
    "a baseline of a list": (f"echo '[]' > baseline; {CHECK}", {2}),
    "a baseline of nothing": (f": > baseline; {CHECK}", {2}),
    "half a baseline": (f"head -c 300 baseline > half; mv half baseline; {CHECK}", {2}),
    "a baseline of 70 MB": (f"truncate -s 70M baseline; {CHECK}", {2}),
    "a baseline that is a pipe": (f"rm baseline; mkfifo baseline; {CHECK}", {2}),
    "code that exits while it is recorded": ("qdverify baseline record new --implementation python:leaves:Code", {2}),
    "code that exits while it is checked": (
        "qdverify baseline check baseline --implementation python:leaves:Code",
        {1, 2},
    ),
    # the plugin
    "the plugin on code that exits": (PLUGIN.replace("weights:Weights", "leaves:Code"), {1}),
    "the plugin on a line break": (f"{PLUGIN}$'\\nx'", {4}),
    "the plugin on a broken baseline": (
        "echo '{' > qdverify-baseline.json; pytest -q -p no:cacheprovider test_base.py",
        {1},
    ),
    "the plugin on a baseline that is a folder": (
        "mkdir qdverify-baseline.json; pytest -q -p no:cacheprovider test_base.py",
        {1},
    ),
    "the plugin without a file of expected failures": (f"{PLUGIN} --qdverify-expected-failures=none", {4}),
    "two plugins on one baseline": (
        "run() { pytest -q -p no:cacheprovider test_$1.py --qdverify-update-baseline --qdverify-reason=r; }; "
        "run base & run more; wait $! && pytest -q -p no:cacheprovider test_base.py test_more.py",
        {0},
    ),
    # sweeps
    "a store in nothing": (f"{SWEEP} --store missing/store", {2}),
    "a store that is a folder": (f"{SWEEP} --store folder", {2}),
    "a store over its plan": (f"{SWEEP} --store plan.toml", {2}),
    "a store that is a device": (f"{SWEEP} --store /dev/null", {2}),
    "a store on a full disk": (f"ulimit -f 1; {SWEEP}", {2}),
    "a million workers": ("qdverify sweep plan.toml --workers 1000000", {2}),
    "two sweeps on one store": (
        f"{SWEEP} & {SWEEP}; a=$?; wait $!; b=$?; [ $((a * b)) = 0 ] && [ $((a + b)) -le 2 ]",
        {0},
    ),
    "a sweep of code that exits": (f"{SWEEP} --implementation python:leaves:Code", {2, 3}),
    "a sweep of a program that ends": (f"{SWEEP} --implementation command:true", {2}),
    "a sweep of a program that floods": (f"{SWEEP} --implementation command:yes", {2}),
    # reports, certificates, the oracle
    "a report of something else": ("qdverify report plan.toml", {2}),
    "a report of a baseline": ("qdverify report baseline", {2}),
    "a page of codes onto a full disk": ("qdverify report report.json report.json --out /dev/full", {2}),
    "a page of codes onto a folder": ("qdverify report report.json --out folder", {2}),
    "a certificate that is a pipe": ("mkfifo pipe; qdverify certificate check pipe", {2}),
    "a certificate without end": ("qdverify certificate check /dev/zero", {2}),
    "a certificate in UTF-16": ("iconv -t UTF-16 case.json > wide; qdverify certificate check wide", {2}),
    "a certificate that is a case": ("qdverify certificate check case.json", {1}),
    "a certificate without digits": ("qdverify certificate write case.json --digits 0", {2}),
    "a certificate onto a folder": ("qdverify oracle case.json --certificate folder", {2}),
    "a billion digits": ("qdverify oracle case.json --digits 1000000000", {2}),
    "a second that is none": ("qdverify oracle case.json --seconds nan", {2}),
    "an oracle on a full disk": ("qdverify oracle case.json -o /dev/full", {2}),
    "an export into nothing": ("qdverify export fcidump --orbitals 2 --electrons 2 -o missing/file", {2}),
    "an export of code that exits": (
        "qdverify export fcidump --orbitals 2 --electrons 2 --implementation python:leaves:Code",
        {2},
    ),
    "an export of minus one orbital": ("qdverify export fcidump --orbitals -1 --electrons 2", {2}),
    "an export of no number": ("qdverify export fcidump --orbitals 2 --electrons 2 --length nan", {2}),
}
