// State in memory that can be saved piece by piece, so that a start need not read all of history.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cp::ledger {

/// Pieces numbered from 0 without a gap; more are only ever added. Each remembers up to which
/// operation it counts, so that replaying an operation twice changes nothing.
class Shelf {
 public:
  virtual ~Shelf() = default;
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// Since it was last saved.
  [[nodiscard]] virtual bool changed(std::size_t number) const = 0;
  /// Appends the piece's bytes; it counts as saved.
  virtual void save(std::size_t number, std::string& out) = 0;
  /// Pieces are loaded in the order of their numbers.
  virtual void load(std::size_t number, std::string_view body) = 0;
  virtual void clear() = 0;
};

}  // namespace cp::ledger
