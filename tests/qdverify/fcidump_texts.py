"""FCIDUMP files as texts, and what they hold."""

from qdverify.protocol.fcidump import parsed_fcidump

BODY = """ 0.75 1 1 1 1
 0.5 2 2 1 1
 0.125 2 1 2 1
 0.625 2 2 2 2
-1.0 1 1 0 0
-0.5 2 2 0 0
 0.25 0 0 0 0
"""
DOT = {
    "kind": "integrals",
    "orbitals": 2,
    "core": 0.25,
    "one_body": [[-1.0, 0.0], [0.0, -0.5]],
    "two_body": [[1, 1, 1, 1, 0.75], [2, 1, 2, 1, 0.125], [2, 2, 1, 1, 0.5], [2, 2, 2, 2, 0.625]],
}
LABELLED = {**DOT, "irreps": [1, 2]}
HEADERS = {
    "Knowles and Handy": " &FCI NORB=  2,NELEC=  2,MS2= 0,\n  ORBSYM=1,2,\n  ISYM=1,\n &END\n",
    "one line": "&FCI NORB=2,NELEC=2,MS2=0,ORBSYM=1,2,ISYM=1,/\n",
    "slash on a line": "&FCI\n NORB=2,\n NELEC=2\n ORBSYM=1 2\n/\n",
    "other order and cases": "&fci isym=1, OrbSym = 1,\n 2 norb = 2 Ms2=0, Nelec=2\n&end\n",
    "dollars": "$FCI NORB=2,NELEC=2,ORBSYM=1,2 $END\n",
    "repeat counts": "&FCI NORB=2,NELEC=2,ORBSYM=1*1,1*2 &END\n",
    "keys of others": "&FCI NORB=2,NELEC=2,UHF=.FALSE.,IUHF=0,TREL=.F.,GROUP='c/s',IREST=1,2 ORBSYM=1,2 &END\n",
    "comments": "! by hand\n# for a test\n\n&FCI NORB=2, ! two of them = 3 /\n NELEC=2,ORBSYM=1,2\n&END ! end\n",
    "signs": "&FCI NORB=+2,NELEC=2,MS2=-2,ORBSYM=1,2,&END\n",
}


def parsed(text, **options):
    """Return what a text holds."""
    return parsed_fcidump(text, "my.fcidump", **options)


def with_body(body, header=HEADERS["one line"], **options):
    """Return what lines of integrals hold below a header."""
    return parsed(header + body, **options)
