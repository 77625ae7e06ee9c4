"""Deliberately wrong implementations: each is the builtin one with a single fault, and the suite must catch it.

One file a stage. `qdverify.faults.fault.all_faults` collects every `Fault` that stands in a module here.
"""
