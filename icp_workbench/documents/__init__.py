"""Files people keep and edit: read with every problem at once, written whole or not at all."""
