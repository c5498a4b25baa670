"""What the signed terms cost, one file a component: billing charges and audits check with it."""
