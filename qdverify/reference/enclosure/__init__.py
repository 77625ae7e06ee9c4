"""Rigorous enclosures: levels, transition probabilities and currents in balls that contain the model's values."""
