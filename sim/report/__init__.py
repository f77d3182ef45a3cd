"""What is shown of a comparison: findings in words, tables for the terminal, figures."""
