CREATE TABLE idempotency_keys (
  part_id INTEGER NOT NULL REFERENCES parts (id),
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  -- The part as JSON, as the first request saw it.
  result TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (part_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
