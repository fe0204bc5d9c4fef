"""The gate: what a company's files would become, in a warehouse made for them alone."""
