"""What a running process tells about itself: structured logs, metrics, trace context."""
