#include "shared/json/node.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <vector>

namespace cp::json {
namespace {

using Json = nlohmann::json;

const Json& json_of(const void* value) { return *static_cast<const Json*>(value); }

/// Watches what nlohmann's own tree builder lets pass: keys given twice, deep nesting.
class StrictBuilder {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  StrictBuilder(Json& root, std::size_t depth_limit) : builder_(root, false), depth_limit_(depth_limit) {}

  bool null() { return builder_.null(); }
  bool boolean(bool value) { return builder_.boolean(value); }
  bool number_integer(number_integer_t value) { return builder_.number_integer(value); }
  bool number_unsigned(number_unsigned_t value) { return builder_.number_unsigned(value); }
  bool number_float(number_float_t value, const string_t& text) {
    return builder_.number_float(value, text);
  }
  bool string(string_t& value) { return builder_.string(value); }
  bool binary(binary_t& value) { return builder_.binary(value); }
  bool start_object(std::size_t size) {
    keys_.emplace_back();
    return go_deeper() && builder_.start_object(size);
  }
  bool key(string_t& key) {
    if (!keys_.back().insert(key).second) {
      error_ = malformed("duplicate-key", "The key \"" + key + "\" stands twice in one object.");
      return false;
    }
    return builder_.key(key);
  }
  bool end_object() {
    keys_.pop_back();
    --depth_;
    return builder_.end_object();
  }
  bool start_array(std::size_t size) { return go_deeper() && builder_.start_array(size); }
  bool end_array() {
    --depth_;
    return builder_.end_array();
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
    error_ = malformed("not-json",
                       "The text is not JSON: look near byte " + std::to_string(position) + ".");
    return false;
  }
  [[nodiscard]] Error error() && { return std::move(error_); }

 private:
  bool go_deeper() {
    if (++depth_ <= depth_limit_) return true;
    error_ = malformed("too-deep", "The JSON nests deeper than " + std::to_string(depth_limit_) + ".");
    return false;
  }

  nlohmann::detail::json_sax_dom_parser<Json> builder_;
  std::size_t depth_limit_;
  std::size_t depth_ = 0;
  std::vector<std::set<std::string, std::less<>>> keys_;
  Error error_ = malformed("not-json", "The text is not JSON.");
};

}  // namespace

struct Document::Tree {
  Json root;
};

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.bytes) {
    return Error{ErrorKind::too_large, "too-large",
                 "The text is longer than " + std::to_string(limits.bytes) + " bytes."};
  }
  auto tree = std::make_unique<Tree>();
  StrictBuilder builder(tree->root, limits.depth);
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return std::move(builder).error();
  return Document(std::move(tree));
}

Node Document::root() const { return Node(&tree_->root); }

Kind Node::kind() const {
  switch (json_of(value_).type()) {
    case Json::value_t::boolean: return Kind::boolean;
    case Json::value_t::number_integer: return Kind::integer;
    case Json::value_t::number_unsigned:
      // Above the signed range an unsigned number is no integer of ours.
      return json_of(value_).get_ref<const Json::number_unsigned_t&>() <= INT64_MAX ? Kind::integer
                                                                                   : Kind::decimal;
    case Json::value_t::number_float: return Kind::decimal;
    case Json::value_t::string: return Kind::string;
    case Json::value_t::array: return Kind::array;
    case Json::value_t::object: return Kind::object;
    default: return Kind::null;
  }
}

bool Node::as_bool() const { return json_of(value_).get<bool>(); }
std::int64_t Node::as_integer() const { return json_of(value_).get<std::int64_t>(); }
double Node::as_double() const { return json_of(value_).get<double>(); }
std::string_view Node::as_string() const { return json_of(value_).get_ref<const std::string&>(); }
std::size_t Node::size() const { return json_of(value_).size(); }
Node Node::at(std::size_t index) const { return Node(&json_of(value_)[index]); }

std::optional<Node> Node::find(std::string_view key) const {
  const auto& object = json_of(value_);
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  return Node(&*found);
}

void Node::each_member(const std::function<void(std::string_view, Node)>& visit) const {
  for (const auto& [key, value] : json_of(value_).items()) visit(key, Node(&value));
}

std::string Node::text() const { return json_of(value_).dump(); }

}  // namespace cp::json
