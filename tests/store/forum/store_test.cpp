#include "services/forum/store.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <functional>
#include <set>

namespace cp {
extern const std::string_view forum_schema;
}

using namespace cp;
using namespace cp::forum;

namespace {

std::string uuid(int number) {
  auto digits = std::to_string(number);
  return "0190a000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

const Id<"authority"> trafford(uuid(1));
const Id<"authority"> plymouth(uuid(2));
const Author sam{Id<"account">(uuid(10)), "Sam", http::Role::parent};
const Author kim{Id<"account">(uuid(11)), "Kim", http::Role::facilitator};

Post post_number(int number, int thread, const Id<"authority">& board, std::string text) {
  Post post;
  post.id = Id<"post">(uuid(1'000 + number));
  post.thread = Id<"thread">(uuid(100 + thread));
  post.authority = board;
  post.author = number % 2 == 0 ? kim : sam;
  post.text = std::move(text);
  post.created = from_microseconds(1'000 + number);
  return post;
}

void start(db::Database& database, int number, const Id<"authority">& board, std::string title, std::string text) {
  auto first = post_number(number * 10, number, board, std::move(text));
  Thread thread;
  thread.id = first.thread;
  thread.authority = board;
  thread.title = std::move(title);
  thread.author = first.author;
  thread.created = thread.last_post = first.created;
  database.write_now([&](db::Tx& tx) { store::insert_thread(tx, thread, first); });
}

void reply(db::Database& database, const Post& post) {
  database.write_now([&](db::Tx& tx) { store::insert_post(tx, post); });
}

std::vector<std::string> titles(db::Database& database, const store::ThreadFilter& filter) {
  std::vector<std::string> found;
  database.read_now([&](db::Tx& tx) {
    found.clear();
    for (const auto& thread : store::threads(tx, filter)) found.push_back(thread.title);
  });
  return found;
}

std::vector<std::string> search(db::Database& database, const Id<"authority">& board, std::string words,
                                bool hidden_too = false) {
  store::ThreadFilter filter;
  filter.authority = board;
  filter.words = std::move(words);
  filter.hidden_too = hidden_too;
  return titles(database, filter);
}

void on_each_database(const std::function<void(db::Database&)>& body) {
  test::for_each_database({{"forum", forum_schema}}, [&](db::Database& database) {
    database.write_now([](db::Tx& tx) { store::prepare(tx); });
    start(database, 1, trafford, "Swimming in Sale", "Who knows a warm pool?");
    start(database, 2, trafford, "Minibus", "We could share one on Saturdays.");
    start(database, 3, plymouth, "Sailing", "The club has a hoist.");
    body(database);
  });
}

using Titles = std::vector<std::string>;

}  // namespace

TEST_CASE("threads of a board, the liveliest first") {
  on_each_database([](db::Database& database) {
    store::ThreadFilter filter;
    filter.authority = trafford;
    CHECK(titles(database, filter) == Titles{"Minibus", "Swimming in Sale"});
    reply(database, post_number(50, 1, trafford, "Altrincham is warm."));
    CHECK(titles(database, filter) == Titles{"Swimming in Sale", "Minibus"});
    filter.authority = plymouth;
    CHECK(titles(database, filter) == Titles{"Sailing"});
    database.read_now([](db::Tx& tx) {
      const auto thread = store::find_thread(tx, Id<"thread">(uuid(101)));
      REQUIRE(thread);
      CHECK(thread->posts == 2);
      CHECK(thread->last_post == from_microseconds(1'050));
      CHECK(thread->author.name == "Kim");
      CHECK(thread->author.role == http::Role::facilitator);
    });
  });
}

TEST_CASE("pages of threads and posts hold each once") {
  on_each_database([](db::Database& database) {
    for (int number = 60; number < 71; ++number) reply(database, post_number(number, 1, trafford, "Post " + std::to_string(number)));
    database.read_now([](db::Tx& tx) {
      const Id<"thread"> thread(uuid(101));
      store::Key after;
      std::vector<std::string> ids;
      for (;;) {
        const auto page = store::posts(tx, thread, after, 5);
        for (const auto& post : page) ids.push_back(post.id.text());
        if (page.size() < 5) break;
        after.emplace(page.back().created, page.back().id.text());
      }
      CHECK(ids.size() == 12);
      CHECK(std::is_sorted(ids.begin(), ids.end()));
      store::ThreadFilter filter;
      filter.authority = trafford;
      filter.limit = 1;
      const auto first = store::threads(tx, filter);
      REQUIRE(first.size() == 1);
      filter.before.emplace(first[0].last_post, first[0].id.text());
      const auto second = store::threads(tx, filter);
      REQUIRE(second.size() == 1);
      CHECK(second[0].id != first[0].id);
    });
  });
}

TEST_CASE("words are found in titles and posts of one's own board") {
  on_each_database([](db::Database& database) {
    reply(database, post_number(50, 2, trafford, "Is there a hoist in it?"));
    CHECK(search(database, trafford, "swimming") == Titles{"Swimming in Sale"});
    CHECK(search(database, trafford, "warm pool") == Titles{"Swimming in Sale"});
    CHECK(search(database, trafford, "swimming pool") == Titles{"Swimming in Sale"});
    CHECK(search(database, trafford, "hoist") == Titles{"Minibus"});
    CHECK(search(database, plymouth, "hoist") == Titles{"Sailing"});
    CHECK(search(database, trafford, "hois") == Titles{"Minibus"});
    CHECK(search(database, trafford, "zeppelin").empty());
    CHECK(search(database, trafford, "\" OR 1=1 --").empty());
  });
}

TEST_CASE("a hidden post is not found by those who may not read it") {
  on_each_database([](db::Database& database) {
    reply(database, post_number(50, 2, trafford, "Is there a hoist in it?"));
    store::Decision decision{uuid(70), Id<"post">(uuid(1'050)), kim.account, true, "Not kind.", from_microseconds(9)};
    database.write_now([&](db::Tx& tx) { store::decide(tx, decision); });
    CHECK(search(database, trafford, "hoist").empty());
    CHECK(search(database, trafford, "hoist", true) == Titles{"Minibus"});
    database.read_now([](db::Tx& tx) {
      CHECK(store::find_post(tx, Id<"post">(uuid(1'050)))->hidden);
      CHECK(store::find_post(tx, Id<"post">(uuid(1'050)))->hidden_reason == "Not kind.");
      CHECK_FALSE(store::find_thread(tx, Id<"thread">(uuid(102)))->hidden);
    });
    // The first post hides the thread's title with it.
    decision = {uuid(71), Id<"post">(uuid(1'020)), kim.account, true, "Not kind.", from_microseconds(10)};
    database.write_now([&](db::Tx& tx) { store::decide(tx, decision); });
    database.read_now([](db::Tx& tx) { CHECK(store::find_thread(tx, Id<"thread">(uuid(102)))->hidden); });
    CHECK(search(database, trafford, "minibus").empty());
    decision = {uuid(72), Id<"post">(uuid(1'020)), kim.account, false, "", from_microseconds(11)};
    database.write_now([&](db::Tx& tx) { store::decide(tx, decision); });
    CHECK(search(database, trafford, "minibus") == Titles{"Minibus"});
    database.read_now([](db::Tx& tx) { CHECK(tx.number("SELECT COUNT(*) FROM forum_moderation") == 3); });
  });
}

TEST_CASE("a reader reports a post once; saying it again changes the reason") {
  on_each_database([](db::Database& database) {
    Report report;
    report.id = Id<"report">(uuid(80));
    report.post = Id<"post">(uuid(1'010));
    report.authority = trafford;
    report.account = sam.account;
    report.reason = "Unkind";
    report.created = from_microseconds(5);
    database.write_now([&](db::Tx& tx) { CHECK(store::put_report(tx, report) == report.id); });
    auto again = report;
    again.id = Id<"report">(uuid(81));
    again.reason = "A phone number";
    database.write_now([&](db::Tx& tx) { CHECK(store::put_report(tx, again) == report.id); });
    auto other = report;
    other.id = Id<"report">(uuid(82));
    other.account = kim.account;
    other.created = from_microseconds(6);
    database.write_now([&](db::Tx& tx) { CHECK(store::put_report(tx, other) == other.id); });
    database.read_now([&](db::Tx& tx) {
      const auto reports = store::reports(tx, trafford, std::nullopt, 9);
      REQUIRE(reports.size() == 2);
      CHECK(reports[0].id == other.id);
      CHECK(reports[1].reason == "A phone number");
      CHECK(reports[1].post_text == "Who knows a warm pool?");
      CHECK(reports[1].thread == Id<"thread">(uuid(101)));
      CHECK(store::reports(tx, plymouth, std::nullopt, 9).empty());
      const store::Key before(std::in_place, reports[0].created, reports[0].id.text());
      CHECK(store::reports(tx, trafford, before, 9).size() == 1);
    });
  });
}
