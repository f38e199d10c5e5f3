"""Systems that the demo and the tests talk to in place of real ones; they misbehave on demand."""
