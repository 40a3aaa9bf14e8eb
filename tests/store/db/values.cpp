#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <limits>

using namespace cp;
using test::for_each_database;

namespace {

enum class Colour { red, green };
constexpr auto names_of(Colour) {
  return names<Colour>({{Colour::red, "red"}, {Colour::green, "green"}});
}

const db::Schema schema{"test", R"(-- version 1
CREATE TABLE test_values (id BIGINT PRIMARY KEY, whole BIGINT, part DOUBLE PRECISION, words TEXT);
)"};

using Limits = std::numeric_limits<std::int64_t>;

}  // namespace

TEST_CASE("values come back as they went in") {
  for_each_database({schema}, [](db::Database& database) {
    const std::vector<std::int64_t> wholes{0, 1, -1, 1LL << 53, (1LL << 53) + 1, Limits::min(), Limits::max()};
    const std::vector<double> parts{0.0, 0.1, -2.5, 1e300, 5e-324, 1.0 / 3.0};
    const std::vector<std::string> texts{
        "",  "plain", "it's \"quoted\" \\ and $1 -- ; not SQL", "Zoë Ŵyn 漢字 😀", "line\nbreak\ttab",
        std::string(100'000, 'x')};
    database.write_now([&](db::Tx& tx) {
      tx.execute("DELETE FROM test_values");
      std::int64_t id = 0;
      for (const auto value : wholes) tx.execute("INSERT INTO test_values (id, whole) VALUES ($1, $2)", {id++, value});
      for (const auto value : parts) tx.execute("INSERT INTO test_values (id, part) VALUES ($1, $2)", {id++, value});
      for (const auto& value : texts) tx.execute("INSERT INTO test_values (id, words) VALUES ($1, $2)", {id++, value});
    });
    database.read_now([&](db::Tx& tx) {
      CHECK(tx.all("SELECT whole FROM test_values WHERE whole IS NOT NULL ORDER BY id", {},
                   [](const db::Row& row) { return row.integer(0); }) == wholes);
      CHECK(tx.all("SELECT part FROM test_values WHERE part IS NOT NULL ORDER BY id", {},
                   [](const db::Row& row) { return row.real(0); }) == parts);
      CHECK(tx.all("SELECT words FROM test_values WHERE words IS NOT NULL ORDER BY id", {},
                   [](const db::Row& row) { return row.string(0); }) == texts);
      // What was stored can be found by the same value.
      for (const auto& text : texts) CHECK(tx.number("SELECT COUNT(*) FROM test_values WHERE words = $1", {text}) == 1);
    });
  });
}

TEST_CASE("our own types come back as they went in") {
  for_each_database({schema}, [](db::Database& database) {
    const auto now = from_microseconds(1'790'000'000'123'456);
    const auto id = make_seeded_ids(1)->make<"family">(now);
    const auto day = Date(std::chrono::year(2026), std::chrono::month(2), std::chrono::day(28));
    const auto month = Month(std::chrono::year(2014), std::chrono::month(3));
    database.write_now([&](db::Tx& tx) {
      const auto seen = tx.one(
          "INSERT INTO test_values (id, whole, part, words) VALUES ($1, $2, $3, $4) "
          "RETURNING whole, words, part", {1, Money(-1'250), 2, id},
          [&](const db::Row& row) { return row.money(0) == Money(-1'250) && row.id<"family">(1) == id && row.real(2) == 2.0; });
      CHECK(seen == true);
      tx.execute("UPDATE test_values SET whole = $1, words = $2", {now, Colour::green});
      CHECK(tx.one("SELECT whole, words FROM test_values", {}, [&](const db::Row& row) {
        return row.timestamp(0) == now && row.named<Colour>(1) == Colour::green;
      }) == true);
      tx.execute("UPDATE test_values SET whole = $1, words = $2", {true, to_text(day)});
      CHECK(tx.one("SELECT whole, words FROM test_values", {}, [&](const db::Row& row) {
        return row.boolean(0) && row.date(1) == day;
      }) == true);
      tx.execute("UPDATE test_values SET words = $1", {to_text(month)});
      CHECK(tx.one("SELECT words FROM test_values", {}, [](const db::Row& row) { return row.month(0); }) == month);
      CHECK(tx.number("SELECT whole = 1 FROM test_values") == 1);  // a comparison is 1 or 0 in both
    });
  });
}

TEST_CASE("nulls are nulls, and no text or number") {
  for_each_database({schema}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      const std::optional<std::string> nothing;
      const std::optional<std::int64_t> seven = 7;
      tx.execute("INSERT INTO test_values (id, whole, words) VALUES (1, $1, $2)", {seven, nothing});
      tx.execute("INSERT INTO test_values (id, whole, words) VALUES (2, $1, $2)", {nullptr, ""});
      // An empty text without an address is a text all the same.
      tx.execute("INSERT INTO test_values (id, words) VALUES (3, $1)", {std::string_view()});
    });
    database.read_now([](db::Tx& tx) {
      const auto rows = tx.all("SELECT whole, words FROM test_values ORDER BY id", {}, [](const db::Row& row) {
        return std::pair(row.maybe(0, &db::Row::integer), row.maybe(1, &db::Row::string));
      });
      using Pair = std::pair<std::optional<std::int64_t>, std::optional<std::string>>;
      CHECK(rows == std::vector<Pair>{{7, std::nullopt}, {std::nullopt, ""}, {std::nullopt, ""}});
      CHECK(tx.number("SELECT MAX(whole) FROM test_values WHERE id = 99") == 0);
      CHECK(tx.number("SELECT whole FROM test_values WHERE id = 99") == 0);
      CHECK_FALSE(tx.one("SELECT id FROM test_values WHERE id = 99", {}, [](const db::Row& row) { return row.integer(0); }));
    });
    const auto read = [&](auto get) {
      database.read_now([&](db::Tx& tx) {
        tx.one("SELECT whole, words, words FROM test_values WHERE id = 2", {}, [&](const db::Row& row) { return get(row), 0; });
      });
    };
    CHECK_THROWS_AS(read([](const db::Row& row) { (void)row.integer(0); }), db::DatabaseError);
    CHECK_THROWS_AS(read([](const db::Row& row) { (void)row.real(0); }), db::DatabaseError);
    CHECK_THROWS_AS(read([](const db::Row& row) { (void)row.text(0); }), db::DatabaseError);
    CHECK_THROWS_AS(read([](const db::Row& row) { (void)row.integer(1); }), db::DatabaseError);
    CHECK_THROWS_AS(read([](const db::Row& row) { (void)row.date(1); }), db::DatabaseError);
    CHECK_THROWS_AS(read([](const db::Row& row) { (void)row.named<Colour>(1); }), db::DatabaseError);
    CHECK_THROWS_AS(read([](const db::Row& row) { (void)row.text(9); }), db::DatabaseError);
  });
}

TEST_CASE("a text with a zero byte is refused by both") {
  for_each_database({schema}, [](db::Database& database) {
    const std::string text("a\0b", 3);
    CHECK_THROWS_AS(database.write_now([&](db::Tx& tx) {
      tx.execute("INSERT INTO test_values (id, words) VALUES (1, $1)", {text});
    }), db::DatabaseError);
  });
}

TEST_CASE("parameters are bound by their number, wherever they stand") {
  for_each_database({schema}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      tx.execute("INSERT INTO test_values (words, whole, id) VALUES ($3, $2, $1)", {1, 2, "three"});
      CHECK(tx.number("SELECT COUNT(*) FROM test_values WHERE id = $1 AND whole = $2 AND words = $3", {1, 2, "three"}) == 1);
      CHECK(tx.number("SELECT $2 - $1", {Limits::max() - 1, Limits::max()}) == 1);
      CHECK(tx.number("SELECT $1 * 1000 + $2 * 100 + $1", {1, 2}) == 1'201);
      // The same statement with a null and with a text.
      const auto sql = "SELECT COUNT(*) FROM test_values WHERE words = $1 OR words = $2";
      CHECK(tx.number(sql, {nullptr, "three"}) == 1);
      CHECK(tx.number(sql, {"three", nullptr}) == 1);
    });
    const auto fails = [&](std::string_view sql, std::initializer_list<db::Param> params) {
      const std::vector<db::Param> kept(params);
      try {
        database.read_now([&](db::Tx& tx) { tx.run(sql, kept, nullptr); });
        return false;
      } catch (const std::logic_error&) {
        return true;
      }
    };
    CHECK(fails("SELECT $1", {}));
    CHECK(fails("SELECT $1", {1, 2}));
    CHECK(fails("SELECT $2", {1, 2}));
    CHECK(fails("SELECT '$1'", {1}));
    CHECK_FALSE(fails("SELECT $1", {1}));
    CHECK(fails("SELECT $1", {}));
    CHECK_FALSE(fails("SELECT '$1'", {}));
  });
}

TEST_CASE("a visitor may run statements, the same one too") {
  for_each_database({schema}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      for (int id = 1; id <= 3; ++id) tx.execute("INSERT INTO test_values (id) VALUES ($1)", {id});
      std::vector<std::int64_t> seen;
      const auto sql = "SELECT id FROM test_values WHERE id >= $1 ORDER BY id";
      const std::vector<db::Param> from_one{1};
      const std::vector<db::Param> from_three{3};
      tx.run(sql, from_one, [&](const db::Row& outer) {
        seen.push_back(outer.integer(0));
        tx.run(sql, from_three, [&](const db::Row& inner) { seen.push_back(10 * inner.integer(0)); });
      });
      CHECK(seen == std::vector<std::int64_t>{1, 30, 2, 30, 3, 30});
    });
  });
}

TEST_CASE("a statement answers how many rows it changed") {
  for_each_database({schema}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      CHECK(tx.execute("INSERT INTO test_values (id) VALUES (1), (2), (3)") == 3);
      CHECK(tx.execute("UPDATE test_values SET whole = 1 WHERE id < $1", {3}) == 2);
      CHECK(tx.execute("UPDATE test_values SET whole = 1 WHERE id > 5") == 0);
      CHECK(tx.execute("SELECT id FROM test_values") == 0);
      CHECK(tx.execute("CREATE TABLE test_more (id BIGINT)") == 0);
      CHECK(tx.execute("INSERT INTO test_values (id) VALUES (1) ON CONFLICT (id) DO NOTHING") == 0);
      CHECK(tx.execute("DELETE FROM test_values RETURNING id") == 3);
    });
  });
}

TEST_CASE("more different statements than a connection keeps prepared") {
  for_each_database({schema}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      for (int round = 0; round < 2; ++round) {
        for (int count = 0; count < 600; ++count) {
          const auto sql = "SELECT " + std::to_string(count) + " + $1";
          if (tx.number(sql, {1}) != count + 1) FAIL("wrong answer of " << sql);
        }
      }
    });
  });
}
