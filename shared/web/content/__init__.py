"""What a request says, and how it may be written: JSON, fields, and words for what is wrong."""
