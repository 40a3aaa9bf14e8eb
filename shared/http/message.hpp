// Requests and responses as the services see them; sockets and Beast are not known here.
#pragma once

#include "shared/core/error.hpp"
#include "shared/core/id.hpp"
#include "shared/core/names.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cp::http {

enum class Method { get, post, put, patch, del };
constexpr auto names_of(Method) {
  return names<Method>({{Method::get, "GET"}, {Method::post, "POST"}, {Method::put, "PUT"},
                        {Method::patch, "PATCH"}, {Method::del, "DELETE"}});
}

enum class Role : unsigned { parent = 1, facilitator = 2, provider = 4, commissioner = 8, administrator = 16 };
constexpr auto names_of(Role) {
  return names<Role>({{Role::parent, "parent"}, {Role::facilitator, "facilitator"},
                      {Role::provider, "provider"}, {Role::commissioner, "commissioner"},
                      {Role::administrator, "administrator"}});
}

/// Who asks. A parent has a family once they made one; a provider's account may serve several
/// authorities and has none of its own; an administrator may be of one authority or of all.
struct Principal {
  Id<"account"> account;
  Role role = Role::parent;
  std::optional<Id<"authority">> authority;
  std::optional<Id<"family">> family;
  std::optional<Id<"provider">> provider;
  bool operator==(const Principal&) const = default;
};

/// Header names are matched without regard to case.
using Headers = std::vector<std::pair<std::string, std::string>>;
const std::string* find_header(const Headers& headers, std::string_view name);

struct Request {
  Method method = Method::get;
  std::string path;   // decoded of nothing; without the query
  std::string query;  // without the question mark
  Headers headers;
  std::string body;
  std::string remote_address;  // without the port; behind a trusted proxy, what it says
  std::string request_id;
  std::optional<Principal> principal;
  bool internal = false;                       // called by another service, not from outside
  std::optional<std::int64_t> if_match;        // the version the caller saw
  std::optional<std::string> idempotency_key;

  /// The account that has to be there: for routes whose access is not `anyone`.
  [[nodiscard]] const Principal& who() const { return *principal; }
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  Headers headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body;  // instead of `body`: files served from memory
};

/// An error as `application/problem+json` (RFC 9457); the one place where problems are made.
Response problem(const Error& error, std::string_view request_id);
/// The same for a status that no `ErrorKind` stands for: 405, 408, 415, 417, 431, 501, 505.
Response problem(int status, const Error& error, std::string_view request_id);
int status_of(ErrorKind kind);
/// The other way round: what another service's problem says, as an Error again.
Error error_from_problem(int status, std::string_view body);

}  // namespace cp::http
