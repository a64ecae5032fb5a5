"""What a room says and decides: who is there, what it believed first, candidates, votes, what people know."""
