// How other services ask about authorities and accounts.
#pragma once

#include "services/identity/wire.hpp"
#include "shared/net/transport.hpp"

namespace cp::identity {

class Client {
 public:
  explicit Client(net::Transport& transport) : transport_(&transport) {}

  /// The authority with its policy, or `not_found`.
  [[nodiscard]] Task<Result<AuthorityPolicy>> authority(Id<"authority"> id) const;
  /// By its name, whatever the case of its letters, or by its slug.
  [[nodiscard]] Task<Result<AuthorityPolicy>> authority_named(std::string name_or_slug) const;
  [[nodiscard]] Task<Result<AccountCard>> account(Id<"account"> id) const;
  /// Writes into the access log.
  [[nodiscard]] Task<Result<Done>> log(LogNote note) const;

 private:
  net::Transport* transport_;
};

}  // namespace cp::identity
