"""Reports: one document of findings, shown as JSON, in the terminal, as JUnit XML and as a page."""
