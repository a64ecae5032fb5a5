"""The agenda of a workshop, and how long each item has taken."""
