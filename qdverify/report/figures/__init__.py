"""The figures of a report: what they ask the implementation for, and how they are drawn."""
