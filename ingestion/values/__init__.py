"""Read what texts stand for, deciding on a whole column: amounts, times, keys."""
