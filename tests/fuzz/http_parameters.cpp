// Path and query parameters, and cursors, from any bytes: refused or read, never more.
#include "shared/http/cursor.hpp"
#include "shared/http/router.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto slash = text.find('/');
  cp::http::Request request;
  request.path = "/v1/notes/" + std::string(text.substr(0, slash));
  if (slash != std::string_view::npos) request.query = text.substr(slash + 1);
  cp::http::Route route{.doc = {cp::http::Method::get, "/v1/notes/{note}", cp::http::anyone(), "Fuzzed."}};
  route.segments = {"v1", "notes", "{note}"};
  const auto document =
      cp::http::detail::parameters_document(route, request, {std::string(text.substr(0, slash))});
  if (document && !document->root().find("note")) std::abort();

  for (std::size_t values = 0; values < 4; ++values) {
    const auto read = cp::http::decode_cursor(text, values);
    if (!read) continue;
    const auto again = cp::http::decode_cursor(cp::http::encode_cursor(*read), values);
    if (!again || *again != *read) std::abort();
  }
  // A next link is a query that the reader takes again.
  if (document) {
    request.query = cp::http::next_link(request, "MTph").substr(request.path.size() + 1);
    if (request.query.find("after=MTph") == std::string::npos) std::abort();
  }
  return 0;
}
