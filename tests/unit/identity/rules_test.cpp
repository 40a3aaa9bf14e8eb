#include "services/identity/rules.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::identity;
using http::Role;

namespace {

const Id<"authority"> trafford("00000000-0000-7000-8000-000000000001");
const Id<"authority"> plymouth("00000000-0000-7000-8000-000000000002");
const Id<"provider"> provider("00000000-0000-7000-8000-000000000003");

http::Principal somebody(Role role, std::optional<Id<"authority">> authority = {}) {
  http::Principal who;
  who.account = Id<"account">("00000000-0000-7000-8000-000000000009");
  who.role = role;
  who.authority = std::move(authority);
  return who;
}

}  // namespace

TEST_CASE("an e-mail address is kept small and without spaces around it") {
  CHECK(normal_email("  Sam.O@Example.ORG ") == "sam.o@example.org");
  CHECK(normal_email("ÉVA@example.org") == "Éva@example.org");
}

TEST_CASE("an e-mail address is looked at for slips of the pen") {
  for (const auto* good : {"a@b.uk", "sam+tag@mail.example.org", "o'neil@example.org", "éva@example.org"}) {
    CAPTURE(good);
    CHECK(check_email(good).has_value());
  }
  for (const auto* bad : {"", "sam", "@example.org", "sam@", "sam@example", "sam@@example.org", "a b@c.org",
                          "sam@.org", "sam@example.", "sam@example..org", "sam@exa\nmple.org",
                          "<sam@example.org>", "sam@example.org,eva@example.org"}) {
    CAPTURE(bad);
    const auto checked = check_email(bad);
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().fields.front().pointer == "/email");
  }
  CHECK_FALSE(check_email(std::string(65, 'a') + "@example.org").has_value());
  CHECK_FALSE(check_email("a@" + std::string(252, 'b') + ".org").has_value());
}

TEST_CASE("a name is one line with something in it") {
  CHECK(tidy_name("  Sam  ") == "Sam");
  CHECK(check_name("Sam").has_value());
  CHECK_FALSE(check_name(tidy_name("   ")).has_value());
  CHECK_FALSE(check_name("Sam\nAdmin").has_value());
}

TEST_CASE("a slug is made of a name") {
  CHECK(slug_of("Trafford") == "trafford");
  CHECK(slug_of("  Bath & North East  Somerset ") == "bath-north-east-somerset");
  CHECK(slug_of("???").empty());
  CHECK(check_slug("bath-2").has_value());
  for (const auto* bad : {"", "-bath", "bath-", "Bath", "bath spa", "bäth"}) {
    CAPTURE(bad);
    CHECK_FALSE(check_slug(bad).has_value());
  }
}

TEST_CASE("a stream and category have one rule") {
  Policy policy;
  policy.spending_rules = {{FundingStream::health, "Swimming", SpendingDecision::allowed, ""},
                           {FundingStream::short_breaks, "Swimming", SpendingDecision::ask, ""},
                           {FundingStream::health, "*", SpendingDecision::not_allowed, ""}};
  CHECK(check_policy(policy).has_value());
  sort_rules(policy);
  CHECK(policy.spending_rules.front().category == "*");
  policy.spending_rules.push_back({FundingStream::health, "Swimming", SpendingDecision::ask, ""});
  policy.spending_rules.push_back({FundingStream::health, " ", SpendingDecision::ask, ""});
  const auto checked = check_policy(policy);
  REQUIRE_FALSE(checked.has_value());
  REQUIRE(checked.error().fields.size() == 2);
  CHECK(checked.error().fields[0].pointer == "/spending_rules/3/category");
  CHECK(checked.error().fields[1].pointer == "/spending_rules/4/category");
}

TEST_CASE("the first policy of an authority lets nothing through unasked") {
  CHECK(cautious_policy().free_percent == 0);
  CHECK(cautious_policy().permission_required);
}

TEST_CASE("who may make which account") {
  const auto all = somebody(Role::administrator);
  const auto administrator = somebody(Role::administrator, trafford);
  const auto commissioner = somebody(Role::commissioner, trafford);
  const auto facilitator = somebody(Role::facilitator, trafford);
  enum class Outcome { made, forbidden, invalid };
  struct Row {
    const char* what;
    http::Principal who;
    Standing wanted;
    Outcome outcome;
    std::optional<Id<"authority">> authority = {};
  };
  const std::vector<Row> rows{
      {"an administrator of all: anywhere", all, {Role::facilitator, plymouth, {}}, Outcome::made, plymouth},
      {"an administrator of all: like themself", all, {Role::administrator, {}, {}}, Outcome::made, {}},
      {"an administrator of all has to say where", all, {Role::parent, {}, {}}, Outcome::invalid},
      {"an administrator of one: of one", administrator, {Role::administrator, {}, {}}, Outcome::made, trafford},
      {"an administrator of one: not elsewhere", administrator, {Role::parent, plymouth, {}}, Outcome::forbidden},
      {"a commissioner: their own", commissioner, {Role::facilitator, {}, {}}, Outcome::made, trafford},
      {"a commissioner: named as well", commissioner, {Role::commissioner, trafford, {}}, Outcome::made, trafford},
      {"a commissioner: not elsewhere", commissioner, {Role::parent, plymouth, {}}, Outcome::forbidden},
      {"a commissioner: no administrators", commissioner, {Role::administrator, trafford, {}}, Outcome::forbidden},
      {"a commissioner: a provider's account", commissioner, {Role::provider, {}, provider}, Outcome::made, {}},
      {"a provider's account needs a provider", commissioner, {Role::provider, {}, {}}, Outcome::invalid},
      {"a provider's account has no authority", all, {Role::provider, trafford, provider}, Outcome::invalid},
      {"only a provider's account has a provider", all, {Role::parent, trafford, provider}, Outcome::invalid},
      {"a facilitator: parents", facilitator, {Role::parent, {}, {}}, Outcome::made, trafford},
      {"a facilitator: nobody else", facilitator, {Role::facilitator, {}, {}}, Outcome::forbidden},
      {"a facilitator: not elsewhere", facilitator, {Role::parent, plymouth, {}}, Outcome::forbidden},
      {"a parent: nobody", somebody(Role::parent, trafford), {Role::parent, {}, {}}, Outcome::forbidden},
      {"a provider: nobody", somebody(Role::provider), {Role::provider, {}, provider}, Outcome::forbidden},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const auto planned = plan_account(row.who, row.wanted);
    if (row.outcome == Outcome::made) {
      REQUIRE(planned.has_value());
      CHECK(planned->authority == row.authority);
      CHECK(planned->role == row.wanted.role);
    } else {
      REQUIRE_FALSE(planned.has_value());
      CHECK(planned.error().kind ==
            (row.outcome == Outcome::forbidden ? ErrorKind::forbidden : ErrorKind::invalid));
    }
  }
}

TEST_CASE("who sees an authority's policy") {
  CHECK(belongs_to(somebody(Role::parent, trafford), trafford));
  CHECK_FALSE(belongs_to(somebody(Role::parent, trafford), plymouth));
  CHECK_FALSE(belongs_to(somebody(Role::provider), trafford));
  CHECK(belongs_to(somebody(Role::administrator), plymouth));
  CHECK_FALSE(belongs_to(somebody(Role::administrator, trafford), plymouth));
}
