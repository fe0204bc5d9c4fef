"""The forecast: daily paid-net revenue in, calibrated quantiles of the next days out."""
