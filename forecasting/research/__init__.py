"""How the forecast was calibrated and how good it is: the shipped prior, and the quality report."""
