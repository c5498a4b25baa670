"""HTTP that all services share: routes, answers, problems, and a room each for what they need."""
