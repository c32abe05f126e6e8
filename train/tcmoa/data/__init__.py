"""Pairs to train on: from folders, or simulated from single photographs."""
