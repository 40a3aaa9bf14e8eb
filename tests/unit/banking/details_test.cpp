#include "payments/banking/details.hpp"

#include <catch2/catch_test_macros.hpp>

#include <concepts>
#include <ostream>

using namespace cp;
using namespace cp::banking;

namespace {

template <class T>
concept printable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!printable<BankDetails> && !printable<WipedText>);
static_assert(!std::convertible_to<BankDetails, std::string> && !std::convertible_to<WipedText, std::string>);

std::string key_of(char byte) { return std::string(KeyRing::key_bytes, byte); }

KeyRing ring(const std::vector<KeyRing::Key>& keys) { return KeyRing::make(keys).value(); }

BankDetails details(std::string_view name = "Rainbow Play Ltd") {
  return BankDetails::parse("08-99-99", "66374958", name).value();
}

std::vector<std::string> bad_fields(std::string_view sort_code, std::string_view number, std::string_view name) {
  const auto read = BankDetails::parse(sort_code, number, name);
  REQUIRE(read.has_error());
  CHECK(read.error().kind == ErrorKind::invalid);
  std::vector<std::string> pointers;
  for (const auto& field : read.error().fields) pointers.push_back(field.pointer);
  return pointers;
}

}  // namespace

TEST_CASE("bank details are read as people write them") {
  struct Row {
    std::string_view sort_code, number, name;
    std::string_view want_sort_code, want_number, want_name;
  };
  for (const auto& row : {Row{"123456", "12345678", "A", "123456", "12345678", "A"},
                          Row{"12-34-56", "1234 5678", " Ann Lee ", "123456", "12345678", "Ann Lee"},
                          Row{"12 34 56", "123456", "Zoë & Søn", "123456", "00123456", "Zoë & Søn"},
                          Row{" 00-00-01 ", "1234567", "O'Neil", "000001", "01234567", "O'Neil"}}) {
    const auto read = BankDetails::parse(row.sort_code, row.number, row.name);
    INFO(row.sort_code << ' ' << row.number);
    REQUIRE(read.has_value());
    CHECK(read->sort_code() == row.want_sort_code);
    CHECK(read->account_number() == row.want_number);
    CHECK(read->account_name() == row.want_name);
  }
}

TEST_CASE("every field that is wrong is named at once, and nothing is repeated") {
  using Pointers = std::vector<std::string>;
  CHECK(bad_fields("", "", "") == Pointers{"/sort_code", "/account_number", "/account_name"});
  CHECK(bad_fields("12345", "12345678", "A") == Pointers{"/sort_code"});
  CHECK(bad_fields("1234567", "12345678", "A") == Pointers{"/sort_code"});
  CHECK(bad_fields("12.34.56", "12345678", "A") == Pointers{"/sort_code"});
  CHECK(bad_fields("000000", "12345678", "A") == Pointers{"/sort_code"});
  CHECK(bad_fields("123456", "12345", "A") == Pointers{"/account_number"});
  CHECK(bad_fields("123456", "123456789", "A") == Pointers{"/account_number"});
  CHECK(bad_fields("123456", "12345678901", "A") == Pointers{"/account_number"});
  CHECK(bad_fields("123456", "1234567X", "A") == Pointers{"/account_number"});
  CHECK(bad_fields("123456", "00000000", "A") == Pointers{"/account_number"});
  CHECK(bad_fields("123456", "12345678", "   ") == Pointers{"/account_name"});
  CHECK(bad_fields("123456", "12345678", "two\nlines") == Pointers{"/account_name"});
  CHECK(bad_fields("123456", "12345678", "\xFF") == Pointers{"/account_name"});
  CHECK(bad_fields("123456", "12345678", std::string(141, 'a')) == Pointers{"/account_name"});
  std::string long_name;
  for (int at = 0; at < 140; ++at) long_name += "é";
  CHECK(BankDetails::parse("123456", "12345678", long_name).has_value());

  const auto refused = BankDetails::parse("12345", "87654321", "A");
  CHECK(refused.error().detail.find("87654321") == std::string::npos);
}

TEST_CASE("only the last four digits of an account are shown") {
  const auto shown = masked(details());
  CHECK(shown.account_number == "••••4958");
  CHECK(shown.sort_code == "••-••-••");
}

TEST_CASE("sealed details open for their owner alone") {
  const auto keys = ring({{"k1", key_of('a')}});
  const auto sealed = seal(details(), "provider-1", keys);
  CHECK(sealed.starts_with("cpbd1.k1."));
  CHECK(sealed.find("66374958") == std::string::npos);
  CHECK(open(sealed, "provider-1", keys).value() == details());
  CHECK(open(sealed, "provider-2", keys).error().code == "bank-details-unreadable");
  CHECK(seal(details(), "provider-1", keys) != sealed);
  // A name's length does not show, up to the padding.
  CHECK(seal(details("A"), "p", keys).size() == seal(details("Rainbow Play and Leisure Ltd"), "p", keys).size());
}

TEST_CASE("whatever is changed in a sealed text, it does not open") {
  const auto keys = ring({{"k1", key_of('a')}, {"k2", key_of('a')}});
  const auto sealed = seal(details(), "p", keys);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    auto changed = sealed;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    INFO("changed at " << at);
    CHECK(open(changed, "p", keys).has_error());
    CHECK(open(sealed.substr(0, at), "p", keys).has_error());
  }
  // The key's name is authenticated, too: the same bytes under another name are another key.
  auto renamed = sealed;
  renamed.replace(0, 8, "cpbd1.k2");
  CHECK(open(renamed, "p", keys).error().code == "bank-details-unreadable");
  CHECK(open("", "p", keys).has_error());
  CHECK(open(sealed + "A", "p", keys).has_error());
  CHECK(open(std::string(10'000, 'A'), "p", keys).has_error());
}

TEST_CASE("keys are replaced without losing what older ones sealed") {
  const auto old_keys = ring({{"2025", key_of('a')}});
  const auto keys = ring({{"2026", key_of('b')}, {"2025", key_of('a')}});
  const auto sealed = seal(details(), "p", old_keys);
  CHECK(open(sealed, "p", keys).value() == details());
  CHECK(needs_new_seal(sealed, keys));
  const auto again = seal(open(sealed, "p", keys).value(), "p", keys);
  CHECK_FALSE(needs_new_seal(again, keys));
  CHECK(open(again, "p", old_keys).error().code == "bank-key-unknown");
}

TEST_CASE("a key ring takes keys of the right size with names of their own") {
  CHECK(KeyRing::make({}).error().code == "bank-key-invalid");
  CHECK(KeyRing::make({{"k", "short"}}).error().code == "bank-key-invalid");
  CHECK(KeyRing::make({{"", key_of('a')}}).error().code == "bank-key-invalid");
  CHECK(KeyRing::make({{"K", key_of('a')}}).error().code == "bank-key-invalid");
  CHECK(KeyRing::make({{"k", key_of('a')}, {"k", key_of('b')}}).error().code == "bank-key-invalid");

  const std::string hex(64, 'a');
  const auto read = KeyRing::read("new=" + hex + ",\n old=" + std::string(64, 'B') + "\n");
  REQUIRE(read.has_value());
  CHECK(read->newest() == "new");
  CHECK(read->find("old") != nullptr);
  CHECK(read->find("other") == nullptr);
  const std::vector<std::string> refused{"",       "new", "new=" + hex + "a", "new=" + hex.substr(1),
                                         "=" + hex, "new=" + hex.substr(1) + "x"};
  for (const auto& text : refused) {
    INFO(text);
    CHECK(KeyRing::read(text).error().code == "bank-key-invalid");
  }
}
