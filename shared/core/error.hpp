// What a caller can cause and what the caller is told about it.
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cp {

/// The family an error belongs to. `shared/http/problem` maps each kind to one HTTP status, so
/// that rules can say what is wrong without knowing that HTTP exists.
enum class ErrorKind {
  malformed,              // 400: the text could not be understood at all
  unauthenticated,        // 401: nobody is signed in
  forbidden,              // 403: somebody is signed in, and may not do this
  not_found,              // 404: not there, or not for this reader to know of
  conflict,               // 409: the state of the thing does not allow it now
  precondition_failed,    // 412: `If-Match` names an older version
  too_large,              // 413: a bound of the configuration was passed
  invalid,                // 422: understood, but a field or a rule refuses it
  precondition_required,  // 428: `If-Match` is missing
  rate_limited,           // 429: too many attempts
  internal,               // 500: our fault
  unavailable,            // 503: a queue is full or a service is away; try again later
};

/// One field that was refused: a JSON pointer into the request and what to do about it.
struct FieldError {
  std::string pointer;
  std::string detail;
  bool operator==(const FieldError&) const = default;
};

/// A named problem. `code` is stable and kebab-case (it ends the problem's `type` URI), `detail`
/// is a sentence for a person, without personal data.
struct Error {
  using Extra = std::variant<std::int64_t, std::string>;

  ErrorKind kind = ErrorKind::internal;
  std::string code;
  std::string detail;
  std::vector<FieldError> fields = {};
  std::vector<std::pair<std::string, Extra>> extras = {};

  /// Adds a machine-readable member to the problem, such as `short_by_pence`.
  Error&& with(std::string name, std::int64_t value) &&;
  Error&& with(std::string name, std::string value) &&;

  bool operator==(const Error&) const = default;
};

Error malformed(std::string code, std::string detail);
Error unauthenticated();
Error forbidden(std::string detail = "Your account may not do this.");
Error not_found(std::string what = "There is nothing here, or it is not yours to see.");
Error conflict(std::string code, std::string detail);
Error invalid(std::string code, std::string detail);
Error invalid_field(std::string pointer, std::string detail);
Error unavailable(std::string detail = "The service is busy. Try again in a few seconds.");

/// A value, or the reason why there is none. Exceptions are for broken I/O, asserts for bugs.
template <class T>
using Result = boost::system::result<T, Error>;

/// For operations that answer nothing but that they were done.
struct Done {
  bool operator==(const Done&) const = default;
};

template <class T>
inline constexpr bool is_result = false;
template <class T>
inline constexpr bool is_result<Result<T>> = true;

/// What `Result::value()` throws when there is no value: a bug in the caller.
class ResultHasError : public std::logic_error {
 public:
  explicit ResultHasError(const Error& error) : std::logic_error(error.code + ": " + error.detail) {}
};

/// Found by argument-dependent look-up from Boost.System.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

}  // namespace cp

/// Returns the error of `expression` to the caller, or goes on; for functions.
#define CP_TRY(expression)                                                   \
  do {                                                                       \
    if (auto cp_tried = (expression); cp_tried.has_error()) {                \
      return std::move(cp_tried).error();                                    \
    }                                                                        \
  } while (false)
