// A board for each authority; threads on it, posts in them.
#pragma once

#include "shared/core/id.hpp"
#include "shared/core/time.hpp"
#include "shared/http/message.hpp"

#include <cstdint>
#include <string>

namespace cp::forum {

/// The role and the name are kept with what was written, as they were then.
struct Author {
  Id<"account"> account;
  std::string name;
  http::Role role = http::Role::parent;
};

struct Thread {
  Id<"thread"> id;
  Id<"authority"> authority;
  std::string title;
  Author author;
  Timestamp created = {};
  Timestamp last_post = {};
  std::int64_t posts = 1;
  bool hidden = false;  // its first post is
};

struct Post {
  Id<"post"> id;
  Id<"thread"> thread;
  Id<"authority"> authority;
  Author author;
  std::string text;
  Timestamp created = {};
  bool hidden = false;
  std::string hidden_reason;
};

/// Somebody finds that a post should not stay.
struct Report {
  Id<"report"> id;
  Id<"post"> post;
  Id<"thread"> thread;
  Id<"authority"> authority;
  Id<"account"> account;
  std::string reason;
  std::string post_text;     // for the facilitator who reads the report
  std::string post_author;
  bool post_hidden = false;
  Timestamp created = {};
};

}  // namespace cp::forum
