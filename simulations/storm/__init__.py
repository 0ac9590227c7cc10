"""Seeded bad days of a whole shop, to prove that nothing is lost, doubled or stuck.

One process, one thread, no socket and no sleep: the floor, the coordinator's loop with a real journal on disk, and the
devices with their outboxes run as they are shipped, on one clock, over a broker that forgets and wires that lose.
"""
