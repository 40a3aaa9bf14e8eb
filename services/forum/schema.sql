-- version 1
-- The author's name and role are kept with what they wrote, as they were then. `hidden` is 1 while
-- the first post is hidden.
CREATE TABLE forum_threads (
  id TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  title TEXT NOT NULL,
  account TEXT NOT NULL,
  author_name TEXT NOT NULL,
  author_role TEXT NOT NULL,
  first_post TEXT NOT NULL,
  created BIGINT NOT NULL,
  last_post BIGINT NOT NULL,
  posts BIGINT NOT NULL,
  hidden BIGINT NOT NULL
);
CREATE INDEX forum_threads_of_authority ON forum_threads (authority, last_post, id);

CREATE TABLE forum_posts (
  id TEXT PRIMARY KEY,
  thread TEXT NOT NULL REFERENCES forum_threads (id),
  authority TEXT NOT NULL,
  account TEXT NOT NULL,
  author_name TEXT NOT NULL,
  author_role TEXT NOT NULL,
  text TEXT NOT NULL,
  created BIGINT NOT NULL,
  hidden BIGINT NOT NULL,
  hidden_reason TEXT NOT NULL
);
CREATE INDEX forum_posts_of_thread ON forum_posts (thread, created, id);

-- One report of a post a reader; saying it again changes the reason.
CREATE TABLE forum_reports (
  id TEXT PRIMARY KEY,
  post TEXT NOT NULL REFERENCES forum_posts (id),
  authority TEXT NOT NULL,
  account TEXT NOT NULL,
  reason TEXT NOT NULL,
  created BIGINT NOT NULL,
  UNIQUE (post, account)
);
CREATE INDEX forum_reports_of_authority ON forum_reports (authority, created, id);

-- Every decision of a facilitator, never changed.
CREATE TABLE forum_moderation (
  id TEXT PRIMARY KEY,
  post TEXT NOT NULL,
  account TEXT NOT NULL,
  hidden BIGINT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL
);
