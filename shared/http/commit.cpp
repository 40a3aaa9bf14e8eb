#include "shared/http/commit.hpp"

namespace cp::http {

std::optional<db::idempotency::Key> idempotency_key(const Request& request) {
  if (!request.idempotency_key) return std::nullopt;
  db::idempotency::Key key;
  key.scope = request.principal ? request.principal->account.text()
              : request.internal ? std::string("service")
                                 : std::string("anyone");
  key.key = *request.idempotency_key;
  // Lengths keep apart what a plain concatenation would make look alike.
  const auto verb = name(request.method);
  std::string whole(verb);
  for (const std::string_view part : {std::string_view(request.path), std::string_view(request.query),
                                      std::string_view(request.body)}) {
    whole += '\n' + std::to_string(part.size()) + ':';
    whole += part;
  }
  key.request = sha256_hex(whole);
  return key;
}

namespace detail {

// The version travels as an ETag line, which no handler sets by itself.
constexpr std::string_view version_line = "ETag";

db::idempotency::StoredAnswer stored_answer(int status, std::string body,
                                            const std::optional<std::int64_t>& version,
                                            const Headers& headers) {
  db::idempotency::StoredAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  if (version) answer.headers.append(version_line).append(": ").append(std::to_string(*version)) += '\n';
  for (const auto& [header, text] : headers) {
    // A cookie is a secret: it is given once, and never kept in the database.
    if (header == "Set-Cookie") continue;
    answer.headers.append(header).append(": ").append(text) += '\n';
  }
  return answer;
}

StoredHeaders read_stored_headers(std::string_view text) {
  StoredHeaders headers;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    const auto header = line.substr(0, colon);
    const auto value = line.substr(colon + 2);
    if (header == version_line) headers.version = std::stoll(std::string(value));
    else headers.headers.emplace_back(std::string(header), std::string(value));
  }
  return headers;
}

}  // namespace detail

Result<Done> check_version(const Request& request, std::int64_t version) {
  if (!request.if_match || *request.if_match == version) return Done{};
  Error error;
  error.kind = ErrorKind::precondition_failed;
  error.code = "changed-meanwhile";
  error.detail = "Somebody changed this after you read it. Read it again and repeat your change.";
  return std::move(error).with("version", version);
}

}  // namespace cp::http
