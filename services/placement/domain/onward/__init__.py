"""A person in custody is sent on: asked with consent, agreed by the sending state, done (G5)."""
