// How other services ask about families.
#pragma once

#include "services/families/wire.hpp"
#include "shared/net/transport.hpp"

namespace cp::families {

class Client {
 public:
  explicit Client(net::Transport& transport) : transport_(&transport) {}

  /// The family, or `not_found` while its profile has not been written.
  [[nodiscard]] Task<Result<FamilyCard>> card(Id<"family"> id) const;
  /// Every family of the authority that agrees to be matched, by id; walks the pages.
  [[nodiscard]] Task<Result<std::vector<MatchingFamily>>> for_matching(Id<"authority"> authority) const;
  /// What pools and proposals show of every family of the authority, by id; walks the pages.
  [[nodiscard]] Task<Result<std::vector<FamilyCard>>> cards(Id<"authority"> authority) const;
  /// Authorities in which a family agrees to be matched.
  [[nodiscard]] Task<Result<std::vector<Id<"authority">>>> looking_authorities() const;

 private:
  net::Transport* transport_;
};

}  // namespace cp::families
