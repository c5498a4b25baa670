"""What the signed terms cost, one file a component: billing charges with it and audits check."""
