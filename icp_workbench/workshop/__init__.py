"""How it was decided: events, state, journal."""
