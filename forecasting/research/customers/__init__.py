"""How good the forecast of customers is, on companies and years that it has not seen."""
