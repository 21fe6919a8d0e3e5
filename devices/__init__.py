"""The field: serial lines, protocols, meters as data, the PLC writer and the simulated plant."""
