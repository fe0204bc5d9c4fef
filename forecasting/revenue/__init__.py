"""Revenue: daily paid-net revenue in, calibrated sample paths of the next days out."""
