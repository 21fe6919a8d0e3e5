"""The window: reads the database and asks the station for everything that it wants done."""
