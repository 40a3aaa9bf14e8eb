#include "shared/db/statement.hpp"

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>

using namespace cp::db;
using Texts = std::vector<std::string>;

TEST_CASE("statements are parted at semicolons that part statements") {
  struct Case {
    std::string sql;
    Texts expected;
  };
  const std::vector<Case> cases{
      {"", {}},
      {" ; ;\n", {}},
      {"-- only a comment", {}},
      {"A; B", {"A", "B"}},
      {"A ';' x; B", {"A ';' x", "B"}},
      {"A 'it''s;' x; B", {"A 'it''s;' x", "B"}},
      {"A \"odd;name\"; B", {"A \"odd;name\"", "B"}},
      {"-- why; really\nA; B", {"A", "B"}},
      {"A -- x; y\n, z; B", {"A -- x; y\n, z", "B"}},
      {"DO $$ BEGIN x; y; END $$; B", {"DO $$ BEGIN x; y; END $$", "B"}},
      {"-- sqlite\ncreate trigger t AFTER INSERT ON a BEGIN x; y; END; B",
       {"create trigger t AFTER INSERT ON a BEGIN x; y; END", "B"}},
      {"CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f(); B",
       {"CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()", "B"}},
  };
  for (const auto& [sql, expected] : cases) {
    INFO(sql);
    CHECK(split_statements(sql) == expected);
  }
}

TEST_CASE("each value is used and each parameter has a value") {
  CHECK_NOTHROW(check_parameters("a $1 b $2 $1", 2));
  CHECK_NOTHROW(check_parameters("a '$3' -- $4\n \"$5\"", 0));
  CHECK_NOTHROW(check_parameters("$2 $1", 2));
  CHECK_THROWS_AS(check_parameters("a", 1), std::logic_error);
  CHECK_THROWS_AS(check_parameters("$2", 2), std::logic_error);
  CHECK_THROWS_AS(check_parameters("$1 $3", 2), std::logic_error);
  CHECK_THROWS_AS(check_parameters("$0", 0), std::logic_error);
  CHECK_THROWS_AS(check_parameters("$x", 0), std::logic_error);
  CHECK_THROWS_AS(check_parameters("$99999999999999999999", 1), std::logic_error);
}

TEST_CASE("the statement that was not used for longest goes first, never one in use") {
  StatementCache<int> cache(2);
  cache.insert("a", 1);
  cache.insert("b", 2);
  CHECK_FALSE(cache.evict());
  CHECK(cache.find("a")->prepared == 1);
  cache.insert("c", 3);
  CHECK(cache.evict() == 2);
  CHECK_FALSE(cache.evict());
  CHECK_FALSE(cache.find("b"));
  cache.find("a")->in_use = true;
  cache.find("c");
  cache.insert("d", 4);
  CHECK_FALSE(cache.evict());
  CHECK(cache.find("a")->prepared == 1);
  CHECK(cache.evict() == 3);
}
