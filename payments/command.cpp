#include "payments/command.hpp"

#include "payments/verify.hpp"

#include <cstdio>

namespace cp::payments {

int ledger_verify_command(db::Database& database) {
  Verification found;
  database.read_now([&](db::Tx& tx) { found = verify(tx); });
  std::printf("operations %lld, entries %lld, accounts %lld, plans %lld\n",
              static_cast<long long>(found.operations), static_cast<long long>(found.entries),
              static_cast<long long>(found.accounts), static_cast<long long>(found.plans));
  for (const auto& problem : found.problems) std::printf("wrong: %s\n", problem.c_str());
  std::printf("%s\n", found.problems.empty() ? "The ledger is whole." : "The ledger is NOT whole.");
  return found.problems.empty() ? 0 : 1;
}

}  // namespace cp::payments
