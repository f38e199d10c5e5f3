"""Partner transports, in and out. A channel moves bytes; what they mean is for the stages behind the intake."""
