"""`accord agreement`: what an officer does with the terms before they are signed."""
