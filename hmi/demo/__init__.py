"""The demonstration: a simulated plant, a station, and people who act by script."""
