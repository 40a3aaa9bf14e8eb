// The service of accounts and authorities: sign-up, sign-in, roles, policies, access log.
#pragma once

#include "shared/app/service.hpp"

namespace cp::identity {

/// Its `start` also sets who turns a request's cookie into a principal.
app::Service service();

/// For processes that do not serve identity: asks the one that does who a cookie belongs to, and
/// remembers the answer for `session.cache_seconds`.
void authenticate_remotely(app::Context& context);

}  // namespace cp::identity
