// The rows of the ledger's measurements. Each prints one JSON object.
#pragma once

#include <chrono>
#include <string>

namespace cp::bench {

struct Setting {
  std::string folder;
  int operations = 200'000;
  int callers = 32;
  int hot = 0;           // transfers go between so many accounts only; 0: between 10,000
  std::string postgres;  // empty: SQLite in the folder
};

// What others do.
void raw_legs(const Setting& setting);    // SQLite: a row for the transfer's id and one for each leg, 1,000 transfers a commit
void raw_rows(const Setting& setting);    // SQLite: a single row of four numbers a transfer
void disk_syncs(const Setting& setting);  // 4 KiB at the end of a file, made durable each time

// What the ledger does.
void full_batches(const Setting& setting);         // the queue is never empty
void durable_callers(const Setting& setting);      // each waits for its answer
void charges(const Setting& setting);              // sessions of pools of ten families
void service_layer_holds(const Setting& setting);  // of 2 families and 6 sessions, through ledger and tables
void fill(const Setting& setting);                 // a history over two years, and what a transfer cost on the way
void fill_in_no_order(const Setting& setting);     // the same with keys that have no time in them
void balances_as_of(const Setting& setting);       // in a filled folder
void verify_all(const Setting& setting);           // in a filled folder
void start(const Setting& setting);                // in a filled folder

inline double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace cp::bench
