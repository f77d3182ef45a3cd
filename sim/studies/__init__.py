"""Studies: what you ask of a scenario and its postures."""
