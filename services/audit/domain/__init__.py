"""What an audit node concludes from entries alone: pure, one noun a file."""
