"""A metric's observations laid out so that any segment's answer is one pass over them."""
