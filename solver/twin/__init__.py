"""The machine twin: states, batches, what comes next, and what is not as usual; no Qt, files or SQL."""
