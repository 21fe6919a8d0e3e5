"""A simulated plant whose meters and PLC answer on real lines."""
