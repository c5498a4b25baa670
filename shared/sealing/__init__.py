"""What makes a stored log one that others can check: sealed, cosigned, published, proved."""
