#include "shared/db/text_search.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace cp;
namespace text_search = db::text_search;
using test::for_each_database;
using Ids = std::vector<std::string>;

namespace {

Ids sorted_match(db::Tx& tx, std::string_view words, std::string_view part = "board") {
  auto ids = text_search::match(tx, "test_search", part, words, 10);
  std::sort(ids.begin(), ids.end());
  return ids;
}

void with_documents(const std::function<void(db::Tx&)>& check) {
  for_each_database({}, [&](db::Database& database) {
    database.write_now([&](db::Tx& tx) {
      text_search::create(tx, "test_search");
      text_search::create(tx, "test_search");
      text_search::put(tx, "test_search", "swim", "board", "Swimming lessons near Réading, swimming for all");
      text_search::put(tx, "test_search", "ride", "board", "Horse riding; it's quiet. Not swimming?");
      text_search::put(tx, "test_search", "other", "elsewhere", "Swimming elsewhere");
      check(tx);
    });
  });
}

}  // namespace

TEST_CASE("every word has to stand in the document, the last one may be begun") {
  with_documents([](db::Tx& tx) {
    CHECK(sorted_match(tx, "swimming") == Ids{"ride", "swim"});
    CHECK(sorted_match(tx, "SWIM") == Ids{"ride", "swim"});
    CHECK(sorted_match(tx, "lessons swim") == Ids{"swim"});
    CHECK(sorted_match(tx, "swim lessons") == Ids{});  // only the last word may be a beginning
    CHECK(sorted_match(tx, "horse lessons") == Ids{});
    CHECK(sorted_match(tx, "reading") == Ids{"swim"});
    CHECK(sorted_match(tx, "RÉADING") == Ids{"swim"});
    CHECK(sorted_match(tx, "swimming", "elsewhere") == Ids{"other"});
    CHECK(sorted_match(tx, "swimming", "nowhere") == Ids{});
    CHECK(text_search::match(tx, "test_search", "board", "swimming", 10).front() == "swim");  // twice in it
    CHECK(text_search::match(tx, "test_search", "board", "swimming", 1).size() == 1);
  });
}

TEST_CASE("a document that is put again or removed leaves no trace") {
  with_documents([](db::Tx& tx) {
    text_search::put(tx, "test_search", "swim", "board", "Now about painting");
    CHECK(sorted_match(tx, "swimming") == Ids{"ride"});
    CHECK(sorted_match(tx, "paint") == Ids{"swim"});
    text_search::put(tx, "test_search", "swim", "elsewhere", "Now about painting");
    CHECK(sorted_match(tx, "paint") == Ids{});
    CHECK(sorted_match(tx, "paint", "elsewhere") == Ids{"swim"});
    text_search::remove(tx, "test_search", "swim");
    text_search::remove(tx, "test_search", "swim");
    CHECK(sorted_match(tx, "paint", "elsewhere") == Ids{});
  });
}

TEST_CASE("any text is safe to search for and to put") {
  const std::vector<std::string> texts{
      "", " ", "\"", "'", "''", "\\", "*", "-", "(", ")", "a AND", "NOT a", "OR", "NEAR(a b)", "text:a", "^a",
      "a:*", "a & b | !c", "<->", "%", "_", ";--", "$1", "a\"b", "a'b", "\xff\xfe", "\xc3", "\xed\xa0\x80",
      "\xf4\x90\x80\x80", std::string("a\0b", 3), "😀", "“quoted”", "it’s", std::string(5'000, 'x'),
      "a b c d e f g h i j k l m n o p q r s t u v w x y z"};
  with_documents([&](db::Tx& tx) {
    for (const auto& text : texts) {
      INFO("text: " << text);
      CHECK_NOTHROW(sorted_match(tx, text));
      CHECK_NOTHROW(text_search::put(tx, "test_search", "any", "any", text));
    }
    CHECK(sorted_match(tx, "").empty());
    CHECK(sorted_match(tx, "it's") == Ids{"ride"});
    CHECK(sorted_match(tx, "it’s") == Ids{"ride"});
    CHECK(sorted_match(tx, "“quiet”") == Ids{"ride"});
    CHECK_THROWS_AS(text_search::create(tx, "x; DROP TABLE y"), std::logic_error);
  });
}
