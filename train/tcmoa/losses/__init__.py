"""The training losses: per task, and on the mixtures of adapters."""
