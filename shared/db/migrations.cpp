#include "shared/db/migrations.hpp"

#include "shared/db/statement.hpp"

#include <charconv>

namespace cp {
extern const std::string_view db_schema;
}

namespace cp::db {
namespace {

struct Step {
  std::int64_t version = 0;
  std::string sql;
};

[[noreturn]] void refuse(const Schema& schema, const std::string& why) {
  throw std::logic_error("schema.sql of " + std::string(schema.name) + ": " + why);
}

/// What follows `mark` on a line that begins with it.
std::optional<std::string_view> behind(std::string_view line, std::string_view mark) {
  if (!line.starts_with(mark)) return std::nullopt;
  return line.substr(mark.size());
}

std::int64_t version_number(const Schema& schema, std::string_view text, std::size_t expected) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  if (number != static_cast<std::int64_t>(expected)) {
    refuse(schema, "expected `-- version " + std::to_string(expected) + "`");
  }
  return number;
}

/// Reads the numbered steps and leaves out what is for the other database.
std::vector<Step> steps_of(const Schema& schema, Dialect dialect) {
  const std::string_view here = dialect == Dialect::sqlite ? "sqlite" : "postgres";
  std::vector<Step> steps;
  bool left_out = false;
  for (auto rest = schema.sql; !rest.empty();) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (const auto number = behind(line, "-- version ")) {
      steps.push_back({version_number(schema, *number, steps.size() + 1), {}});
    } else if (const auto only = behind(line, "-- only ")) {
      left_out = !only->starts_with(here);
    } else if (line.starts_with("-- end only")) {
      left_out = false;
    } else if (!steps.empty() && !left_out) {
      steps.back().sql.append(line).append("\n");
    } else if (steps.empty() && !line.empty() && !line.starts_with("--")) {
      refuse(schema, "begins without `-- version 1`");
    }
  }
  return steps;
}

void make_versions_table(Tx& tx) {
  // Two processes that start together would both find the table missing.
  if (tx.dialect() == Dialect::postgres) tx.execute("SELECT pg_advisory_xact_lock(7249015182093)");
  tx.execute(
      "CREATE TABLE IF NOT EXISTS schema_versions (name TEXT NOT NULL, version BIGINT NOT NULL, "
      "applied BIGINT NOT NULL, PRIMARY KEY (name, version))");
}

/// Applies the first missing step. False where there is none.
bool apply_next(Tx& tx, const Schema& schema, const std::vector<Step>& steps, Timestamp now) {
  // Before the transaction's first look, so that its snapshot has what another process did.
  if (tx.dialect() == Dialect::postgres) tx.execute("LOCK TABLE schema_versions IN EXCLUSIVE MODE");
  const auto present = tx.number("SELECT MAX(version) FROM schema_versions WHERE name = $1", {schema.name});
  if (present > static_cast<std::int64_t>(steps.size())) {
    throw NewerDatabase("the database has version " + std::to_string(present) + " of " +
                        std::string(schema.name) + ", this program knows " +
                        std::to_string(steps.size()) + "; use the newer program");
  }
  if (present == static_cast<std::int64_t>(steps.size())) return false;
  const auto& step = steps[static_cast<std::size_t>(present)];
  for (const auto& statement : split_statements(step.sql)) tx.execute(statement);
  tx.execute("INSERT INTO schema_versions (name, version, applied) VALUES ($1, $2, $3)",
             {schema.name, step.version, now});
  return true;
}

}  // namespace

void migrate(Database& database, const std::vector<Schema>& schemas, Timestamp now) {
  database.write_now(make_versions_table);
  for (const auto& schema : schemas) {
    const auto steps = steps_of(schema, database.dialect());
    for (bool applied = true; applied;) {
      database.write_now([&](Tx& tx) { applied = apply_next(tx, schema, steps, now); });
    }
  }
}

Schema own_schema() { return {"db", db_schema}; }

}  // namespace cp::db
