-- version 1
CREATE TABLE identity_authorities (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_lower TEXT NOT NULL UNIQUE,
  slug TEXT NOT NULL UNIQUE,
  free_percent BIGINT NOT NULL CHECK (free_percent BETWEEN 0 AND 100),
  permission_required BIGINT NOT NULL,
  ras_threshold_points BIGINT,
  version BIGINT NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE identity_spending_rules (
  authority TEXT NOT NULL REFERENCES identity_authorities (id),
  stream TEXT NOT NULL,
  category TEXT NOT NULL,
  decision TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (authority, stream, category)
);

CREATE TABLE identity_accounts (
  id TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  authority TEXT REFERENCES identity_authorities (id),
  family TEXT,
  provider TEXT,
  created BIGINT NOT NULL
);
CREATE INDEX identity_accounts_of_authority ON identity_accounts (authority, id);

-- A session's token itself is nowhere but in the browser.
CREATE TABLE identity_sessions (
  token_hash TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES identity_accounts (id),
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX identity_sessions_expiring ON identity_sessions (expires);

-- Only ever added to.
CREATE TABLE identity_access_log (
  id TEXT PRIMARY KEY,
  at BIGINT NOT NULL,
  action TEXT NOT NULL,
  account TEXT,
  authority TEXT,
  subject TEXT NOT NULL
);
CREATE INDEX identity_access_log_of_authority ON identity_access_log (authority, id);
-- version 2
-- How amounts are worked out: what may be carried over, the price of a point, how far an amount moves at once.
ALTER TABLE identity_authorities ADD COLUMN carry_over_percent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE identity_authorities ADD COLUMN carry_over_pence BIGINT;
ALTER TABLE identity_authorities ADD COLUMN pence_per_point BIGINT;
ALTER TABLE identity_authorities ADD COLUMN keep_permille BIGINT NOT NULL DEFAULT 755;
ALTER TABLE identity_authorities ADD COLUMN rise_permille BIGINT NOT NULL DEFAULT 1035;
