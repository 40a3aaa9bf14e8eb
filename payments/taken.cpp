#include "payments/taken.hpp"

#include "shared/http/router.hpp"

namespace cp::payments {

Task<Result<Done>> note_taken(const identity::Client& identity, const http::Request& request, std::string subject) {
  const auto& who = request.who();
  identity::LogNote note{identity::LoggedAction::file_taken, who.account, who.authority, std::move(subject)};
  co_return co_await identity.log(std::move(note));
}

Task<http::Response> taken(const identity::Client& identity, const http::Request& request, Result<http::Response> answer,
                           std::string subject) {
  if (!answer) co_return http::problem(answer.error(), request.request_id);
  if (!subject.empty()) {
    const auto noted = co_await note_taken(identity, request, std::move(subject));
    if (!noted) co_return http::problem(noted.error(), request.request_id);
  }
  co_return std::move(*answer);
}

}  // namespace cp::payments
