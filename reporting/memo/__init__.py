"""The credit memo: two pages a company, and one that compares them."""
