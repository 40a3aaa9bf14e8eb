// Pools at work while the process is killed, while PostgreSQL is killed, shut down at once or ends sessions: what people
// were told is kept, once, in the ledger and in the tables drawn from it.
//   COMMONPURSE_TEST_SEED     repeats a campaign
//   COMMONPURSE_TEST_KILLS    kills of the process for each database: 10000 by hand
//   COMMONPURSE_TEST_OUTAGES  of the server
#include "shared/core/hash.hpp"
#include "shared/core/log.hpp"
#include "tests/store/payments/money.hpp"
#include "tests/support/doomed.hpp"
#include "tests/support/postgres_server.hpp"

#include <csignal>
#include <iostream>
#include <mutex>
#include <random>
#include <sstream>
#include <thread>

namespace cp::payments::test {
namespace {

using cp::test::tell;

constexpr int callers = 5;
constexpr int families = 4;
constexpr std::int64_t sessions = 3;

std::uint64_t asked_for(const char* variable, std::uint64_t usual) {
  const char* asked = std::getenv(variable);
  return asked ? std::strtoull(asked, nullptr, 10) : usual;
}

/// Faults are what this is about: their lines would only hide what failed.
struct QuietLog {
  QuietLog() { log::set_level(static_cast<log::Level>(static_cast<int>(log::Level::error) + 1)); }
  ~QuietLog() { log::set_level(log::Level::info); }
};

/// What somebody was told under a key.
struct Told {
  std::string code;        // empty: it was done
  std::int64_t pence = 0;  // the amount, where it was
  bool operator==(const Told&) const = default;
};
using AllTold = std::map<std::string, Told>;

/// People who hold, charge, release and refund from several threads, all on the same families' plans. Each asks with the
/// same key until it is told what became of it.
class People {
 public:
  explicit People(World& world) : world_(world) {
    for (int at = 0; at < families; ++at) {
      families_.push_back(world.family());
      world.plan(families_.back(), {{Stream::short_breaks, 600'000}, {Stream::health, 200'000}}, 60);
    }
  }

  /// Until `stop`; `hear` is called, from any of the threads, with every answer before the next question.
  void act(std::uint64_t seed, const std::function<bool()>& stop, const std::function<void(const std::string&, const Told&)>& hear) {
    std::vector<std::jthread> threads;
    for (int who = 0; who < callers; ++who) {
      threads.emplace_back([&, seed, who] {
        std::mt19937_64 random(seed * callers + static_cast<std::uint64_t>(who));
        std::vector<Id<"pool">> pools{world_.pool()};
        while (!stop()) {
          const auto key = world_.key();
          if (const auto told = ask(random, pools, key, stop)) hear(key, *told);
        }
      });
    }
  }

 private:
  static std::int64_t pick(std::mt19937_64& random, std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  }

  std::optional<Told> ask(std::mt19937_64& random, std::vector<Id<"pool">>& pools, const std::string& key,
                          const std::function<bool()>& stop) {
    if (pick(random, 0, 5) == 0) pools.push_back(world_.pool());
    const auto last = static_cast<std::int64_t>(pools.size()) - 1;
    const auto& pool = pools[static_cast<std::size_t>(pick(random, std::max<std::int64_t>(0, last - 2), last))];
    const auto session = pick(random, 1, sessions);
    const auto& book = world_.treasury().book();
    switch (pick(random, 0, 6)) {
      case 0: case 1: case 2: {
        std::vector<Wanted> wanted;
        for (auto at = session; at <= sessions; ++at) {
          for (const auto& family : families_) {
            if (pick(random, 0, 2) != 0) wanted.push_back({family, at, pick(random, 1, 60)});
          }
        }
        const auto request = world_.hold_request(pool, session, wanted);
        Hold command(book, world_.ids(), now, request);
        return until_told(command, key, json::write(request), stop);
      }
      case 3: case 4: {
        const ChargeRequest request{pool, session};
        Charge command(book, world_.ids(), now, request);
        return until_told(command, key, json::write(request), stop);
      }
      case 5: {
        const ReleaseRequest request{pool, std::vector<std::int64_t>{session}, {}};
        Release command(book, request);
        return until_told(command, key, json::write(request), stop);
      }
      default: {
        const RefundRequest request{pool, session, "rained off"};
        Refund command(book, request);
        return until_told(command, key, json::write(request), stop);
      }
    }
  }

  std::optional<Told> until_told(ledger::Command& command, const std::string& key, const std::string& canonical,
                                 const std::function<bool()>& stop) {
    do {
      try {
        const auto reply = world_.run(command, key, canonical);
        if (reply) return Told{{}, reply->amount.pence()};
        if (reply.error().kind != ErrorKind::unavailable) return Told{reply.error().code, 0};
      } catch (const std::exception&) {
        // The tables could not be drawn: what was written stays, and the same key is told of it.
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
    } while (!stop());
    return std::nullopt;
  }

  World& world_;
  std::vector<Id<"family">> families_;
};

std::string hash_of(const ledger::Accounts& accounts) {
  std::string text;
  for (ledger::AccountNumber at = 0; at < accounts.size(); ++at) {
    const auto& account = accounts.at(at);
    text += account.name + " " + std::to_string(account.balance.pence()) + " " + std::to_string(account.version) + "\n";
  }
  return sha256_hex(text);
}

/// Nothing that was told is missing or was done twice; replaying gives the state that the ledger goes on with; verification
/// finds nothing, in the tables either. Answers how many operations there are.
std::uint64_t check(World& world, const AllTold& all_told) {
  const auto look = [](const ledger::Machine& machine) { return hash_of(machine.accounts()); };
  auto state = world.treasury().ledger().ask_now(look);
  while (!state && !world.treasury().statistics().halted) state = world.treasury().ledger().ask_now(look);
  REQUIRE(state.has_value());
  const auto journal = world.journal();
  const auto head = journal->head();
  ledger::Accounts replayed;
  std::map<std::string, Told> kept;
  journal->read(1, head.sequence, [&](const ledger::Record& record) {
    const auto operation = ledger::decode(record.body);
    replayed.replay(operation);
    const auto told = operation.refusal ? Told{operation.refusal->code, 0} : Told{{}, operation.amount.pence()};
    if (!kept.emplace(operation.key, told).second) FAIL("done twice: " << operation.key);
  });
  for (const auto& [key, told] : all_told) {
    const auto found = kept.find(key);
    if (found == kept.end()) FAIL("lost, though acknowledged: " << key);
    if (found->second != told) FAIL("kept other than it was acknowledged: " << key);
  }
  REQUIRE(*state == hash_of(replayed));
  for (const auto& problem : world.problems()) FAIL(problem);
  return head.sequence;
}

// ---------------------------------------------------------------- the process is killed

std::unique_ptr<db::Database> open_at(const Place& place) {
  if (!place.database_url.empty()) {
    db::PostgresOptions options;
    options.url = place.database_url;
    return db::open_postgres(options);
  }
  db::SqliteOptions options;
  options.path = place.folder + "/commonpurse.db";
  return db::open_sqlite(options);
}

void hear_line(AllTold& told, const std::string& line) {
  std::istringstream words(line);
  std::string key, code;
  std::int64_t pence = 0;
  if (words >> key >> pence) told[key] = {words >> code ? code : "", pence};
}

/// A ledger and its tables, empty, for one process after another.
struct Ground {
  explicit Ground(bool in_postgres) {
    place.folder = folder.path().string();
    if (in_postgres) place.database_url = database.emplace().url();
    db::migrate(*open_at(place), schemas(), now);
  }
  cp::test::TemporaryFolder folder;
  std::optional<cp::test::PostgresDatabase> database;
  Place place;
};

void kill_again_and_again(bool in_postgres, std::uint64_t kills) {
  const QuietLog quiet;
  const auto seed = asked_for("COMMONPURSE_TEST_SEED", std::random_device{}());
  INFO("COMMONPURSE_TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  std::optional<Ground> ground;
  AllTold told;
  std::uint64_t operations = 0, answers = 0;
  for (std::uint64_t run = 0; run < kills; ++run) {
    INFO("kill " << run);
    // New ones now and then, or each check would take longer than the one before.
    if (run % 10 == 0) {
      ground.reset();
      ground.emplace(in_postgres);
      told.clear();
    }
    {
      cp::test::Doomed child("pools act until they are killed",
                             {"DOOMED_FOLDER=" + ground->place.folder, "DOOMED_DATABASE=" + ground->place.database_url,
                              "DOOMED_RUN=" + std::to_string(seed % 1'000'000 * 100'000 + run)});
      if (random() % 8 != 0) REQUIRE(child.wait_until_ready());  // else it is killed as it starts
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
      child.kill();
      CHECK(child.died_by() == SIGKILL);
      const auto before = told.size();
      for (const auto& line : child.told()) hear_line(told, line);
      answers += told.size() - before;
    }
    // Not after each kill: a start has to cope with the remains of several.
    const bool is_last = run % 10 == 9 || run + 1 == kills;
    if (!is_last && random() % 3 != 0) continue;
    const auto database = open_at(ground->place);
    World world(*database, seed + run, ground->place);
    const auto found = check(world, told);
    if (is_last) operations += found;
  }
  std::cout << (in_postgres ? "PostgreSQL: " : "SQLite: ") << kills << " kills of pools at work: " << operations
            << " operations kept, " << answers << " acknowledged\n";
  CHECK(answers > 0);
}

TEST_CASE("pools act until they are killed", "[.]") {
  const QuietLog quiet;
  const Place place{std::getenv("DOOMED_FOLDER"), std::getenv("DOOMED_DATABASE")};
  const auto run = std::strtoull(std::getenv("DOOMED_RUN"), nullptr, 10);
  const auto database = open_at(place);
  World world(*database, run, place);
  People people(world);
  tell("ready");
  const auto never = [] { return false; };
  people.act(run, never, [](const std::string& key, const Told& told) { tell(key + " " + std::to_string(told.pence) + " " + told.code); });
}

TEST_CASE("SQLite: pools killed at any point keep what they said, in the ledger and in the tables") {
  kill_again_and_again(false, asked_for("COMMONPURSE_TEST_KILLS", 12));
}

TEST_CASE("PostgreSQL: pools killed at any point keep what they said, in the ledger and in the tables") {
  kill_again_and_again(true, asked_for("COMMONPURSE_TEST_KILLS", 20));
}

// ---------------------------------------------------------------- the server is killed

void end_sessions(db::Database& database, bool all) {
  try {
    database.read_now([&](db::Tx& tx) {
      tx.execute(std::string("SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                             "AND application_name LIKE 'commonpurse%' ORDER BY random() ") + (all ? "" : "LIMIT 1") + ") AS victims");
    });
  } catch (const std::exception&) {
    // It was this very session that another one ended.
  }
}

TEST_CASE("PostgreSQL: killed servers, servers shut down at once and ended sessions lose nothing that was said") {
  const QuietLog quiet;
  const auto seed = asked_for("COMMONPURSE_TEST_SEED", std::random_device{}());
  const auto outages = asked_for("COMMONPURSE_TEST_OUTAGES", 12);
  INFO("COMMONPURSE_TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  cp::test::PostgresServer server;
  const Place place{{}, server.url()};
  const auto database = open_at(place);
  db::migrate(*database, schemas(), now);
  World world(*database, seed, place);
  People people(world);
  world.lose_races();
  AllTold told;
  std::mutex mutex;
  std::uint64_t kills = 0, shutdowns = 0, ended = 0;
  for (std::uint64_t outage = 0; outage < outages; ++outage) {
    INFO("outage " << outage);
    std::atomic<bool> over = false;
    {
      const std::jthread acting([&] {
        people.act(seed + outage, [&] { return over.load(); }, [&](const std::string& key, const Told& answer) {
          const std::scoped_lock lock(mutex);
          told[key] = answer;
        });
      });
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 150));
      switch (random() % 4) {
        case 0:
          server.kill();
          ++kills;
          break;
        case 1:
          server.stop_at_once();
          ++shutdowns;
          break;
        default:
          end_sessions(*database, random() % 2 == 0);
          ++ended;
      }
      server.start();
      // They go on: what was under way when it happened is answered now.
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 150));
      over = true;
    }
    if (random() % 4 == 0 || outage + 1 == outages) world.restart();
    check(world, told);
  }
  std::cout << "PostgreSQL: " << kills << " kills of the server, " << shutdowns << " shutdowns, sessions ended " << ended
            << " times: " << told.size() << " acknowledged\n";
  CHECK(told.size() > outages);
}

}  // namespace
}  // namespace cp::payments::test
