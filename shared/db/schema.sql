-- version 1
-- Messages that wait to be sent; `due` moves on when a process takes one.
CREATE TABLE db_outbox (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  topic TEXT NOT NULL,
  body TEXT NOT NULL,
  created BIGINT NOT NULL,
  due BIGINT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX db_outbox_due ON db_outbox (due, id);

-- Answers kept under their `Idempotency-Key`.
CREATE TABLE db_idempotency (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  status BIGINT NOT NULL,
  body TEXT NOT NULL,
  headers TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX db_idempotency_created ON db_idempotency (created);
