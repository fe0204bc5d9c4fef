"""What each customer will spend, whether they are still there, and what they are worth."""
