#include "shared/http/static_files.hpp"

#include "shared/core/hash.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace cp::http {
namespace {

namespace fs = std::filesystem;

struct TypeRow {
  std::string_view extension;
  std::string_view content_type;
  bool compress;
};
constexpr auto types = std::to_array<TypeRow>({
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".json", "application/json", true},
    {".webmanifest", "application/manifest+json", true},
    {".map", "application/json", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".png", "image/png", false},
    {".jpg", "image/jpeg", false},
    {".ico", "image/x-icon", false},
    {".webp", "image/webp", false},
    {".woff2", "font/woff2", false},
    {".woff", "font/woff", false},
});

constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const TypeRow* type_of(std::string_view path) {
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  for (const auto& row : types) {
    if (row.extension == path.substr(dot)) return &row;
  }
  return nullptr;
}

/// The text as gzip, or nothing where that saves less than a tenth.
std::shared_ptr<const std::string> gzip_of(const std::string& text) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (deflateInit2(&stream, 9, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return nullptr;
  std::string out(deflateBound(&stream, text.size()), '\0');
  // zlib's interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (!done || out.size() + text.size() / 10 >= text.size()) return nullptr;
  return std::make_shared<const std::string>(std::move(out));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Whether `wanted` is one of a header's items, by comma, whatever stands behind a semicolon,
/// unless that is `q=0`.
bool names_item(const std::string* header, std::string_view wanted) {
  if (!header) return false;
  std::string_view rest = *header;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto item = trimmed(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    const auto semicolon = item.find(';');
    if (trimmed(item.substr(0, semicolon)) != wanted) continue;
    if (semicolon == std::string_view::npos) return true;
    const auto weight = trimmed(item.substr(semicolon + 1));
    return weight != "q=0" && weight != "q=0.0" && weight != "q=0.00" && weight != "q=0.000";
  }
  return false;
}

bool is_of_the_api(std::string_view path) {
  return path == "/v1" || path.starts_with("/v1/") || path.starts_with("/internal/") ||
         path.starts_with("/connection/");
}

}  // namespace

StaticFiles::File StaticFiles::make_file(const std::string& path, std::string content) {
  File file;
  const auto* type = type_of(path);
  file.content_type = type ? type->content_type : "application/octet-stream";
  const auto hash = sha256_hex(content);
  file.etag.append(1, '"').append(hash, 0, 32).append(1, '"');
  file.gzip_etag.append(1, '"').append(hash, 0, 32).append("-gzip\"");
  file.immutable = path.starts_with("/assets/");
  if (type && type->compress) file.gzip = gzip_of(content);
  file.plain = std::make_shared<const std::string>(std::move(content));
  return file;
}

Result<StaticFiles> StaticFiles::load(const std::string& folder, std::size_t most_bytes) {
  StaticFiles out;
  std::error_code failed;
  std::size_t bytes = 0;
  fs::recursive_directory_iterator entries(folder, failed);
  if (failed) return not_found("There is no folder " + folder + " to serve files from.");
  for (const auto& entry : entries) {
    if (!entry.is_regular_file()) continue;
    bytes += entry.file_size();
    if (bytes > most_bytes) {
      return Error{ErrorKind::too_large, "too-many-files",
                   "The folder " + folder + " holds more than " + std::to_string(most_bytes) + " bytes."};
    }
    std::ifstream input(entry.path(), std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
    if (!input) return not_found("The file " + entry.path().string() + " cannot be read.");
    std::string path(1, '/');
    path += fs::relative(entry.path(), folder).generic_string();
    out.files_.emplace(path, make_file(path, std::move(content)));
  }
  return out;
}

Response StaticFiles::answer_file(const File& file, const Request& request) {
  const bool as_gzip = file.gzip && names_item(find_header(request.headers, "Accept-Encoding"), "gzip");
  const auto& etag = as_gzip ? file.gzip_etag : file.etag;
  Response response;
  response.headers = {{"ETag", etag},
                      {"Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                      {"Content-Security-Policy", std::string(page_policy)}};
  if (file.gzip) response.headers.emplace_back("Vary", "Accept-Encoding");
  const auto* known = find_header(request.headers, "If-None-Match");
  if (names_item(known, etag) || names_item(known, std::string("W/").append(etag)) || names_item(known, "*")) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  response.content_type = file.content_type;
  response.shared_body = as_gzip ? file.gzip : file.plain;
  if (as_gzip) response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

std::optional<Response> StaticFiles::answer(const Request& request) const {
  if (is_of_the_api(request.path)) return std::nullopt;
  if (const auto found = files_.find(request.path); found != files_.end()) {
    return answer_file(found->second, request);
  }
  // A file that is missing is missing; only addresses that look like pages are the client's.
  const auto last = request.path.substr(request.path.rfind('/') + 1);
  if (request.path.starts_with("/assets/") || last.find('.') != std::string::npos) return std::nullopt;
  const auto page = files_.find("/index.html");
  if (page == files_.end()) return std::nullopt;
  return answer_file(page->second, request);
}

}  // namespace cp::http
