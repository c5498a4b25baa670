"""Pure transparency-log mathematics and formats."""
