#include "services/identity/command.hpp"
#include "services/identity/rules.hpp"
#include "services/identity/store.hpp"
#include "shared/core/hash.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cp {
extern const std::string_view identity_schema;
}

using namespace cp;
using namespace cp::identity;
using namespace std::chrono_literals;

namespace {

const Timestamp now = from_microseconds(1'800'000'000'000'000);

void on_each(const std::function<void(db::Database&, IdSource&)>& body) {
  test::for_each_database({{"identity", identity_schema}}, [&](db::Database& database) {
    const auto ids = make_seeded_ids(7);
    body(database, *ids);
  });
}

Account parent(IdSource& ids, const Id<"authority">& authority, const std::string& email) {
  Account account;
  account.id = ids.make<"account">(now);
  account.email = email;
  account.name = "Sam";
  account.authority = authority;
  account.family = ids.make<"family">(now);
  account.created = now;
  return account;
}

}  // namespace

TEST_CASE("an authority made by name is there once, with the pilot's policy") {
  on_each([](db::Database& database, IdSource& ids) {
    database.write_now([&](db::Tx& tx) {
      const auto trafford = ensure_authority(tx, ids, now, "Trafford");
      CHECK(ensure_authority(tx, ids, now, " TRAFFORD ") == trafford);
      const auto plymouth = ensure_authority(tx, ids, now, "Plymouth");
      const auto other = ensure_authority(tx, ids, now, "Bath & Wells");
      CHECK(store::find(tx, trafford)->policy.free_percent == 30);
      CHECK(store::find(tx, trafford)->policy.permission_required);
      CHECK(store::find(tx, plymouth)->policy.free_percent == 0);
      CHECK(store::find(tx, other)->policy == cautious_policy());
      CHECK(store::find(tx, other)->slug == "bath-wells");
      // Another name, the same slug.
      const auto twin = ensure_authority(tx, ids, now, "Bath / Wells");
      CHECK(twin != other);
      CHECK(store::find(tx, twin)->slug.starts_with("bath-wells-"));
      CHECK(store::log(tx, {}).size() == 4);
    });
  });
}

TEST_CASE("authorities are found by name or slug and listed by name") {
  on_each([](db::Database& database, IdSource& ids) {
    database.write_now([&](db::Tx& tx) {
      for (const auto* name : {"Trafford", "Plymouth", "Bath Spa"}) ensure_authority(tx, ids, now, name);
      CHECK(store::find_named(tx, "bath SPA")->name == "Bath Spa");
      CHECK(store::find_named(tx, "bath-spa")->name == "Bath Spa");
      CHECK_FALSE(store::find_named(tx, "Bath"));
      const auto first = store::authorities(tx, "", "", 2);
      REQUIRE(first.size() == 2);
      CHECK(first[0].name == "Bath Spa");
      CHECK(first[1].name == "Plymouth");
      const auto rest = store::authorities(tx, "plymouth", first[1].id.text(), 2);
      REQUIRE(rest.size() == 1);
      CHECK(rest[0].name == "Trafford");
    });
  });
}

TEST_CASE("a policy is replaced whole, by whoever saw its newest version") {
  on_each([](db::Database& database, IdSource& ids) {
    database.write_now([&](db::Tx& tx) {
      const auto id = ensure_authority(tx, ids, now, "Trafford");
      auto policy = store::find(tx, id)->policy;
      policy.free_percent = 55;
      policy.permission_required = false;
      policy.ras_threshold_points = 150;
      policy.spending_rules = {{FundingStream::health, "*", SpendingDecision::ask, "Ask your nurse."},
                               {FundingStream::equipment, "Swimming", SpendingDecision::not_allowed, ""}};
      sort_rules(policy);
      auto late = policy;
      CHECK(store::update(tx, id, policy));
      CHECK(policy.version == 2);
      CHECK(store::find(tx, id)->policy == policy);
      late.free_percent = 1;
      CHECK_FALSE(store::update(tx, id, late));
      policy.spending_rules.clear();
      policy.ras_threshold_points.reset();
      CHECK(store::update(tx, id, policy));
      CHECK(store::find(tx, id)->policy == policy);
    });
  });
}

TEST_CASE("an e-mail address has one account") {
  on_each([](db::Database& database, IdSource& ids) {
    database.write_now([&](db::Tx& tx) {
      const auto authority = ensure_authority(tx, ids, now, "Trafford");
      const auto sam = parent(ids, authority, "sam@example.org");
      CHECK(store::insert(tx, sam, "hash"));
      CHECK(store::find(tx, sam.id) == sam);
      CHECK(store::email_taken(tx, "sam@example.org"));
      CHECK_FALSE(store::email_taken(tx, "eva@example.org"));
      const auto found = store::find_credentials(tx, "sam@example.org");
      REQUIRE(found);
      CHECK(found->account == sam);
      CHECK(found->password_hash == "hash");
      CHECK_FALSE(store::insert(tx, parent(ids, authority, "sam@example.org"), "other"));
      CHECK_FALSE(store::find_credentials(tx, "eva@example.org"));
    });
  });
}

TEST_CASE("accounts are listed by authority and role, newest first, page by page") {
  on_each([](db::Database& database, IdSource& ids) {
    database.write_now([&](db::Tx& tx) {
      const auto trafford = ensure_authority(tx, ids, now, "Trafford");
      const auto plymouth = ensure_authority(tx, ids, now, "Plymouth");
      std::vector<Account> made;
      for (int number = 0; number < 5; ++number) {
        auto account = parent(ids, number == 2 ? plymouth : trafford,
                              "p" + std::to_string(number) + "@example.org");
        account.id = ids.make<"account">(now + std::chrono::seconds(number));
        if (number == 4) account.role = http::Role::facilitator;
        REQUIRE(store::insert(tx, account, "hash"));
        made.push_back(account);
      }
      store::Filter filter;
      CHECK(store::accounts(tx, filter).size() == 5);
      filter.authority = trafford;
      filter.limit = 2;
      const auto first = store::accounts(tx, filter);
      CHECK(first == std::vector<Account>{made[4], made[3]});
      filter.before_id = first.back().id.text();
      CHECK(store::accounts(tx, filter) == std::vector<Account>{made[1], made[0]});
      filter.role = http::Role::facilitator;
      CHECK(store::accounts(tx, filter).empty());
    });
  });
}

TEST_CASE("a session ends when it is deleted and when its time is over") {
  on_each([](db::Database& database, IdSource& ids) {
    database.write_now([&](db::Tx& tx) {
      const auto sam = parent(ids, ensure_authority(tx, ids, now, "Trafford"), "sam@example.org");
      store::insert(tx, sam, "hash");
      for (const auto* hash : {"one", "two", "three"}) store::insert(tx, Session{hash, sam.id, now, now + 1h});
      store::insert(tx, Session{"long", sam.id, now, now + 9h});
      const auto found = store::find_session(tx, "one", now);
      REQUIRE(found);
      CHECK(found->account == sam);
      CHECK(found->expires == now + 1h);
      CHECK_FALSE(store::find_session(tx, "one", now + 1h));
      CHECK_FALSE(store::find_session(tx, "four", now));
      store::delete_session(tx, "one");
      CHECK_FALSE(store::find_session(tx, "one", now));
      CHECK(store::delete_ended_sessions(tx, now + 2h, 1) == 1);
      CHECK(store::delete_ended_sessions(tx, now + 2h, 9) == 1);
      CHECK(store::find_session(tx, "long", now + 2h));
    });
  });
}

TEST_CASE("the first account is made without anybody signed in") {
  on_each([](db::Database& database, IdSource& ids) {
    AccountOrder order;
    order.email = " Root@Example.org";
    order.name = "Root";
    order.password = "correct horse battery";
    const auto made = create_account(database, ids, now, order);
    REQUIRE(made.has_value());
    database.read_now([&](db::Tx& tx) {
      const auto found = store::find_credentials(tx, "root@example.org");
      REQUIRE(found);
      CHECK(found->account.role == http::Role::administrator);
      CHECK(password_matches(found->password_hash, order.password));
      CHECK(found->password_hash.find(order.password) == std::string::npos);
      const auto entries = store::log(tx, {});
      REQUIRE(entries.size() == 1);
      CHECK(entries[0].subject == made->text());
      CHECK_FALSE(entries[0].account);
    });
    CHECK(create_account(database, ids, now, order).error().code == "account-exists");
    order.email = "short@example.org";
    order.password = "short";
    CHECK(create_account(database, ids, now, order).error().fields.front().pointer == "/password");
    order.password = "long enough for this";
    order.role = http::Role::parent;
    CHECK(create_account(database, ids, now, order).error().fields.front().pointer == "/authority");
    order.authority_name = "Trafford";
    const auto mother = create_account(database, ids, now, order);
    REQUIRE(mother.has_value());
    database.read_now([&](db::Tx& tx) {
      const auto account = store::find(tx, *mother);
      CHECK(account->family);
      CHECK(account->authority == store::find_named(tx, "trafford")->id);
    });
  });
}
