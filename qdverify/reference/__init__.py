"""The oracle: the best proven reference value for a case, with its grade and bound."""
