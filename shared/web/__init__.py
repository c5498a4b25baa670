"""HTTP that all services share: the app, problems, identity, idempotency, answers, the log."""
