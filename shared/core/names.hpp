// The one text of each value of an enumeration: in the database, on the wire and in pages.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace cp {

/// A table of an enumeration's values. Beside `enum class State { open, closed };` write
///   constexpr auto names_of(State) {
///     return names<State>({{State::open, "open"}, {State::closed, "closed"}});
///   }
template <class E, std::size_t N>
constexpr std::array<std::pair<E, std::string_view>, N> names(
    const std::pair<E, std::string_view> (&table)[N]) {
  return std::to_array(table);
}

template <class E>
concept Named = std::is_enum_v<E> && requires(E value) { names_of(value); };

template <Named E>
constexpr std::string_view name(E value) {
  for (const auto& [known, text] : names_of(E{})) {
    if (known == value) return text;
  }
  return "unknown";
}

template <Named E>
constexpr std::optional<E> from_name(std::string_view text) {
  for (const auto& [known, known_text] : names_of(E{})) {
    if (known_text == text) return known;
  }
  return std::nullopt;
}

}  // namespace cp
