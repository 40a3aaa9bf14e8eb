#include "shared/http/static_files.hpp"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

using namespace cp;
using namespace cp::http;
namespace fs = std::filesystem;

namespace {

/// A folder that is gone afterwards.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("static-files-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path / "assets"); }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const std::string& name, const std::string& text) const { std::ofstream(path / name) << text; }
};

Request get(std::string path, Headers headers = {}) {
  Request request;
  request.path = std::move(path);
  request.headers = std::move(headers);
  return request;
}

std::string header(const Response& response, std::string_view name) {
  const auto* found = find_header(response.headers, name);
  return found ? *found : "";
}

std::string unzipped(const std::string& text) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string out(100'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

}  // namespace

TEST_CASE("files are served with their type, tag and policy") {
  const Folder folder;
  const std::string script(5'000, 'x');
  folder.write("index.html", "<!doctype html>");
  folder.write("assets/app-1a2b.js", script);
  folder.write("assets/crest.png", "png");
  const auto files = StaticFiles::load(folder.path.string());
  REQUIRE(files.has_value());
  CHECK(files->size() == 3);

  const auto page = files->answer(get("/pools/1"));
  REQUIRE(page.has_value());
  CHECK(*page->shared_body == "<!doctype html>");
  CHECK(page->content_type == "text/html; charset=utf-8");
  CHECK(header(*page, "Cache-Control") == "no-cache");
  CHECK(header(*page, "Content-Security-Policy").starts_with("default-src 'none'; script-src 'self';"));
  CHECK(files->answer(get("/"))->shared_body == page->shared_body);

  const auto asset = files->answer(get("/assets/app-1a2b.js"));
  CHECK(*asset->shared_body == script);
  CHECK(header(*asset, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(files->answer(get("/assets/crest.png"))->content_type == "image/png");

  const auto zipped = files->answer(get("/assets/app-1a2b.js", {{"Accept-Encoding", "br, gzip;q=0.8"}}));
  CHECK(header(*zipped, "Content-Encoding") == "gzip");
  CHECK(header(*zipped, "Vary") == "Accept-Encoding");
  CHECK(unzipped(*zipped->shared_body) == script);
  CHECK(header(*zipped, "ETag") != header(*asset, "ETag"));
  CHECK(header(*files->answer(get("/assets/app-1a2b.js", {{"Accept-Encoding", "gzip;q=0"}})), "Content-Encoding").empty());

  const auto again = files->answer(get("/", {{"If-None-Match", "\"other\", " + header(*page, "ETag")}}));
  CHECK(again->status == 304);
  CHECK(!again->shared_body);
}

TEST_CASE("what is the API's, missing or outside the folder is not a file") {
  const Folder folder;
  folder.write("index.html", "page");
  const auto files = StaticFiles::load(folder.path.string());
  REQUIRE(files.has_value());
  for (const auto* path : {"/v1", "/v1/pools", "/internal/x", "/connection/websocket", "/assets/old.js",
                           "/assets/none", "/favicon.ico", "/../etc/passwd.txt"}) {
    INFO(path);
    CHECK_FALSE(files->answer(get(path)).has_value());
  }
}

TEST_CASE("a folder that is missing or too large is refused") {
  CHECK(StaticFiles::load("/nowhere/at/all").has_error());
  const Folder folder;
  folder.write("large.txt", std::string(2'000, 'x'));
  CHECK(StaticFiles::load(folder.path.string(), 1'000).error().code == "too-many-files");
}
