#include "services/forum/store.hpp"

#include "shared/db/text_search.hpp"

#include <algorithm>

namespace cp::forum::store {
namespace {

constexpr std::string_view post_index = "forum_post_text";
/// More matches than this are beyond what anybody reads.
constexpr std::int64_t most_matches = 1'000;

constexpr std::string_view thread_columns =
    "t.id, t.authority, t.title, t.account, t.author_name, t.author_role, t.created, t.last_post, "
    "t.posts, t.hidden";

Thread read_thread(const db::Row& row) {
  Thread thread;
  thread.id = row.id<"thread">(0);
  thread.authority = row.id<"authority">(1);
  thread.title = row.string(2);
  thread.author = {row.id<"account">(3), row.string(4), row.named<http::Role>(5)};
  thread.created = row.timestamp(6);
  thread.last_post = row.timestamp(7);
  thread.posts = row.integer(8);
  thread.hidden = row.boolean(9);
  return thread;
}

constexpr std::string_view post_columns =
    "id, thread, authority, account, author_name, author_role, text, created, hidden, hidden_reason";

Post read_post(const db::Row& row) {
  Post post;
  post.id = row.id<"post">(0);
  post.thread = row.id<"thread">(1);
  post.authority = row.id<"authority">(2);
  post.author = {row.id<"account">(3), row.string(4), row.named<http::Role>(5)};
  post.text = row.string(6);
  post.created = row.timestamp(7);
  post.hidden = row.boolean(8);
  post.hidden_reason = row.string(9);
  return post;
}

void put_post(db::Tx& tx, const Post& post, const std::string& searchable) {
  tx.execute(
      "INSERT INTO forum_posts (id, thread, authority, account, author_name, author_role, text, created, "
      "hidden, hidden_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {post.id, post.thread, post.authority, post.author.account, post.author.name, post.author.role,
       post.text, post.created, post.hidden, post.hidden_reason});
  db::text_search::put(tx, post_index, post.id.text(), post.authority.text(), searchable);
}

}  // namespace

void prepare(db::Tx& tx) { db::text_search::create(tx, post_index); }

void insert_thread(db::Tx& tx, const Thread& thread, const Post& first) {
  tx.execute(
      "INSERT INTO forum_threads (id, authority, title, account, author_name, author_role, first_post, "
      "created, last_post, posts, hidden) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {thread.id, thread.authority, thread.title, thread.author.account, thread.author.name,
       thread.author.role, first.id, thread.created, thread.last_post, thread.posts, thread.hidden});
  put_post(tx, first, thread.title + " " + first.text);
}

void insert_post(db::Tx& tx, const Post& post) {
  put_post(tx, post, post.text);
  // A clock that went backwards does not move a thread down.
  tx.execute(
      "UPDATE forum_threads SET posts = posts + 1, "
      "last_post = CASE WHEN last_post < $2 THEN $2 ELSE last_post END WHERE id = $1",
      {post.thread, post.created});
}

std::optional<Thread> find_thread(db::Tx& tx, const Id<"thread">& id) {
  return tx.one("SELECT " + std::string(thread_columns) + " FROM forum_threads t WHERE t.id = $1", {id},
                read_thread);
}

std::optional<Post> find_post(db::Tx& tx, const Id<"post">& id) {
  return tx.one("SELECT " + std::string(post_columns) + " FROM forum_posts WHERE id = $1", {id}, read_post);
}

std::vector<Thread> threads(db::Tx& tx, const ThreadFilter& filter) {
  std::vector<db::Param> params;
  const auto bind = [&](db::Param value) {
    params.push_back(value);
    return "$" + std::to_string(params.size());
  };
  std::vector<std::string> matches;
  std::string sql =
      "SELECT " + std::string(thread_columns) + " FROM forum_threads t WHERE t.authority = " + bind(filter.authority);
  if (filter.words) {
    matches = db::text_search::match(tx, post_index, filter.authority.text(), *filter.words, most_matches);
    if (matches.empty()) return {};
    std::string list;
    for (const auto& id : matches) list.append(list.empty() ? "" : ", ").append(bind(id));
    sql += " AND EXISTS (SELECT 1 FROM forum_posts p WHERE p.thread = t.id AND p.id IN (" + list + ")";
    if (!filter.hidden_too) sql += " AND p.hidden = 0";
    sql += ")";
  }
  if (filter.before) {
    sql += " AND (t.last_post, t.id) < (" + bind(filter.before->first) + ", " + bind(filter.before->second) + ")";
  }
  sql += " ORDER BY t.last_post DESC, t.id DESC LIMIT " + bind(filter.limit);
  return tx.all_of(sql, params, read_thread);
}

std::vector<Post> posts(db::Tx& tx, const Id<"thread">& thread, const Key& after, std::int64_t limit) {
  const std::string select = "SELECT " + std::string(post_columns) + " FROM forum_posts WHERE thread = $1";
  if (!after) return tx.all(select + " ORDER BY created, id LIMIT $2", {thread, limit}, read_post);
  return tx.all(select + " AND (created, id) > ($2, $3) ORDER BY created, id LIMIT $4",
                {thread, after->first, after->second, limit}, read_post);
}

Id<"report"> put_report(db::Tx& tx, const Report& report) {
  return *tx.one(
      "INSERT INTO forum_reports (id, post, authority, account, reason, created) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (post, account) DO UPDATE SET reason = excluded.reason, "
      "created = excluded.created RETURNING id",
      {report.id, report.post, report.authority, report.account, report.reason, report.created},
      [](const db::Row& row) { return row.id<"report">(0); });
}

std::vector<Report> reports(db::Tx& tx, const Id<"authority">& authority, const Key& before,
                            std::int64_t limit) {
  std::vector<db::Param> params;
  const auto bind = [&](db::Param value) {
    params.push_back(value);
    return "$" + std::to_string(params.size());
  };
  std::string sql =
      "SELECT r.id, r.post, p.thread, r.authority, r.account, r.reason, p.text, p.author_name, p.hidden, "
      "r.created FROM forum_reports r JOIN forum_posts p ON p.id = r.post WHERE r.authority = " +
      bind(authority);
  if (before) sql += " AND (r.created, r.id) < (" + bind(before->first) + ", " + bind(before->second) + ")";
  sql += " ORDER BY r.created DESC, r.id DESC LIMIT " + bind(limit);
  return tx.all_of(sql, params, [](const db::Row& row) {
    return Report{row.id<"report">(0), row.id<"post">(1),    row.id<"thread">(2), row.id<"authority">(3),
                  row.id<"account">(4), row.string(5),       row.string(6),       row.string(7),
                  row.boolean(8),       row.timestamp(9)};
  });
}

void decide(db::Tx& tx, const Decision& decision) {
  tx.execute("UPDATE forum_posts SET hidden = $2, hidden_reason = $3 WHERE id = $1",
             {decision.post, decision.hidden, decision.reason});
  tx.execute("UPDATE forum_threads SET hidden = $2 WHERE first_post = $1", {decision.post, decision.hidden});
  tx.execute(
      "INSERT INTO forum_moderation (id, post, account, hidden, reason, at) VALUES ($1, $2, $3, $4, $5, $6)",
      {decision.id, decision.post, decision.account, decision.hidden, decision.reason, decision.at});
}

}  // namespace cp::forum::store
