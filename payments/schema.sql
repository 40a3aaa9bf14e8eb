-- version 1
CREATE TABLE payments_plans (
  id TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  family TEXT NOT NULL,
  child_label TEXT,
  state TEXT NOT NULL,
  holder TEXT NOT NULL,
  starts TEXT NOT NULL,
  ends TEXT NOT NULL,
  free_percent BIGINT NOT NULL DEFAULT 0,
  permitted BIGINT NOT NULL DEFAULT 0 CHECK (permitted >= 0),
  pooled_used BIGINT NOT NULL DEFAULT 0 CHECK (pooled_used >= 0),
  created BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX payments_plans_of_family ON payments_plans (family);
CREATE INDEX payments_plans_of_authority ON payments_plans (authority, created, id);
CREATE INDEX payments_plans_by_authority_family ON payments_plans (authority, family) WHERE state = 'agreed';

CREATE TABLE payments_plan_streams (
  plan TEXT NOT NULL REFERENCES payments_plans (id),
  stream TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (plan, stream)
);

-- The authority's spending rules on the day the plan was agreed: a hold needs no other service.
CREATE TABLE payments_plan_rules (
  plan TEXT NOT NULL REFERENCES payments_plans (id),
  stream TEXT NOT NULL,
  category TEXT NOT NULL,
  ruling TEXT NOT NULL,
  PRIMARY KEY (plan, stream, category)
);

CREATE TABLE payments_permissions (
  id TEXT PRIMARY KEY,
  plan TEXT NOT NULL REFERENCES payments_plans (id),
  amount BIGINT NOT NULL CHECK (amount > 0),
  reason TEXT NOT NULL,
  account TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX payments_permissions_of_plan ON payments_permissions (plan);

-- The ledger. Operations and entries are only ever added; accounts and heads say where they stand.
CREATE TABLE payments_accounts (
  account TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  plan TEXT,
  stream TEXT,
  pool TEXT,
  balance BIGINT NOT NULL,
  version BIGINT NOT NULL,
  CHECK (CASE WHEN kind = 'funding' THEN balance <= 0 ELSE balance >= 0 END)
);
CREATE INDEX payments_accounts_of_plan ON payments_accounts (plan) WHERE plan IS NOT NULL;

CREATE TABLE payments_heads (
  authority TEXT PRIMARY KEY,
  sequence BIGINT NOT NULL,
  hash TEXT NOT NULL
);

CREATE TABLE payments_operations (
  authority TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  pool TEXT,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  legs BIGINT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (authority, sequence)
);

CREATE TABLE payments_entries (
  authority TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  leg BIGINT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  version BIGINT NOT NULL,
  plan TEXT,
  family TEXT,
  stream TEXT,
  pool TEXT,
  session BIGINT,
  share TEXT,
  PRIMARY KEY (authority, sequence, leg),
  UNIQUE (account, version),
  FOREIGN KEY (authority, sequence) REFERENCES payments_operations (authority, sequence)
);
CREATE INDEX payments_entries_of_family ON payments_entries (family, authority, sequence, leg)
  WHERE family IS NOT NULL;

-- Every command that moved money or was refused, for ever: the same key never does it twice.
CREATE TABLE payments_commands (
  key TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  status BIGINT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- What a pool buys and from whom, as its last hold said.
CREATE TABLE payments_pools (
  pool TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  provider TEXT NOT NULL,
  authority TEXT NOT NULL
);

CREATE TABLE payments_shares (
  id TEXT PRIMARY KEY,
  pool TEXT NOT NULL REFERENCES payments_pools (pool),
  family TEXT NOT NULL,
  session BIGINT NOT NULL,
  date TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  state TEXT NOT NULL,
  derivation TEXT NOT NULL
);
-- However the program errs, a family is never held or charged twice for a session.
CREATE UNIQUE INDEX payments_shares_once ON payments_shares (pool, session, family)
  WHERE state IN ('held', 'charged');
CREATE INDEX payments_shares_spent ON payments_shares (pool, session) WHERE state IN ('charged', 'refunded');

CREATE TABLE payments_share_parts (
  share TEXT NOT NULL REFERENCES payments_shares (id),
  plan TEXT NOT NULL,
  stream TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  PRIMARY KEY (share, plan, stream)
);

CREATE TABLE payments_invoices (
  id TEXT PRIMARY KEY,
  pool TEXT NOT NULL UNIQUE REFERENCES payments_pools (pool),
  provider TEXT NOT NULL,
  authority TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX payments_invoices_of_provider ON payments_invoices (provider, created, id);
CREATE INDEX payments_invoices_of_authority ON payments_invoices (authority, created, id);

CREATE TABLE payments_invoice_lines (
  invoice TEXT NOT NULL REFERENCES payments_invoices (id),
  line BIGINT NOT NULL,
  session BIGINT NOT NULL,
  date TEXT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (invoice, line)
);
-- version 2
-- The ledger has a journal of its own (payments/ledger). What is here is drawn from it, operation by
-- operation, and can be drawn again. The first version's ledger was never in use: its plans have
-- to be agreed again.
DROP TABLE payments_entries;
DROP TABLE payments_operations;
DROP TABLE payments_heads;
DROP TABLE payments_accounts;
DROP TABLE payments_commands;
DROP TABLE payments_invoice_lines;
DROP TABLE payments_invoices;
DROP TABLE payments_share_parts;
DROP TABLE payments_shares;
DROP TABLE payments_pools;
DELETE FROM payments_permissions;
DELETE FROM payments_plan_rules;
UPDATE payments_plans SET state = 'indicative', permitted = 0, pooled_used = 0;

-- The last operation that is drawn, and its hash, so that another ledger is noticed.
CREATE TABLE payments_projection (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  sequence BIGINT NOT NULL,
  hash TEXT NOT NULL
);
INSERT INTO payments_projection VALUES (1, 0, '');

ALTER TABLE payments_plan_streams ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payments_plan_streams ADD COLUMN charged BIGINT NOT NULL DEFAULT 0;

-- What an agreed plan was at each of its versions.
CREATE TABLE payments_plan_versions (
  plan TEXT NOT NULL REFERENCES payments_plans (id),
  version BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  streams TEXT NOT NULL,
  free_percent BIGINT NOT NULL,
  PRIMARY KEY (plan, version)
);

CREATE TABLE payments_pools (
  pool TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  provider TEXT NOT NULL,
  authority TEXT NOT NULL
);

CREATE TABLE payments_shares (
  id TEXT PRIMARY KEY,
  pool TEXT NOT NULL REFERENCES payments_pools (pool),
  family TEXT NOT NULL,
  session BIGINT NOT NULL,
  date TEXT NOT NULL,
  derivation TEXT NOT NULL
);
CREATE INDEX payments_shares_of_pool ON payments_shares (pool, session);

CREATE TABLE payments_share_parts (
  share TEXT NOT NULL REFERENCES payments_shares (id),
  plan TEXT NOT NULL,
  stream TEXT NOT NULL,
  held BIGINT NOT NULL CHECK (held >= 0),
  charged BIGINT NOT NULL CHECK (charged >= 0),
  PRIMARY KEY (share, plan, stream)
);

-- A family's statement: every movement of its money.
CREATE TABLE payments_lines (
  family TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  line BIGINT NOT NULL,
  at BIGINT NOT NULL,
  effective TEXT NOT NULL,
  kind TEXT NOT NULL,
  plan TEXT NOT NULL,
  stream TEXT NOT NULL,
  amount BIGINT NOT NULL,
  pool TEXT,
  session BIGINT,
  derivation TEXT NOT NULL,
  PRIMARY KEY (family, sequence, line)
);

CREATE TABLE payments_invoices (
  id TEXT PRIMARY KEY,
  pool TEXT NOT NULL REFERENCES payments_pools (pool),
  period TEXT NOT NULL,
  provider TEXT NOT NULL,
  authority TEXT NOT NULL,
  created BIGINT NOT NULL,
  UNIQUE (pool, period)
);
CREATE INDEX payments_invoices_of_provider ON payments_invoices (provider, created, id);
CREATE INDEX payments_invoices_of_authority ON payments_invoices (authority, created, id);

CREATE TABLE payments_invoice_lines (
  invoice TEXT NOT NULL REFERENCES payments_invoices (id),
  line BIGINT NOT NULL,
  session BIGINT NOT NULL,
  date TEXT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (invoice, line)
);
-- version 3
-- The audit adds up an authority's lines by its plans.
CREATE INDEX payments_lines_of_plan ON payments_lines (plan, effective);
-- version 4
-- Payment runs, drawn from the ledger like what is above.
CREATE TABLE payments_runs (
  id TEXT PRIMARY KEY,
  sequence BIGINT NOT NULL UNIQUE,
  authority TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  pay_on TEXT NOT NULL,
  sent_at BIGINT
);
CREATE INDEX payments_runs_of_authority ON payments_runs (authority, made_at, id);

-- What a run pays of an invoice, and where that stands.
CREATE TABLE payments_run_lines (
  run TEXT NOT NULL REFERENCES payments_runs (id),
  payee TEXT NOT NULL,
  details TEXT NOT NULL,
  pool TEXT NOT NULL,
  period TEXT NOT NULL,
  amount BIGINT NOT NULL,
  step TEXT NOT NULL,
  PRIMARY KEY (run, payee, pool, period)
);
CREATE INDEX payments_run_lines_of_invoice ON payments_run_lines (pool, period);

-- What follows is not in the ledger: people's releases, bank details, and what the bank said.
CREATE TABLE payments_run_releases (
  run TEXT NOT NULL,
  account TEXT NOT NULL,
  at BIGINT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (run, account)
);

-- Sealed to their provider. A row is never changed but by its withdrawal.
CREATE TABLE payments_bank_details (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  sealed TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  answer TEXT NOT NULL,
  reason TEXT NOT NULL,
  withdrawn BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX payments_bank_details_of_provider ON payments_bank_details (provider, requested_at);

-- Each authority confirms for itself.
CREATE TABLE payments_bank_confirmations (
  details TEXT NOT NULL REFERENCES payments_bank_details (id),
  authority TEXT NOT NULL,
  account TEXT NOT NULL,
  at BIGINT NOT NULL,
  usable_from TEXT NOT NULL,
  withdrawn BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (details, authority)
);

-- The account that an authority pays from, sealed to it.
CREATE TABLE payments_payers (
  authority TEXT PRIMARY KEY,
  sealed TEXT NOT NULL,
  service_user_number TEXT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE payments_bank_statements (
  id TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  hash TEXT NOT NULL,
  uploaded_by TEXT NOT NULL,
  at BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  settled BIGINT NOT NULL,
  returned BIGINT NOT NULL,
  unmatched BIGINT NOT NULL,
  UNIQUE (authority, hash)
);
CREATE INDEX payments_bank_statements_of_authority ON payments_bank_statements (authority, at, id);

-- Lines that no rule could match, for a person to look at.
CREATE TABLE payments_bank_lines (
  id TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  statement TEXT NOT NULL REFERENCES payments_bank_statements (id),
  place TEXT NOT NULL,
  direction TEXT NOT NULL,
  amount BIGINT NOT NULL,
  booked TEXT NOT NULL,
  reference TEXT NOT NULL,
  reason TEXT NOT NULL,
  candidates TEXT NOT NULL,
  state TEXT NOT NULL,
  created BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX payments_bank_lines_open ON payments_bank_lines (authority, created, id) WHERE state = 'unmatched';
-- version 5
-- Statements as they were issued. The ledger has the hash of each; one without an operation is being issued.
CREATE TABLE payments_statements (
  family TEXT NOT NULL,
  number BIGINT NOT NULL,
  authority TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  through BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  made BIGINT NOT NULL,
  body TEXT NOT NULL,
  operation BIGINT,
  PRIMARY KEY (family, number, sha256)
);
CREATE INDEX payments_lines_by_day ON payments_lines (family, effective, sequence);
-- version 6
-- A payer account that one person entered and another has to confirm; at most one an authority.
CREATE TABLE payments_payer_changes (
  authority TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  sealed TEXT NOT NULL,
  service_user_number TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_at BIGINT NOT NULL
);
-- version 7
-- A stream may come in instalments, each from a day on; empty: from the plan's first day.
ALTER TABLE payments_lines ADD COLUMN instalment TEXT NOT NULL DEFAULT '';
CREATE TABLE payments_plan_instalments (
  plan TEXT NOT NULL REFERENCES payments_plans (id),
  stream TEXT NOT NULL,
  instalment TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  held BIGINT NOT NULL DEFAULT 0,
  charged BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (plan, stream, instalment)
);
INSERT INTO payments_plan_instalments SELECT plan, stream, '', amount, held, charged FROM payments_plan_streams;
DROP TABLE payments_plan_streams;
ALTER TABLE payments_plan_instalments RENAME TO payments_plan_streams;

CREATE TABLE payments_share_instalments (
  share TEXT NOT NULL REFERENCES payments_shares (id),
  plan TEXT NOT NULL,
  stream TEXT NOT NULL,
  instalment TEXT NOT NULL,
  held BIGINT NOT NULL CHECK (held >= 0),
  charged BIGINT NOT NULL CHECK (charged >= 0),
  PRIMARY KEY (share, plan, stream, instalment)
);
INSERT INTO payments_share_instalments SELECT share, plan, stream, '', held, charged FROM payments_share_parts;
DROP TABLE payments_share_parts;
ALTER TABLE payments_share_instalments RENAME TO payments_share_parts;
-- version 8
-- Fees of plans: what of them is reserved, and what was charged.
CREATE TABLE payments_fees (
  id TEXT PRIMARY KEY,
  sequence BIGINT NOT NULL UNIQUE,
  plan TEXT NOT NULL REFERENCES payments_plans (id),
  family TEXT NOT NULL,
  authority TEXT NOT NULL,
  kind TEXT NOT NULL,
  payee TEXT NOT NULL,
  stream TEXT NOT NULL,
  derivation TEXT NOT NULL,
  agreed BIGINT NOT NULL,
  reserved BIGINT NOT NULL CHECK (reserved >= 0),
  charged BIGINT NOT NULL CHECK (charged >= 0),
  charges BIGINT NOT NULL
);
CREATE INDEX payments_fees_of_plan ON payments_fees (plan, agreed, id);
-- version 9
-- What was carried over or given back of an instalment when its plan had ended.
ALTER TABLE payments_plan_streams ADD COLUMN returned BIGINT NOT NULL DEFAULT 0;
-- version 10
-- Who holds a plan's stream, or one instalment of it, from which day on; and who held what a share was paid from.
CREATE TABLE payments_hand_overs (
  plan TEXT NOT NULL REFERENCES payments_plans (id),
  sequence BIGINT NOT NULL,
  stream TEXT NOT NULL,
  instalment TEXT NOT NULL,
  holder TEXT NOT NULL,
  from_day TEXT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (plan, sequence)
);
ALTER TABLE payments_share_parts ADD COLUMN holder TEXT NOT NULL DEFAULT '';
-- version 11
-- Who held what was charged of a fee in a month.
CREATE TABLE payments_fee_charges (
  fee TEXT NOT NULL REFERENCES payments_fees (id),
  month TEXT NOT NULL,
  holder TEXT NOT NULL,
  charged BIGINT NOT NULL,
  PRIMARY KEY (fee, month, holder)
);
