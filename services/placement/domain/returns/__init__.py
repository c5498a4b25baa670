"""A return: from the order, which stops the fee, until the sending state has the person (D2)."""
