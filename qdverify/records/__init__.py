"""What is kept between runs: baselines, comparisons of documents, the journal and FCIDUMP files."""
