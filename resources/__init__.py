"""Data: meter profiles, tariffs, example plants, cases, themes and translations."""
