// Identifiers: UUIDs of version 7 (RFC 9562), which sort by the time they were made.
#pragma once

#include "shared/core/time.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cp {

/// A string literal as a template argument.
template <std::size_t N>
struct Name {
  char text[N];
  constexpr Name(const char (&literal)[N]) { std::copy_n(literal, N, text); }  // NOLINT implicit
  [[nodiscard]] constexpr std::string_view view() const { return {text, N - 1}; }
};

/// True for the 36 characters of a lower-case UUID.
bool is_uuid(std::string_view text);

/// The identifier of one kind of thing. `Id<"family">` and `Id<"pool">` are different types, and
/// every folder can name either without including the other's headers.
template <Name Kind>
class Id {
 public:
  Id() = default;
  /// Takes text known to be a UUID, as it comes from the database or an `IdSource`.
  explicit Id(std::string text) : text_(std::move(text)) {}
  static std::optional<Id> parse(std::string_view text) {
    if (!is_uuid(text)) return std::nullopt;
    return Id(std::string(text));
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  static constexpr std::string_view kind() { return Kind.view(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

/// Where new identifiers come from; tests pass a seeded one.
class IdSource {
 public:
  virtual ~IdSource() = default;
  /// A new UUIDv7 for `now`. Thread-safe.
  virtual std::string next(Timestamp now) = 0;

  template <Name Kind>
  Id<Kind> make(Timestamp now) {
    return Id<Kind>(next(now));
  }
};

/// Identifiers from the operating system's random numbers.
std::unique_ptr<IdSource> make_random_ids();
/// The same identifiers in the same order for the same seed: tests and simulations only.
std::unique_ptr<IdSource> make_seeded_ids(std::uint64_t seed);

}  // namespace cp

template <cp::Name Kind>
struct std::hash<cp::Id<Kind>> {
  std::size_t operator()(const cp::Id<Kind>& id) const { return std::hash<std::string>{}(id.text()); }
};
