"""The guided start of a data folder that has no plant yet."""
