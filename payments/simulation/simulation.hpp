// Seeded people do everything with the ledger, sensible and not, and after each thing it is compared
// with a second, plain account of what should have come of it (payments/simulation_model.hpp).
#pragma once

#include "payments/ledger/journal.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace cp::payments {

struct SimulationOptions {
  std::uint64_t seed = 1;
  std::uint64_t operations = 10'000;
  /// Opens the journal; again after every restart, when the one before is closed.
  std::function<std::unique_ptr<ledger::Journal>()> open;
  /// Called now and then with how many operations were compared.
  std::function<void(std::uint64_t)> progress = [](std::uint64_t) {};
};

struct SimulationReport {
  std::uint64_t steps = 0;     // compared
  std::uint64_t done = 0;      // of them, what moved money or could have
  std::uint64_t replayed = 0;  // answered again under their key
  std::uint64_t restarts = 0;
  std::map<std::string, std::uint64_t> refusals;  // by code
  std::map<std::string, std::uint64_t> kinds;     // done, by the kind of operation
  /// The seed, the step and what differs; the first difference ends the simulation.
  std::optional<std::string> difference;
};

/// Plans that are agreed, revised and permitted more; pools that hold, charge in parts and above
/// what is held, release, expire and refund; payment runs that are made, sent, settled, cancelled and
/// come back; operations that are undone by others; statements that are issued; periods that are closed; keys used again, rightly and
/// wrongly; every wrong input that can be said; a clock that goes back; restarts from the journal.
/// Answers, refusals by code, and the balances of all accounts are compared after every step, and
/// the journal is verified at the end.
SimulationReport simulate(const SimulationOptions& options);

}  // namespace cp::payments
