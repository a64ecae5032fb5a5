"""Which table and which column plays which part."""
