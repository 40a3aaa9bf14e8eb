// The built web client, served from memory: nothing is read from disk after the start, so that no
// path can lead anywhere else.
#pragma once

#include "shared/http/message.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cp::http {

class StaticFiles {
 public:
  /// Reads every file below `folder`; refuses more than `most_bytes` of them.
  static Result<StaticFiles> load(const std::string& folder, std::size_t most_bytes = 64U << 20);

  /// A file, the page `index.html` for addresses that the client's own router knows, or nothing
  /// for what is the API's: `/v1/`, `/internal/`, `/connection/`. Files below `/assets/` have
  /// their hash in their name and may be kept for ever. For `Router::fall_back_to`.
  [[nodiscard]] std::optional<Response> answer(const Request& request) const;
  [[nodiscard]] std::size_t size() const { return files_.size(); }

 private:
  struct File {
    std::string content_type;
    std::string etag;
    std::string gzip_etag;  // the two forms differ byte for byte, so that each has a tag of its own
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> gzip;  // empty where it would not be smaller
    bool immutable = false;
  };
  [[nodiscard]] static File make_file(const std::string& path, std::string content);
  [[nodiscard]] static Response answer_file(const File& file, const Request& request);

  std::map<std::string, File, std::less<>> files_;  // by path, such as `/assets/app-1a2b.js`
};

}  // namespace cp::http
