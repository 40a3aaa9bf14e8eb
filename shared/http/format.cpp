#include "shared/http/format.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace cp::http {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

void append_number(std::string& out, std::size_t number) {
  char buffer[24];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, number);
  out.append(buffer, written.ptr);
}

/// A line break in a value would begin a header, or an answer, of the value's own.
bool breaks_lines(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

void append_default(std::string& out, const Headers& headers, std::string_view name, std::string_view line) {
  if (headers.empty() || !find_header(headers, name)) out += line;
}

bool has_length(int status) { return status != 204 && status != 304 && status >= 200; }

}  // namespace

void append_head(std::string& out, const Response& response, const Framing& framing) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" ").append(reason_of(response.status)).append("\r\nDate: ").append(framing.date);
  if (!response.content_type.empty()) out.append("\r\nContent-Type: ").append(response.content_type);
  if (has_length(response.status)) {
    out += "\r\nContent-Length: ";
    append_number(out, body_of(response).size());
  }
  if (!framing.request_id.empty()) out.append("\r\nX-Request-Id: ").append(framing.request_id);
  out += "\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n";
  const auto& headers = response.headers;
  append_default(out, headers, "Cache-Control", "Cache-Control: no-store\r\n");
  append_default(out, headers, "Content-Security-Policy",
                 "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n");
  append_default(out, headers, "Cross-Origin-Resource-Policy", "Cross-Origin-Resource-Policy: same-origin\r\n");
  if (framing.over_tls) out += "Strict-Transport-Security: max-age=31536000\r\n";
  for (const auto& [name, value] : headers) {
    if (!breaks_lines(name) && !breaks_lines(value)) out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!framing.keep_alive) out += "Connection: close\r\n";
  else if (framing.old_client) out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

std::string http_date(std::int64_t seconds_since_1970) {
  using namespace std::chrono;
  constexpr const char* day_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds instant{seconds(seconds_since_1970)};
  const auto midnight = floor<days>(instant);
  const year_month_day date(midnight);
  const hh_mm_ss time(instant - midnight);
  char buffer[64];
  const int length = std::snprintf(
      buffer, sizeof buffer, "%s, %02u %s %04d %02d:%02d:%02d GMT", day_names[weekday(midnight).c_encoding()],
      static_cast<unsigned>(date.day()), month_names[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return {buffer, static_cast<std::size_t>(length)};
}

}  // namespace cp::http
