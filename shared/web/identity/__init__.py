"""Who asks: tokens, whose keys verify them, and what an endpoint is told of its caller."""
