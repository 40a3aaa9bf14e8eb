// Any bytes into the strict reader. What it takes, it has to write again so that it reads the same.

#include "shared/json/wire.hpp"

#include <cstdint>
#include <cstdlib>

using namespace cp;

namespace {

enum class Kind { one, two };
constexpr auto names_of(Kind) { return names<Kind>({{Kind::one, "one"}, {Kind::two, "two"}}); }

struct Inner {
  std::int64_t number = 0;
  std::optional<std::string> text;
  bool operator==(const Inner&) const = default;
};
constexpr auto wire(const Inner*) {
  return json::object("Inner", json::field("number", &Inner::number, "", json::between(-5, 5)),
                      json::field("text", &Inner::text, "", json::between(1, 20)));
}

struct Outer {
  std::optional<Money> money;
  std::optional<double> real;
  std::optional<Timestamp> instant;
  std::optional<Date> day;
  std::optional<Month> month;
  std::optional<Kind> kind;
  std::optional<Id<"thing">> id;
  std::optional<std::vector<Inner>> inner;
  std::optional<std::map<std::string, bool>> flags;
  std::optional<json::Any> any;
  bool operator==(const Outer&) const = default;
};
constexpr auto wire(const Outer*) {
  return json::object("Outer", json::field("money", &Outer::money, ""), json::field("real", &Outer::real, ""),
                      json::field("instant", &Outer::instant, ""), json::field("day", &Outer::day, ""),
                      json::field("month", &Outer::month, ""), json::field("kind", &Outer::kind, ""),
                      json::field("id", &Outer::id, ""), json::field("inner", &Outer::inner, ""),
                      json::field("flags", &Outer::flags, ""), json::field("any", &Outer::any, ""));
}

/// The value's own text has to be taken, and to give the same value.
void check_round_trip(const Outer& value) {
  const auto text = json::write(value);
  const auto again = json::read<Outer>(text);
  if (!again || !(*again == value)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = json::Document::parse(text, {.bytes = 65'536, .depth = 16});
  if (!document) return 0;
  if (!json::Document::parse(document->root().text(), {.bytes = 1 << 20, .depth = 16})) std::abort();
  if (const auto value = json::read<Outer>(document->root())) check_round_trip(*value);
  const auto from_query = json::read<Outer>(document->root(), json::Source::parameters);
  if (from_query) check_round_trip(*from_query);
  return 0;
}
