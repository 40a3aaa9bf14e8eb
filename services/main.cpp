// The command line: what to run, and with which configuration. Everything else is elsewhere.
#include "matching/command/command.hpp"
#include "payments/command.hpp"
#include "services/all_services.hpp"
#include "services/catalogue/command.hpp"
#include "services/identity/command.hpp"
#include "shared/core/large_pages.hpp"
#include "shared/core/log.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace cp {
namespace {

/// Where settings come from; later ones win.
struct Sources {
  std::string file;
  std::vector<std::string> sets;
  std::string serve;
};

void add_sources(CLI::App& command, Sources& sources) {
  command.add_option("--config", sources.file, "Settings as `name = value` lines")
      ->check(CLI::ExistingFile);
  command.add_option("--set", sources.sets, "One setting, such as http.port=8081; may be repeated")
      ->allow_extra_args(false);
}

void require(const Result<Done>& result) {
  if (!result) throw std::invalid_argument(result.error().detail);
}

Config configure(const Sources& sources) {
  Config config;
  if (!sources.file.empty()) {
    std::ostringstream text;
    text << std::ifstream(sources.file).rdbuf();
    require(read_config(config, text.str()));
  }
  require(read_environment(config, [](const char* name) -> const char* { return std::getenv(name); }));
  for (const auto& one : sources.sets) {
    const auto equals = one.find('=');
    if (equals == std::string::npos) throw std::invalid_argument("Write --set name=value, not " + one + ".");
    require(set(config, one.substr(0, equals), one.substr(equals + 1)));
  }
  if (!sources.serve.empty()) config.serve = sources.serve;
  return config;
}

/// Until SIGTERM or SIGINT. They are blocked before any thread starts, so that only this one takes
/// them, at a time of its choosing; a second one ends the process at once.
int serve(const Config& config) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const SystemClock clock;
  const auto ids = make_random_ids();
  app::Application application(config, services_to_serve(config.serve), clock, *ids);
  application.start();
  int received = 0;
  sigwait(&signals, &received);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  log::info("stopping", {{"signal", received}});
  application.stop();
  return 0;
}

/// What the router knows, from a process that keeps nothing and listens nowhere.
int print_routes(const std::function<std::string(const http::Router&)>& text) {
  auto pattern = (std::filesystem::temp_directory_path() / "commonpurse.XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("No temporary folder could be made.");
  log::set_level(log::Level::warning);
  {
    Config config;
    config.data_dir = pattern;
    const SystemClock clock;
    const auto ids = make_random_ids();
    app::Application application(config, all_services(), clock, *ids);
    std::cout << text(application.router());
  }
  std::filesystem::remove_all(pattern);
  return 0;
}

/// Runs a command on the database, brought to its newest version.
int with_database(const Config& config,
                  const std::function<int(db::Database&, IdSource&, Timestamp)>& command) {
  const auto database = app::open_database(config);
  const auto ids = make_random_ids();
  const auto now = SystemClock().now();
  app::migrate(*database, all_services(), now);
  const int status = command(*database, *ids, now);
  database->stop();
  return status;
}

struct MatchOrder {
  std::string input = "-", output = "-", instance, proposal;
  std::int64_t deadline_ms = 0, families = 200, offers = 20;
  std::string density = "medium", schema = "instance";
  std::int64_t threads = 1;
  std::uint64_t seed = 1;
};

void add_match(CLI::App& program, MatchOrder& order, char** arguments, int& status) {
  auto* match = program.add_subcommand("match", "Propose groups for the families of an instance file");
  match->require_subcommand(0, 1);
  match->add_option("--input", order.input, "The instance; - is standard input")->capture_default_str();
  match->add_option("--output", order.output, "The proposal; - is standard output")->capture_default_str();
  match->add_option("--deadline-ms", order.deadline_ms, "Most time to search; 0 ends by itself")
      ->capture_default_str();
  match->add_option("--seed", order.seed, "The same seed gives the same answer")->capture_default_str();
  match->add_option("--threads", order.threads, "Regions searched beside each other")
      ->check(CLI::Range(1, 64))->capture_default_str();
  auto* generate = match->add_subcommand("generate", "Make a random instance");
  generate->add_option("--families", order.families, "How many families")->capture_default_str();
  generate->add_option("--offers", order.offers, "How many offers")->capture_default_str();
  generate->add_option("--density", order.density, "sparse, medium, dense, or 0 to 1")->capture_default_str();
  generate->add_option("--seed", order.seed, "The same seed gives the same instance")->capture_default_str();
  generate->add_option("--output", order.output, "The instance; - is standard output")->capture_default_str();
  auto* check = match->add_subcommand("check", "Check a proposal's rules, money, score and reasons");
  check->add_option("instance", order.instance, "The instance file")->required();
  check->add_option("proposal", order.proposal, "The proposal file")->required();
  auto* schema = match->add_subcommand("schema", "The JSON Schema of an instance or a result");
  schema->add_option("of", order.schema, "instance or result")->required();
  match->callback([&order, &status, arguments, generate, check, schema] {
    // A country is hundreds of megabytes, read all over.
    use_large_pages(arguments);
    if (*generate) {
      status = matching::generate_command(order.families, order.offers, order.density, order.seed, order.output);
    } else if (*check) {
      status = matching::check_command(order.instance, order.proposal);
    } else if (*schema) {
      status = matching::schema_command(order.schema);
    } else {
      status = matching::match_command(order.input, order.output, order.deadline_ms, order.seed, order.threads);
    }
  });
}

void add_account(CLI::App& program, Sources& sources, int& status) {
  auto* account = program.add_subcommand("account", "Accounts, for the first administrator");
  account->require_subcommand(1);
  auto* create = account->add_subcommand("create", "Make an account; its password is read from standard input");
  auto order = std::make_shared<identity::AccountOrder>();
  auto role = std::make_shared<std::string>();
  create->add_option("--role", *role, "parent, facilitator, provider, commissioner or administrator")
      ->required()->check(CLI::IsMember({"parent", "facilitator", "provider", "commissioner", "administrator"}));
  create->add_option("--authority", order->authority_name, "The authority's name; made if it is missing");
  create->add_option("--provider", order->provider, "The id of the provider it acts for");
  create->add_option("--email", order->email, "What it signs in with")->required();
  create->add_option("--name", order->name, "What others see")->required();
  add_sources(*create, sources);
  create->callback([&sources, &status, order, role] {
    order->role = *from_name<http::Role>(*role);
    std::getline(std::cin, order->password);
    status = with_database(configure(sources), [&](db::Database& database, IdSource& ids, Timestamp now) {
      return identity::account_create_command(database, ids, now, *order);
    });
  });
}

void add_ledger_files(CLI::App& ledger, Sources& sources, int& status) {
  auto* exporting = ledger.add_subcommand("export", "Write the whole ledger for other programs");
  auto format = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("-");
  exporting->add_option("--format", *format, "hledger, beancount, csv or journal")
      ->required()->check(CLI::IsMember({"hledger", "beancount", "csv", "journal"}));
  exporting->add_option("--output", *output, "The file; - is standard output")->capture_default_str();
  add_sources(*exporting, sources);
  exporting->callback([&sources, &status, format, output] {
    status = payments::ledger_export_command(configure(sources), *format, *output);
  });
  auto* simulate = ledger.add_subcommand("simulate", "Compare the ledger with a plain model, step by step");
  auto seed = std::make_shared<std::uint64_t>(1);
  auto operations = std::make_shared<std::uint64_t>(20'000);
  simulate->add_option("--seed", *seed, "The same seed does the same things")->required();
  simulate->add_option("--operations", *operations, "How many")->capture_default_str();
  simulate->callback([&status, seed, operations] { status = payments::ledger_simulate_command(*seed, *operations); });
  auto* importing = ledger.add_subcommand("import", "Fill an empty ledger from a file exported as journal");
  auto file = std::make_shared<std::string>();
  importing->add_option("file", *file, "The file")->required()->check(CLI::ExistingFile);
  add_sources(*importing, sources);
  importing->callback([&sources, &status, file] {
    status = payments::ledger_import_command(configure(sources), *file);
  });
}

void add_database_commands(CLI::App& program, Sources& sources, int& status) {
  auto* import = program.add_subcommand("import", "Load data from files");
  import->require_subcommand(1);
  auto* mapping = import->add_subcommand("mapping", "Load a mapping of short breaks; again changes nothing");
  auto file = std::make_shared<std::string>();
  mapping->add_option("file", *file, "The CSV file")->required()->check(CLI::ExistingFile);
  add_sources(*mapping, sources);
  mapping->callback([&sources, &status, file] {
    status = with_database(configure(sources), [&](db::Database& database, IdSource& ids, Timestamp now) {
      return catalogue::import_mapping_command(database, ids, now, *file);
    });
  });
  auto* ledger = program.add_subcommand("ledger", "The ledger of payments");
  ledger->require_subcommand(1);
  auto* verify = ledger->add_subcommand("verify", "Recompute every balance from the entries");
  add_sources(*verify, sources);
  verify->callback([&sources, &status] {
    const auto config = configure(sources);
    status = with_database(config, [&](db::Database& database, IdSource&, Timestamp) {
      return payments::ledger_verify_command(config, database);
    });
  });
  auto* balance = ledger->add_subcommand("balance", "What an account held, in pence");
  auto order = std::make_shared<payments::BalanceOrder>();
  balance->add_option("account", order->account, "Its name, such as available:{plan}:short_breaks")->required();
  balance->add_option("--as-of", order->as_of, "The day; today where it is left out");
  balance->add_option("--known-at", order->known_at, "As it was known at this time; now where it is left out");
  add_sources(*balance, sources);
  balance->callback([&sources, &status, order] { status = payments::ledger_balance_command(configure(sources), *order); });
  add_ledger_files(*ledger, sources, status);
}

int run(int argc, char** argv) {
  CLI::App program("Common Purse: families pool personal budgets for short breaks.", "commonpurse");
  program.set_version_flag("--version", std::string(app::program_version));
  program.require_subcommand(1);
  Sources sources;
  MatchOrder match;
  int status = 0;
  auto* serving = program.add_subcommand("serve", "Serve, until SIGTERM or SIGINT");
  add_sources(*serving, sources);
  serving->add_option("--serve", sources.serve, "Which services, by comma; all is the built-in value");
  serving->callback([&] { status = serve(configure(sources)); });
  program.add_subcommand("config", "Print every setting as Markdown")->callback([] {
    std::cout << config_reference();
  });
  program.add_subcommand("routes", "Print every route and who may call it")->callback([&] {
    status = print_routes(http::routes_text);
  });
  program.add_subcommand("openapi", "Print the OpenAPI document")->callback([&] {
    status = print_routes([](const http::Router& router) {
      return router.openapi("Common Purse", app::program_version) + "\n";
    });
  });
  add_database_commands(program, sources, status);
  add_account(program, sources, status);
  add_match(program, match, argv, status);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error);
  }
  return status;
}

}  // namespace
}  // namespace cp

int main(int argc, char** argv) {
  try {
    return cp::run(argc, argv);
  } catch (const std::exception& failure) {
    std::cerr << "commonpurse: " << failure.what() << "\n";
    return 1;
  }
}
