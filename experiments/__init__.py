"""Experiments: claims of the debate about stock, each put to the test by one file that anyone can re-run."""
