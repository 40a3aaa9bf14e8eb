// What the forum looks like on the wire.
#pragma once

#include "services/forum/model.hpp"
#include "shared/http/router.hpp"
#include "shared/json/wire.hpp"

namespace cp::forum {

inline constexpr std::int64_t most_text_bytes = 5'000;

struct BoardView {
  Id<"authority"> authority;
  std::string name;
};
constexpr auto wire(const BoardView*) {
  return json::object("BoardView", json::field("authority", &BoardView::authority, "Whose board it is."),
                      json::field("name", &BoardView::name, "The authority's name."));
}

struct NewThread {
  std::string title;
  std::string text;
};
constexpr auto wire(const NewThread*) {
  return json::object("NewThread",
                      json::field("title", &NewThread::title, "What it is about.", json::between(3, 120)),
                      json::field("text", &NewThread::text, "The first post.",
                                  json::between(1, most_text_bytes)));
}

struct NewPost {
  std::string text;
};
constexpr auto wire(const NewPost*) {
  return json::object("NewPost", json::field("text", &NewPost::text, "What you have to say.",
                                             json::between(1, most_text_bytes)));
}

struct NewReport {
  std::string reason;
};
constexpr auto wire(const NewReport*) {
  return json::object("NewPostReport", json::field("reason", &NewReport::reason, "Why it should not stay.",
                                                   json::between(1, 500)));
}

struct Hiding {
  bool hidden = false;
  std::string reason;
};
constexpr auto wire(const Hiding*) {
  return json::object("PostHiding",
                      json::field("hidden", &Hiding::hidden, "Whether parents see a note instead of the text."),
                      json::field("reason", &Hiding::reason, "Why; needed to hide.", json::between(0, 500)));
}

struct ThreadView {
  Id<"thread"> id;
  std::string title;
  std::string author_name;
  http::Role author_role = http::Role::parent;
  Timestamp created = {};
  Timestamp last_post = {};
  std::int64_t posts = 1;
  bool hidden = false;
};
constexpr auto wire(const ThreadView*) {
  return json::object(
      "ThreadView", json::field("id", &ThreadView::id, "The thread."),
      json::field("title", &ThreadView::title, "What it is about."),
      json::field("author_name", &ThreadView::author_name, "Who started it."),
      json::field("author_role", &ThreadView::author_role, "Whether that was a parent or a facilitator."),
      json::field("created", &ThreadView::created, "When."),
      json::field("last_post", &ThreadView::last_post, "When the newest post was written."),
      json::field("posts", &ThreadView::posts, "How many, the first one included."),
      json::field("hidden", &ThreadView::hidden, "Whether a facilitator has hidden its first post."));
}

struct PostView {
  Id<"post"> id;
  std::string author_name;
  http::Role author_role = http::Role::parent;
  bool mine = false;
  std::string text;
  Timestamp created = {};
  bool hidden = false;
};
constexpr auto wire(const PostView*) {
  return json::object("PostView", json::field("id", &PostView::id, "The post."),
                      json::field("author_name", &PostView::author_name, "Who wrote it."),
                      json::field("author_role", &PostView::author_role, "Parent or facilitator."),
                      json::field("mine", &PostView::mine, "Whether that was the reader."),
                      json::field("text", &PostView::text, "What it says, or that it is hidden.",
                                  json::between(0, most_text_bytes)),
                      json::field("created", &PostView::created, "When."),
                      json::field("hidden", &PostView::hidden, "Whether a facilitator has hidden it."));
}

struct ReportView {
  Id<"report"> id;
  Id<"post"> post;
  Id<"thread"> thread;
  std::string reason;
  std::string post_text;
  std::string post_author;
  bool post_hidden = false;
  Timestamp created = {};
};
constexpr auto wire(const ReportView*) {
  return json::object("PostReportView", json::field("id", &ReportView::id, "The report."),
                      json::field("post", &ReportView::post, "The post it is about."),
                      json::field("thread", &ReportView::thread, "The thread it is in."),
                      json::field("reason", &ReportView::reason, "Why it should not stay."),
                      json::field("post_text", &ReportView::post_text, "What the post says.",
                                  json::between(0, most_text_bytes)),
                      json::field("post_author", &ReportView::post_author, "Who wrote the post."),
                      json::field("post_hidden", &ReportView::post_hidden, "Whether it is hidden already."),
                      json::field("created", &ReportView::created, "When it was reported."));
}
/// What a reporter gets back: that it arrived.
struct ReportReceipt {
  Id<"report"> id;
  Timestamp created = {};
};
constexpr auto wire(const ReportReceipt*) {
  return json::object("PostReportReceipt", json::field("id", &ReportReceipt::id, "The report."),
                      json::field("created", &ReportReceipt::created, "When it arrived."));
}

// ---------------------------------------------------------------- addresses

struct ThreadPath {
  Id<"thread"> thread;
};
constexpr auto wire(const ThreadPath*) {
  return json::object("ThreadPath", json::field("thread", &ThreadPath::thread, "The thread."));
}
struct PostPath {
  Id<"post"> post;
};
constexpr auto wire(const PostPath*) {
  return json::object("PostPath", json::field("post", &PostPath::post, "The post."));
}
struct ThreadsQuery {
  std::optional<std::string> q;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const ThreadsQuery*) {
  return json::object("ThreadsQuery",
                      json::field("q", &ThreadsQuery::q, "Words of a title or post.", json::between(0, 200)),
                      json::field("after", &ThreadsQuery::after, "From the `next` of the page before."),
                      json::field("limit", &ThreadsQuery::limit, "Items on a page.", json::between(1, 500)));
}
struct PostsQuery {
  Id<"thread"> thread;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const PostsQuery*) {
  return json::object("PostsQuery", json::field("thread", &PostsQuery::thread, "The thread."),
                      json::field("after", &PostsQuery::after, "From the `next` of the page before."),
                      json::field("limit", &PostsQuery::limit, "Items on a page.", json::between(1, 500)));
}
struct ReportsQuery {
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const ReportsQuery*) {
  return json::object("PostReportsQuery",
                      json::field("after", &ReportsQuery::after, "From the `next` of the page before."),
                      json::field("limit", &ReportsQuery::limit, "Items on a page.", json::between(1, 500)));
}

}  // namespace cp::forum
