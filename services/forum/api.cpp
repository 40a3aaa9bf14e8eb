#include "services/forum/api.hpp"

#include "services/forum/rules.hpp"
#include "services/forum/service.hpp"
#include "services/forum/store.hpp"
#include "shared/http/commit.hpp"
#include "shared/http/cursor.hpp"

namespace cp {
extern const std::string_view forum_schema;
}

namespace cp::forum {
namespace {

using http::Method;
using http::Role;

constexpr std::size_t least_title_bytes = 3;

Error no_such_thread() { return not_found("There is no such thread on your board."); }
Error no_such_post() { return not_found("There is no such post on your board."); }
Error no_board() { return forbidden("Your account belongs to no authority, so there is no board for it."); }

ThreadView view_of(const Thread& thread, const http::Principal& who) {
  return {thread.id,      title_for(who, thread), thread.author.name, thread.author.role,
          thread.created, thread.last_post,       thread.posts,       thread.hidden};
}

PostView view_of(const Post& post, const http::Principal& who) {
  return {post.id,        post.author.name, post.author.role, post.author.account == who.account,
          text_for(who, post), post.created, post.hidden};
}

/// The time and id that a page's cursor holds.
Result<store::Key> key_of(const std::optional<std::string>& after) {
  auto key = http::decode_time_key(after);
  if (!key) return key.error();
  if (!*key) return store::Key();
  return store::Key(std::in_place, (*key)->time, std::move((*key)->id));
}

/// The thread, if it is on the reader's board.
Result<Thread> thread_for(db::Tx& tx, const http::Principal& who, const Id<"thread">& id) {
  auto thread = store::find_thread(tx, id);
  if (!thread || !may_read(who, thread->authority)) return no_such_thread();
  return std::move(*thread);
}

Result<Post> post_for(db::Tx& tx, const http::Principal& who, const Id<"post">& id) {
  auto post = store::find_post(tx, id);
  if (!post || !may_read(who, post->authority)) return no_such_post();
  return std::move(*post);
}

db::Message board_event(Id<"message"> id, const Id<"authority">& board, std::string_view changed, Timestamp now) {
  return {id, db::MessageKind::event, "board:" + board.text(),
          R"({"changed":")" + std::string(changed) + R"("})", now};
}

}  // namespace

Task<Result<Author>> ForumApi::author(http::Principal who) {
  const auto card = co_await identity_.account(who.account);
  if (!card) co_return card.error();
  co_return Author{who.account, card->name, who.role};
}

// ---------------------------------------------------------------- reading

ForumApi::Answer<BoardView> ForumApi::board(http::Request& request, http::NoParams) {
  if (!request.who().authority) co_return no_board();
  const auto authority = co_await identity_.authority(*request.who().authority);
  if (!authority) co_return authority.error();
  BoardView view{authority->id, authority->name};
  co_return view;
}

ForumApi::PageAnswer<ThreadView> ForumApi::threads(http::Request& request, ThreadsQuery query) {
  const auto& who = request.who();
  if (!who.authority) co_return no_board();
  const auto before = key_of(query.after);
  if (!before) co_return before.error();
  const auto limit = query.limit.value_or(context_.config.page_items);
  store::ThreadFilter filter;
  filter.authority = *who.authority;
  if (query.q && query.q->find_first_not_of(" \t\r\n") != std::string::npos) filter.words = query.q;
  filter.hidden_too = sees_hidden(who);
  filter.before = *before;
  filter.limit = limit + 1;
  auto work = [&](db::Tx& tx) -> Result<std::vector<Thread>> { return store::threads(tx, filter); };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  http::Page<ThreadView> page;
  page.next = http::cut(request, *found, limit, &Thread::last_post);
  for (const auto& one : *found) page.items.push_back(view_of(one, who));
  co_return page;
}

ForumApi::Answer<ThreadView> ForumApi::thread(http::Request& request, ThreadPath path) {
  auto work = [&](db::Tx& tx) { return thread_for(tx, request.who(), path.thread); };
  const auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  co_return view_of(*found, request.who());
}

ForumApi::PageAnswer<PostView> ForumApi::posts(http::Request& request, PostsQuery query) {
  const auto after = key_of(query.after);
  if (!after) co_return after.error();
  const auto limit = query.limit.value_or(context_.config.page_items);
  auto work = [&](db::Tx& tx) -> Result<std::vector<Post>> {
    if (const auto thread = thread_for(tx, request.who(), query.thread); !thread) return thread.error();
    return store::posts(tx, query.thread, *after, limit + 1);
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  http::Page<PostView> page;
  page.next = http::cut(request, *found, limit, &Post::created);
  for (const auto& post : *found) page.items.push_back(view_of(post, request.who()));
  co_return page;
}

// ---------------------------------------------------------------- writing

ForumApi::Answer<ThreadView> ForumApi::start_thread(http::Request& request, http::NoParams, NewThread body) {
  const auto& who = request.who();
  if (!who.authority) co_return no_board();
  if (const auto title = check_text("/title", body.title, least_title_bytes); !title) co_return title.error();
  if (const auto text = check_text("/text", body.text, 1); !text) co_return text.error();
  const auto writer = co_await author(who);
  if (!writer) co_return writer.error();

  const auto now = context_.clock.now();
  Thread thread;
  thread.id = context_.ids.make<"thread">(now);
  thread.authority = *who.authority;
  thread.title = body.title;
  thread.author = *writer;
  thread.created = now;
  thread.last_post = now;
  Post first;
  first.id = context_.ids.make<"post">(now);
  first.thread = thread.id;
  first.authority = thread.authority;
  first.author = *writer;
  first.text = body.text;
  first.created = now;
  const auto event = board_event(context_.ids.make<"message">(now), thread.authority, "threads", now);
  auto work = [&](db::Tx& tx) -> Result<http::Answer<ThreadView>> {
    store::insert_thread(tx, thread, first);
    db::outbox::put(tx, event);
    return http::created(view_of(thread, who), "/v1/forum/threads/" + thread.id.text());
  };
  auto answer = co_await http::commit<ThreadView>(context_.database, request, now, work);
  if (answer) context_.outbox.look();
  co_return answer;
}

ForumApi::Answer<PostView> ForumApi::reply(http::Request& request, ThreadPath path, NewPost body) {
  const auto& who = request.who();
  if (!who.authority) co_return no_board();
  if (const auto text = check_text("/text", body.text, 1); !text) co_return text.error();
  const auto writer = co_await author(who);
  if (!writer) co_return writer.error();

  const auto now = context_.clock.now();
  Post post;
  post.id = context_.ids.make<"post">(now);
  post.thread = path.thread;
  post.authority = *who.authority;
  post.author = *writer;
  post.text = body.text;
  post.created = now;
  const auto event = board_event(context_.ids.make<"message">(now), post.authority,
                                 "thread:" + path.thread.text(), now);
  auto work = [&](db::Tx& tx) -> Result<http::Answer<PostView>> {
    if (const auto thread = thread_for(tx, who, path.thread); !thread) return thread.error();
    store::insert_post(tx, post);
    db::outbox::put(tx, event);
    return http::created(view_of(post, who), "/v1/forum/threads/" + path.thread.text() + "/posts");
  };
  auto answer = co_await http::commit<PostView>(context_.database, request, now, work);
  if (answer) context_.outbox.look();
  co_return answer;
}

// ---------------------------------------------------------------- moderation

ForumApi::Answer<ReportReceipt> ForumApi::report(http::Request& request, PostPath path, NewReport body) {
  const auto& who = request.who();
  if (!who.authority) co_return no_board();
  const auto now = context_.clock.now();
  Report report;
  report.id = context_.ids.make<"report">(now);
  report.post = path.post;
  report.authority = *who.authority;
  report.account = who.account;
  report.reason = body.reason;
  report.created = now;
  auto work = [&](db::Tx& tx) -> Result<http::Answer<ReportReceipt>> {
    if (const auto post = post_for(tx, who, path.post); !post) return post.error();
    const ReportReceipt receipt{store::put_report(tx, report), now};
    return http::created(receipt, "/v1/forum/reports");
  };
  co_return co_await http::commit<ReportReceipt>(context_.database, request, now, work);
}

ForumApi::PageAnswer<ReportView> ForumApi::reports(http::Request& request, ReportsQuery query) {
  if (!request.who().authority) co_return no_board();
  const auto before = key_of(query.after);
  if (!before) co_return before.error();
  const auto limit = query.limit.value_or(context_.config.page_items);
  const auto authority = *request.who().authority;
  auto work = [&](db::Tx& tx) -> Result<std::vector<Report>> {
    return store::reports(tx, authority, *before, limit + 1);
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  http::Page<ReportView> page;
  page.next = http::cut(request, *found, limit, &Report::created);
  for (const auto& one : *found) {
    page.items.push_back({one.id, one.post, one.thread, one.reason, one.post_text, one.post_author,
                          one.post_hidden, one.created});
  }
  co_return page;
}

ForumApi::Answer<PostView> ForumApi::hide(http::Request& request, PostPath path, Hiding body) {
  const auto& who = request.who();
  if (!who.authority) co_return no_board();
  if (const auto allowed = check_hiding(body.hidden, body.reason); !allowed) co_return allowed.error();
  const auto now = context_.clock.now();
  const store::Decision decision{context_.ids.next(now), path.post,   who.account,
                                 body.hidden,            body.reason, now};
  const auto event_id = context_.ids.make<"message">(now);
  auto work = [&](db::Tx& tx) -> Result<http::Answer<PostView>> {
    auto post = post_for(tx, who, path.post);
    if (!post) return post.error();
    store::decide(tx, decision);
    db::outbox::put(tx, board_event(event_id, post->authority, "thread:" + post->thread.text(), now));
    post->hidden = body.hidden;
    post->hidden_reason = body.reason;
    return http::Answer<PostView>(view_of(*post, who));
  };
  auto answer = co_await http::commit<PostView>(context_.database, request, now, work);
  if (answer) context_.outbox.look();
  co_return answer;
}

// ---------------------------------------------------------------- the table

Task<bool> ForumApi::may_listen(http::Principal who, std::string board) {
  const bool reader = who.role == Role::parent || who.role == Role::facilitator || who.role == Role::commissioner;
  co_return reader && may_read(who, Id<"authority">(std::move(board)));
}

ForumApi::ForumApi(app::Context& context) : context_(context), identity_(context.transport) {
  context.database.write_now([](db::Tx& tx) { store::prepare(tx); });
  auto& router = context.router;
  const auto readers = http::roles(Role::parent, Role::facilitator, Role::commissioner);
  const auto writers = http::roles(Role::parent, Role::facilitator);
  const auto moderators = http::roles(Role::facilitator);

  router.add({Method::get, "/v1/forum/board", readers, "The board of your authority."}, this, &ForumApi::board);
  router.add({Method::get, "/v1/forum/threads", readers, "Threads of your board, the liveliest first."}, this,
             &ForumApi::threads);
  router.add({Method::post, "/v1/forum/threads", writers, "Start a thread."}, this, &ForumApi::start_thread);
  router.add({Method::get, "/v1/forum/threads/{thread}", readers, "One thread."}, this, &ForumApi::thread);
  router.add({Method::get, "/v1/forum/threads/{thread}/posts", readers, "Its posts, oldest first."}, this,
             &ForumApi::posts);
  router.add({Method::post, "/v1/forum/threads/{thread}/posts", writers, "Reply."}, this, &ForumApi::reply);
  router.add({Method::post, "/v1/forum/posts/{post}/reports", writers, "Tell the facilitator of a post that "
              "should not stay."},
             this, &ForumApi::report);
  router.add({Method::get, "/v1/forum/reports", moderators, "Posts that were reported, newest first."}, this,
             &ForumApi::reports);
  router.add({Method::put, "/v1/forum/posts/{post}/hiding", moderators, "Hide a post, or show it again."}, this,
             &ForumApi::hide);
  context.live.guard("board", [this](const http::Principal& who, std::string_view rest) {
    return may_listen(who, std::string(rest));
  });
}

app::Service service() {
  return {"forum",
          {"forum", forum_schema},
          [](app::Context& context) -> std::shared_ptr<void> { return std::make_shared<ForumApi>(context); }};
}

}  // namespace cp::forum
