"""What tests, measurements and the trial of the stack share."""
