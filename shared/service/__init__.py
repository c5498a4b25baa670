"""A service put together from its parts, in one way: settings, log, relay, sealer, followers."""
