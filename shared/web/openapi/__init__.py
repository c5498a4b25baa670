"""What the API says of itself, read from the code: its document, texts and examples."""
