"""Who may come in: people by badge and PIN, devices by a one-time code, customers by the link of their visit."""
