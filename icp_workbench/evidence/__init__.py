"""What happened to them: estimates, comparisons, facets, strength."""
