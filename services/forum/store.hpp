// The forum in the database.
#pragma once

#include "services/forum/model.hpp"
#include "shared/db/database.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cp::forum::store {

/// Makes the search index where it is missing; after the migrations.
void prepare(db::Tx& tx);

/// The time and id of the last item of the page before.
using Key = std::optional<std::pair<Timestamp, std::string>>;

/// Inserts the thread with its first post.
void insert_thread(db::Tx& tx, const Thread& thread, const Post& first);
/// Adds a post and moves its thread to the front of the board.
void insert_post(db::Tx& tx, const Post& post);
std::optional<Thread> find_thread(db::Tx& tx, const Id<"thread">& id);
std::optional<Post> find_post(db::Tx& tx, const Id<"post">& id);

struct ThreadFilter {
  Id<"authority"> authority;
  /// Words that stand together in one post; a thread's title belongs to its first. Posts that are
  /// hidden are found by those only who may read them.
  std::optional<std::string> words;
  bool hidden_too = false;
  Key before;
  std::int64_t limit = 50;
};
/// The thread with the newest post first.
std::vector<Thread> threads(db::Tx& tx, const ThreadFilter& filter);
/// In the order they were written.
std::vector<Post> posts(db::Tx& tx, const Id<"thread">& thread, const Key& after, std::int64_t limit);

/// Answers the report's id: that of an earlier one of the same reader about the same post.
Id<"report"> put_report(db::Tx& tx, const Report& report);
/// Newest first.
std::vector<Report> reports(db::Tx& tx, const Id<"authority">& authority, const Key& before,
                            std::int64_t limit);

struct Decision {
  std::string id;
  Id<"post"> post;
  Id<"account"> account;
  bool hidden = false;
  std::string reason;
  Timestamp at = {};
};
void decide(db::Tx& tx, const Decision& decision);

}  // namespace cp::forum::store
