CREATE TABLE idempotency_keys (
  -- Grows with time: the records that expire first are the first ones.
  id INTEGER PRIMARY KEY NOT NULL,
  part_id INTEGER NOT NULL REFERENCES parts (id),
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  -- The part as JSON, as the first request saw it.
  result TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (part_id, key)
) STRICT;
