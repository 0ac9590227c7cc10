"""The journal's SQL on the hot path and for reading, in SQLite's dialect with its driver's marks, whole on one page.

A second database brings a second page like this, and a second ``store.py``. Tables are declared in ``journal.py``.
"""

ADD_ENTRY = (
    "INSERT INTO entry (n, store, at, device, boot, seq, kind, body, outcome, code, reason, digest, chain) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
PAGE_OF_ENTRIES = (
    "SELECT n, store, at, device, boot, seq, kind, body, outcome, code, reason, digest, chain "
    "FROM entry WHERE n > ? AND n <= ? ORDER BY n LIMIT ?"
)
LAST_ENTRY = "SELECT max(n) FROM entry"
BODY_AT = "SELECT body FROM entry WHERE n = ?"
CHAIN_AT = "SELECT chain FROM entry WHERE n = ?"

# SQLite uses the partial index only for a query that repeats its condition.
FIND_IDENTITY = (
    "SELECT n, outcome, code, reason, body FROM entry "
    "WHERE store = ? AND device = ? AND boot = ? AND seq = ? AND device != ''"
)
HIGHEST_SEQ = "SELECT max(seq) FROM entry WHERE store = ? AND device = ? AND boot = ? AND device != ''"
# From each device straight to the next: grouping would read the whole index.
NEWEST_BOOTS = (
    "WITH RECURSIVE speaker(device) AS ("
    "SELECT min(device) FROM entry WHERE store = :store AND device != '' UNION ALL "
    "SELECT (SELECT min(device) FROM entry WHERE store = :store AND device > speaker.device AND device != '') "
    "FROM speaker WHERE device IS NOT NULL) "
    "SELECT device, (SELECT max(boot) FROM entry WHERE store = :store AND device = speaker.device AND device != '') "
    "FROM speaker WHERE device IS NOT NULL"
)

ADD_OUTGOING = "INSERT INTO outbox (id, entry, topic, payload, crc32) VALUES (?, ?, ?, ?, ?)"
DROP_SENT = "DELETE FROM outbox WHERE id = ?"
PAGE_OF_OUTBOX = "SELECT id, entry, topic, payload, crc32 FROM outbox WHERE id > ? ORDER BY id LIMIT ?"

KEEP_CHECKPOINT = (
    "INSERT INTO checkpoint (n, release, state, sha256) VALUES (?, ?, ?, ?) ON CONFLICT (n) DO UPDATE "
    "SET release = excluded.release, state = excluded.state, sha256 = excluded.sha256"
)
DROP_CHECKPOINTS = "DELETE FROM checkpoint WHERE n NOT IN (SELECT n FROM checkpoint ORDER BY n DESC LIMIT ?)"
LAST_CHECKPOINT = "SELECT n, release, state, sha256 FROM checkpoint ORDER BY n DESC LIMIT 1"

SET_META = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
ALL_META = "SELECT key, value FROM meta ORDER BY key"
TABLE_NAMES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
CHECK_PAGES = "PRAGMA integrity_check(1)"
