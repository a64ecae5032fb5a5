"""The checks of a spec before it is saved: the well-known ways in which ideal customer profiles fail."""
