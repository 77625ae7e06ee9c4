"""`python -m qdverify` is the command `qdverify`."""

from qdverify.cli import main

main()
