"""`python -m qdverify` is the command `qdverify`."""

from qdverify.interfaces.cli import main

main()
