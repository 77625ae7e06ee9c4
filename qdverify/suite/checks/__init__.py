"""The checks, one file a topic; `qdverify.suite.declare.all_checks` collects every `Check` in this folder."""
