"""The application: plant model, store, station, desk and its pages, roles, approvals, command line."""
