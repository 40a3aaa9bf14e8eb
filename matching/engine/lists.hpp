// Many short lists in one array, so that walking them stays in the cache. A list that outgrows its room moves to the end;
// what it leaves is taken back when half of the array is such gaps.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cp::matching {

template <class T>
class Lists {
 public:
  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] std::span<const T> operator[](std::size_t at) const {
    return {items_.data() + places_[at].from, places_[at].size};
  }
  [[nodiscard]] std::span<T> writable(std::size_t at) { return {items_.data() + places_[at].from, places_[at].size}; }

  void reserve(std::size_t lists, std::size_t items) {
    places_.reserve(lists);
    items_.reserve(items);
  }
  void append(std::span<const T> list) {
    const auto size = static_cast<std::uint32_t>(list.size());
    places_.push_back({items_.size(), size, size});
    items_.insert(items_.end(), list.begin(), list.end());
  }
  /// Adds to the list that was appended last.
  void add(const T& item) {
    items_.push_back(item);
    places_.back().size = ++places_.back().room;
  }
  /// The list numbered `order[at]` becomes that numbered `at`.
  void put_in_order(std::span<const std::uint32_t> order) {
    Lists sorted;
    sorted.reserve(order.size(), items_.size());
    for (const auto at : order) sorted.append((*this)[at]);
    *this = std::move(sorted);
  }
  /// Lists of these sizes, to be filled with `fill`.
  void lay_out(std::span<const std::uint32_t> sizes) {
    places_.reserve(places_.size() + sizes.size());
    auto from = items_.size();
    for (const auto size : sizes) {
      places_.push_back({from, 0, size});
      from += size;
    }
    items_.resize(from);
  }
  /// Adds to the end of a list that was laid out with room for it.
  void fill(std::size_t at, const T& item) {
    auto& place = places_[at];
    items_[place.from + place.size++] = item;
  }
  void insert(std::size_t at, std::size_t position, const T& item) {
    if (places_[at].size == places_[at].room) make_room(at);
    auto& place = places_[at];
    const auto from = items_.begin() + static_cast<std::ptrdiff_t>(place.from);
    std::move_backward(from + static_cast<std::ptrdiff_t>(position), from + place.size, from + place.size + 1);
    items_[place.from + position] = item;
    ++place.size;
  }
  void erase(std::size_t at, std::size_t position) {
    auto& place = places_[at];
    const auto from = items_.begin() + static_cast<std::ptrdiff_t>(place.from);
    std::move(from + static_cast<std::ptrdiff_t>(position) + 1, from + place.size, from + static_cast<std::ptrdiff_t>(position));
    --place.size;
  }
  void clear(std::size_t at) { places_[at].size = 0; }

 private:
  struct Place {
    std::size_t from = 0;
    std::uint32_t size = 0, room = 0;
  };
  void make_room(std::size_t at) {
    if (gaps_ > items_.size() / 2 + 1'024) close_gaps();
    auto& place = places_[at];
    const auto to = items_.size();
    gaps_ += place.room;
    place.room = place.room * 2 + 4;
    items_.resize(to + place.room);
    std::copy_n(items_.begin() + static_cast<std::ptrdiff_t>(place.from), place.size,
                items_.begin() + static_cast<std::ptrdiff_t>(to));
    place.from = to;
  }
  void close_gaps() {
    std::vector<T> kept;
    for (auto& place : places_) {
      const auto to = kept.size();
      kept.insert(kept.end(), items_.begin() + static_cast<std::ptrdiff_t>(place.from),
                  items_.begin() + static_cast<std::ptrdiff_t>(place.from) + place.size);
      place = {to, place.size, place.size};
    }
    items_ = std::move(kept);
    gaps_ = 0;
  }

  std::vector<Place> places_;
  std::vector<T> items_;
  std::size_t gaps_ = 0;
};

}  // namespace cp::matching
