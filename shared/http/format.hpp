// How an answer looks on the wire: status line, headers, and those that every answer has.
#pragma once

#include "shared/http/message.hpp"

#include <string>
#include <string_view>

namespace cp::http {

/// What the connection adds to an answer.
struct Framing {
  std::string_view date;  // as RFC 9110 writes it
  std::string_view request_id;
  bool keep_alive = true;
  bool old_client = false;  // HTTP/1.0, which has to be told of keep-alive
  bool over_tls = false;    // behind a TLS proxy: browsers are told to stay on it
};

/// Appends everything up to and with the empty line. Security headers and `Cache-Control:
/// no-store` are added where the answer has none of its own.
void append_head(std::string& out, const Response& response, const Framing& framing);

/// The body's bytes, wherever they are.
inline std::string_view body_of(const Response& response) {
  return response.shared_body ? std::string_view(*response.shared_body) : std::string_view(response.body);
}

/// `Mon, 23 Nov 2026 09:05:32 GMT`
std::string http_date(std::int64_t seconds_since_1970);

}  // namespace cp::http
