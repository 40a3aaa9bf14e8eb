// Who took which file away: written into the access log before it is given. What cannot be written is not given.
#pragma once

#include "services/identity/client.hpp"
#include "shared/http/message.hpp"

#include <string>

namespace cp::payments {

/// `subject` says which file, by ids alone.
Task<Result<Done>> note_taken(const identity::Client& identity, const http::Request& request, std::string subject);

/// The answer with a file in it, or the problem; `subject` as above, nothing where it is nobody else's.
Task<http::Response> taken(const identity::Client& identity, const http::Request& request, Result<http::Response> answer,
                           std::string subject);

}  // namespace cp::payments
