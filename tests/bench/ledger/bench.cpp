// Measures the ledger by itself and what SQLite and the disk do without it. Prints one JSON object;
// tests/bench/rows/ledger.mjs calls it round by round and sets the figures beside each other.
#include "tests/bench/ledger/bench.hpp"

#include "shared/core/log.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

namespace cp::bench {
namespace {

const std::map<std::string, void (*)(const Setting&)> rows{
    {"raw-legs", raw_legs},     {"raw-rows", raw_rows}, {"syncs", disk_syncs},      {"batches", full_batches},
    {"callers", durable_callers}, {"charges", charges},   {"fill", fill},             {"as-of", balances_as_of},
    {"verify", verify_all},     {"start", start},       {"holds", service_layer_holds},
    {"fill-in-no-order", fill_in_no_order},
};

}  // namespace
}  // namespace cp::bench

int main(int argc, char** argv) {
  cp::bench::Setting setting;
  const auto row = argc > 2 ? cp::bench::rows.find(argv[1]) : cp::bench::rows.end();
  if (row == cp::bench::rows.end()) {
    std::fprintf(stderr, "usage: bench_ledger ROW FOLDER [OPERATIONS [CALLERS [HOT]]]; rows:");
    for (const auto& [name, measure] : cp::bench::rows) std::fprintf(stderr, " %s", name.c_str());
    std::fprintf(stderr, "\nCOMMONPURSE_BENCH_POSTGRES: a connection text; the ledger is kept there then\n");
    return 2;
  }
  cp::log::set_level(cp::log::Level::warning);
  setting.folder = argv[2];
  if (argc > 3) setting.operations = std::atoi(argv[3]);
  if (argc > 4) setting.callers = std::atoi(argv[4]);
  if (argc > 5) setting.hot = std::atoi(argv[5]);
  if (const char* url = std::getenv("COMMONPURSE_BENCH_POSTGRES")) setting.postgres = url;
  std::filesystem::create_directories(setting.folder);
  row->second(setting);
}
