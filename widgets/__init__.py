"""What is drawn: plots, Gantt rows and tables that know numbers and signals, not the plant."""
