"""What an audit node answers over HTTP."""
