"""Figures, dates and tables as plain text: one place for every front end."""
