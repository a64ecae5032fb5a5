"""Files → raw tables, with every record accounted for."""
