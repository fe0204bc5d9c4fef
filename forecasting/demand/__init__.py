"""What each product will sell in the next eight weeks, and whether its stock lasts."""
