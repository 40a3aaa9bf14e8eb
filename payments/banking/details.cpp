#include "payments/banking/details.hpp"

#include "payments/banking/characters.hpp"
#include "shared/core/csv.hpp"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace cp::banking {
namespace {

constexpr std::string_view format = "cpbd1";
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t padding_block = 64;
constexpr int base64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t longest_name = 140;
constexpr std::size_t longest_sealed = 4'096;

static_assert(KeyRing::key_bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

void start_sodium() {
  static const int started = sodium_init();
  if (started < 0) throw std::runtime_error("libsodium did not start");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The digits of a text that has nothing but digits and `separators`; empty where it has more.
std::string digits_of(std::string_view text, std::string_view separators) {
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) {
      digits += c;
    } else if (separators.find(c) == std::string_view::npos) {
      return "";
    }
  }
  return digits;
}

bool all_zero(std::string_view digits) { return digits.find_first_not_of('0') == std::string_view::npos; }

std::string check_name(std::string_view name) {
  if (name.empty()) return "Give the name on the account.";
  if (valid_utf8_bytes(name) != name.size()) return "Give the name as plain text.";
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(name.begin(), name.end(), control)) return "Give the name in one line.";
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  const auto characters = name.size() - static_cast<std::size_t>(std::count_if(name.begin(), name.end(), continues));
  return characters > longest_name ? "Give a name of at most 140 characters." : "";
}

/// What is authenticated beside the secret: the format, the key and whose details they are. Lengths
/// in front, so that no two triples give the same bytes.
std::string associated_data(std::string_view key, std::string_view owner) {
  std::string data;
  for (const auto part : {format, key, owner}) data += std::to_string(part.size()) + ':' + std::string(part);
  return data;
}

struct SealedParts {
  std::string_view key;
  std::string_view body;
};

/// `cpbd1.key.body`, or empty parts.
SealedParts split(std::string_view sealed) {
  if (sealed.size() > longest_sealed || !sealed.starts_with(format)) return {};
  sealed.remove_prefix(format.size());
  if (!sealed.starts_with('.')) return {};
  sealed.remove_prefix(1);
  const auto dot = sealed.find('.');
  if (dot == std::string_view::npos) return {};
  return {sealed.substr(0, dot), sealed.substr(dot + 1)};
}

Error unreadable() {
  return {ErrorKind::internal, "bank-details-unreadable",
          "These bank details cannot be read: they were changed, or belong to somebody else. Ask for them anew."};
}

Error bad_key(std::string detail) { return invalid("bank-key-invalid", std::move(detail)); }

}  // namespace

void WipedText::wipe() { sodium_memzero(text_.data(), text_.size()); }

WipedText& WipedText::operator=(const WipedText& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

WipedText::~WipedText() { wipe(); }

Result<BankDetails> BankDetails::parse(std::string_view sort_code, std::string_view account_number,
                                       std::string_view account_name) {
  BankDetails details;
  std::vector<FieldError> fields;
  std::string digits = digits_of(sort_code, "- ");
  if (digits.size() != 6 || all_zero(digits)) {
    fields.push_back({"/sort_code", "Give the six digits of the sort code, such as 12-34-56."});
  }
  details.sort_code_ = WipedText(digits);
  sodium_memzero(digits.data(), digits.size());

  digits = digits_of(account_number, " ");
  if (digits.size() == 9 || digits.size() == 10) {
    fields.push_back({"/account_number", "Give the eight digits that your bank uses for Bacs payments."});
  } else if (digits.size() < 6 || digits.size() > 8 || all_zero(digits)) {
    fields.push_back({"/account_number", "Give the account number: six to eight digits."});
  } else {
    digits.insert(0, 8 - digits.size(), '0');
  }
  details.account_number_ = WipedText(digits);
  sodium_memzero(digits.data(), digits.size());

  const auto name = trimmed(account_name);
  if (auto problem = check_name(name); !problem.empty()) fields.push_back({"/account_name", std::move(problem)});
  details.account_name_ = WipedText(name);
  if (fields.empty()) return details;
  Error error = invalid("invalid-fields", "Some of the bank details are not right.");
  error.fields = std::move(fields);
  return error;
}

MaskedDetails masked(const BankDetails& details) {
  return {"••-••-••", "••••" + details.account_number().substr(4)};
}

Result<KeyRing> KeyRing::make(const std::vector<Key>& keys) {
  start_sodium();
  if (keys.empty()) return bad_key("Configure at least one key for bank details.");
  KeyRing ring;
  for (const auto& key : keys) {
    const auto fits = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; };
    if (key.id.empty() || key.id.size() > 16 || !std::all_of(key.id.begin(), key.id.end(), fits)) {
      return bad_key("Name a key for bank details with 1 to 16 of a-z, 0-9 and `-`.");
    }
    if (key.bytes.size() != key_bytes) return bad_key("The key `" + key.id + "` needs exactly 32 bytes.");
    if (ring.find(key.id) != nullptr) return bad_key("The key `" + key.id + "` is there twice.");
    ring.ids_.push_back(key.id);
    ring.bytes_.emplace_back(key.bytes);
  }
  return ring;
}

Result<KeyRing> KeyRing::read(std::string_view text) {
  std::vector<Key> keys;
  constexpr std::string_view between = ", \t\r\n";
  for (auto at = text.find_first_not_of(between); at != std::string_view::npos; at = text.find_first_not_of(between)) {
    text.remove_prefix(at);
    const auto entry = text.substr(0, text.find_first_of(between));
    text.remove_prefix(entry.size());
    const auto equals = entry.find('=');
    const auto hex = equals == std::string_view::npos ? "" : entry.substr(equals + 1);
    Key key{std::string(entry.substr(0, equals)), std::string(key_bytes, '\0')};
    std::size_t length = 0;
    const char* end = nullptr;
    if (hex.size() != 2 * key_bytes || sodium_hex2bin(bytes_of(key.bytes), key.bytes.size(), hex.data(), hex.size(),
                                                      nullptr, &length, &end) != 0 ||
        length != key_bytes) {
      return bad_key("Write each key for bank details as `id=` and 64 hexadecimal digits.");
    }
    keys.push_back(std::move(key));
  }
  auto ring = make(keys);
  for (auto& key : keys) sodium_memzero(key.bytes.data(), key.bytes.size());
  return ring;
}

const unsigned char* KeyRing::find(std::string_view id) const {
  for (std::size_t at = 0; at < ids_.size(); ++at) {
    if (ids_[at] == id) return bytes_of(std::string_view(bytes_[at].text()));
  }
  return nullptr;
}

std::string seal(const BankDetails& details, std::string_view owner, const KeyRing& keys) {
  std::string plain = details.sort_code() + details.account_number() + details.account_name();
  const auto length = plain.size();
  plain.resize(length + padding_block);
  std::size_t padded = 0;
  if (sodium_pad(&padded, bytes_of(plain), length, padding_block, plain.size()) != 0) {
    throw std::logic_error("bank details do not fit their padding");
  }
  std::string sealed(nonce_bytes + padded + tag_bytes, '\0');
  randombytes_buf(sealed.data(), nonce_bytes);
  const auto data = associated_data(keys.newest(), owner);
  unsigned long long written = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(sealed) + nonce_bytes, &written, bytes_of(plain), padded,
                                             bytes_of(data), data.size(), nullptr, bytes_of(sealed),
                                             keys.find(keys.newest()));
  sodium_memzero(plain.data(), plain.size());
  std::string body(sodium_base64_ENCODED_LEN(sealed.size(), base64), '\0');
  sodium_bin2base64(body.data(), body.size(), bytes_of(sealed), sealed.size(), base64);
  body.pop_back();  // the terminating zero
  return std::string(format) + '.' + keys.newest() + '.' + body;
}

Result<BankDetails> open(std::string_view sealed, std::string_view owner, const KeyRing& keys) {
  const auto [id, body] = split(sealed);
  if (id.empty()) return unreadable();
  const auto* key = keys.find(id);
  if (key == nullptr) {
    return Error{ErrorKind::internal, "bank-key-unknown",
                 "These bank details were sealed with a key that is not configured any more."};
  }
  std::string bytes(body.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes_of(bytes), bytes.size(), body.data(), body.size(), nullptr, &length, &end, base64) != 0 ||
      end != body.data() + body.size() || length < nonce_bytes + tag_bytes + padding_block) {
    return unreadable();
  }
  std::string plain(length - nonce_bytes - tag_bytes, '\0');
  const auto data = associated_data(id, owner);
  unsigned long long written = 0;
  std::size_t unpadded = 0;
  const bool opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
                          bytes_of(plain), &written, nullptr, bytes_of(bytes) + nonce_bytes, length - nonce_bytes,
                          bytes_of(data), data.size(), bytes_of(bytes), key) == 0 &&
                      sodium_unpad(&unpadded, bytes_of(plain), plain.size(), padding_block) == 0 && unpadded > 14;
  if (!opened) return unreadable();
  const auto text = std::string_view(plain).substr(0, unpadded);
  auto details = BankDetails::parse(text.substr(0, 6), text.substr(6, 8), text.substr(14));
  sodium_memzero(plain.data(), plain.size());
  if (!details) return unreadable();
  return details;
}

bool needs_new_seal(std::string_view sealed, const KeyRing& keys) { return split(sealed).key != keys.newest(); }

}  // namespace cp::banking
