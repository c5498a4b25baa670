"""What an office has to see to, as far as somebody says that it has seen it."""
