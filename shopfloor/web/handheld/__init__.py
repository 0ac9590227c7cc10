"""What an engineer's handheld offers: a table of deeds, and which of them are possible now."""
