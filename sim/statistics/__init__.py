"""What replications say, and how far to trust it: pure functions over arrays, without a world or a study in them."""
