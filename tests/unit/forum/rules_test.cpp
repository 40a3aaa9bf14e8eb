#include "services/forum/rules.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::forum;
using http::Role;

namespace {

const Id<"authority"> trafford("0190a000-0000-7000-8000-000000000001");
const Id<"authority"> plymouth("0190a000-0000-7000-8000-000000000002");

http::Principal person(Role role, std::optional<Id<"authority">> authority) {
  http::Principal who;
  who.role = role;
  who.authority = std::move(authority);
  return who;
}

}  // namespace

TEST_CASE("a board is there for its own authority only") {
  CHECK(may_read(person(Role::parent, trafford), trafford));
  CHECK(may_read(person(Role::commissioner, trafford), trafford));
  CHECK_FALSE(may_read(person(Role::parent, plymouth), trafford));
  CHECK_FALSE(may_read(person(Role::administrator, std::nullopt), trafford));
}

TEST_CASE("who reads what is hidden") {
  struct Case {
    Role role;
    bool hidden, reads;
  };
  const Case cases[] = {
      {Role::parent, false, true},       {Role::parent, true, false},
      {Role::commissioner, false, true}, {Role::commissioner, true, false},
      {Role::facilitator, false, true},  {Role::facilitator, true, true},
  };
  for (const auto& [role, hidden, reads] : cases) {
    CAPTURE(name(role), hidden);
    Post post;
    post.text = "A phone number";
    post.hidden = hidden;
    CHECK((text_for(person(role, trafford), post) == post.text) == reads);
    Thread thread;
    thread.title = "Lifts to Sale";
    thread.hidden = hidden;
    CHECK((title_for(person(role, trafford), thread) == thread.title) == reads);
  }
}

TEST_CASE("hiding needs a reason, showing does not") {
  CHECK(check_hiding(true, "A phone number.").has_value());
  CHECK(check_hiding(false, "").has_value());
  CHECK_FALSE(check_hiding(true, "").has_value());
  CHECK_FALSE(check_hiding(true, " \n").has_value());
}

TEST_CASE("spaces are not a text") {
  struct Case {
    std::string text;
    std::size_t least;
    bool good;
  };
  const Case cases[] = {{"", 1, false}, {" \t\r\n", 1, false}, {" a ", 1, true},
                        {" ab ", 3, false}, {" abc", 3, true}, {"a c", 3, true}};
  for (const auto& [text, least, good] : cases) {
    CAPTURE(text, least);
    CHECK(check_text("/text", text, least).has_value() == good);
  }
}
