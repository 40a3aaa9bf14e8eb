#include "shared/core/error.hpp"

namespace cp {

Error&& Error::with(std::string name, std::int64_t value) && {
  extras.emplace_back(std::move(name), value);
  return std::move(*this);
}

Error&& Error::with(std::string name, std::string value) && {
  extras.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Error malformed(std::string code, std::string detail) {
  return {ErrorKind::malformed, std::move(code), std::move(detail)};
}

Error unauthenticated() {
  return {ErrorKind::unauthenticated, "sign-in-needed", "Sign in first."};
}

Error forbidden(std::string detail) {
  return {ErrorKind::forbidden, "not-allowed", std::move(detail)};
}

Error not_found(std::string what) { return {ErrorKind::not_found, "not-found", std::move(what)}; }

Error conflict(std::string code, std::string detail) {
  return {ErrorKind::conflict, std::move(code), std::move(detail)};
}

Error invalid(std::string code, std::string detail) {
  return {ErrorKind::invalid, std::move(code), std::move(detail)};
}

Error invalid_field(std::string pointer, std::string detail) {
  Error error{ErrorKind::invalid, "invalid-fields", "Some fields need to be put right."};
  error.fields.push_back({std::move(pointer), std::move(detail)});
  return error;
}

Error unavailable(std::string detail) {
  return {ErrorKind::unavailable, "busy", std::move(detail)};
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw ResultHasError(error);
}

}  // namespace cp
