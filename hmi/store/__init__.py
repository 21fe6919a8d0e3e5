"""The one SQLite file between station and desks: the only room that knows SQL."""
