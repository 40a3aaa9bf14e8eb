// Which number an id has. The ids themselves stay where they are: whoever asks says which id a number stands for.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace cp::matching {

class Ids {
 public:
  void reserve(std::size_t count) {
    if (2 * count > places_.size()) move_to(std::bit_ceil(2 * count + 2));
  }
  /// `id` must not be here yet.
  void add(std::string_view id, std::uint32_t number) {
    reserve(used_ + 1);
    put({hash_of(id), number});
    ++used_;
  }
  template <class IdOf>
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view id, const IdOf& id_of) const {
    if (places_.empty()) return std::nullopt;
    const auto hash = hash_of(id);
    for (auto at = hash & (places_.size() - 1); places_[at].number != nothing; at = (at + 1) & (places_.size() - 1)) {
      const auto& place = places_[at];
      if (place.hash == hash && place.number != removed && id_of(place.number) == id) return place.number;
    }
    return std::nullopt;
  }
  /// `id` must be here with this number.
  void remove(std::string_view id, std::uint32_t number) {
    auto at = hash_of(id) & (places_.size() - 1);
    while (places_[at].number != number) at = (at + 1) & (places_.size() - 1);
    places_[at].number = removed;
  }

 private:
  static constexpr std::uint32_t nothing = 0xFFFF'FFFF, removed = 0xFFFF'FFFE;
  struct Place {
    std::uint32_t hash = 0, number = nothing;
  };
  static std::uint32_t hash_of(std::string_view id) {
    const auto hash = std::uint64_t{std::hash<std::string_view>{}(id)};
    return static_cast<std::uint32_t>(hash ^ hash >> 32);
  }
  void put(Place place) {
    auto at = place.hash & (places_.size() - 1);
    while (places_[at].number != nothing) at = (at + 1) & (places_.size() - 1);
    places_[at] = place;
  }
  void move_to(std::size_t size) {
    auto before = std::exchange(places_, std::vector<Place>(size));
    used_ = 0;
    for (const auto& place : before) {
      if (place.number == nothing || place.number == removed) continue;
      put(place);
      ++used_;
    }
  }

  std::vector<Place> places_;  // as many as a power of two, half of them free
  std::size_t used_ = 0;       // with those removed
};

}  // namespace cp::matching
