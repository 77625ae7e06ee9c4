"""The checks, one file a topic. `qdverify.suite.all_checks` collects every `Check` that stands in a module here."""
