"""One raw column → one typed column, and what could not be read."""
