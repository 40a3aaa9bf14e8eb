#include "payments/ledger/transfer.hpp"

#include "payments/ledger/encoding.hpp"

namespace cp::ledger {

Transfer::Transfer(std::string from, std::string to, Money amount)
    : from_(std::move(from)), to_(std::move(to)), amount_(amount) {
  kind = OperationKind::transfer;
  std::string canonical;
  Encoder encoder(canonical);
  encoder.text("transfer");
  encoder.text(from_);
  encoder.text(to_);
  encoder.money(amount_);
  request_hash = sha256(canonical);
}

Result<Draft> Transfer::decide(const Accounts& accounts, Timestamp) {
  if (amount_ <= Money()) return invalid_field("/amount", "More than nothing.");
  if (from_ == to_) return invalid_field("/to", "Another account than the one it comes from.");
  const auto* from = accounts.find(from_);
  const auto* to = accounts.find(to_);
  if (!from || !to || from->kind != AccountKind::available || to->kind != AccountKind::available) {
    return conflict("unknown-account", "Transfers go between streams of agreed plans.");
  }
  if (from->balance < amount_) {
    return conflict("insufficient-funds", "There is less in it than that.")
        .with("short_by_pence", (amount_ - from->balance).pence());
  }
  Draft draft;
  draft.amount = amount_;
  draft.legs = {leg(*from, -amount_), leg(*to, amount_)};
  return draft;
}

}  // namespace cp::ledger
