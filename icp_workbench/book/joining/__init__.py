"""Deals, subscriptions and tickets onto accounts, each at its own grain."""
