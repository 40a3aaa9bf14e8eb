// A parsed JSON text, read strictly: what two readers could understand differently is refused.
#pragma once

#include "shared/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cp::json {

enum class Kind { null, boolean, integer, decimal, string, array, object };

/// One value of a parsed text; a light reference, valid while its `Document` lives.
class Node {
 public:
  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool as_bool() const;
  /// Exact: a number with a fraction or exponent is `decimal`, never an integer.
  [[nodiscard]] std::int64_t as_integer() const;
  [[nodiscard]] double as_double() const;
  [[nodiscard]] std::string_view as_string() const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] Node at(std::size_t index) const;
  [[nodiscard]] std::optional<Node> find(std::string_view key) const;
  void each_member(const std::function<void(std::string_view key, Node value)>& visit) const;
  /// The value as JSON text again.
  [[nodiscard]] std::string text() const;

 private:
  friend class Document;
  explicit Node(const void* value) : value_(value) {}
  const void* value_;
};

/// Bounds of one parse; a text beyond them is refused.
struct ParseLimits {
  std::size_t bytes = 1 << 20;
  std::size_t depth = 32;
};

/// Owns a parsed text. Refused, each with a code of its own: broken syntax or UTF-8, a key twice
/// in one object, nesting beyond the depth, a text beyond the size.
class Document {
 public:
  static Result<Document> parse(std::string_view text, const ParseLimits& limits = {});
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();
  [[nodiscard]] Node root() const;

 private:
  struct Tree;
  explicit Document(std::unique_ptr<Tree> tree);
  std::unique_ptr<Tree> tree_;
};

}  // namespace cp::json
