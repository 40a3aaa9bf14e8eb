// UK bank details: what may be typed, what may be shown, and how they lie in the database.
//
// Whoever can change these can take the money, and whoever can read them knows somebody's bank.
// So they cannot be printed or logged by mistake (there is no `operator<<`, no conversion to a
// text), their memory is wiped, and at rest they are sealed to the one they belong to.
#pragma once

#include "shared/core/error.hpp"

#include <array>
#include <cstddef>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cp::banking {

/// A text that is wiped when it goes. Copies are made, never moves: a moved-from short string
/// would keep its characters.
class WipedText {
 public:
  WipedText() = default;
  explicit WipedText(std::string_view text) : text_(text) {}
  WipedText(const WipedText&) = default;
  WipedText& operator=(const WipedText& other);
  ~WipedText();
  [[nodiscard]] const std::string& text() const { return text_; }
  bool operator==(const WipedText&) const = default;

 private:
  void wipe();
  std::string text_;
};

class BankDetails {
 public:
  /// Reads what a person typed. Sort code: six digits, in pairs with `-` or a space if they like.
  /// Account number: six to eight digits, spaces allowed; shorter ones get zeros in front, as the
  /// modulus specification (2.1.2) says. Nine and ten digits are refused: which eight of them count
  /// depends on the bank. Account name: 1 to 140 characters of one line (ISO 20022 `Max140Text`).
  /// Refused as `invalid-fields`, every bad field at once, at `/sort_code`, `/account_number` and
  /// `/account_name`.
  static Result<BankDetails> parse(std::string_view sort_code, std::string_view account_number,
                                   std::string_view account_name);

  [[nodiscard]] const std::string& sort_code() const { return sort_code_.text(); }            // 6 digits
  [[nodiscard]] const std::string& account_number() const { return account_number_.text(); }  // 8 digits
  [[nodiscard]] const std::string& account_name() const { return account_name_.text(); }
  bool operator==(const BankDetails&) const = default;

 private:
  BankDetails() = default;
  WipedText sort_code_;
  WipedText account_number_;
  WipedText account_name_;
};

/// A compile error wherever somebody tries to print them.
std::ostream& operator<<(std::ostream&, const WipedText&) = delete;
std::ostream& operator<<(std::ostream&, const BankDetails&) = delete;

/// What pages, mails and logs may show.
struct MaskedDetails {
  std::string sort_code;       // `••-••-••`
  std::string account_number;  // `••••1234`
};
MaskedDetails masked(const BankDetails& details);

/// Keys of XChaCha20-Poly1305, by name. New texts are sealed with the first key; the others open
/// what was sealed before it. Holds its bytes in memory that is wiped.
class KeyRing {
 public:
  static constexpr std::size_t key_bytes = 32;
  struct Key {
    std::string id;     // 1 to 16 of a-z, 0-9, `-`; it is written in front of each sealed text
    std::string bytes;  // `key_bytes` of them, random
  };

  /// Refuses no key, a name twice, and keys of another size: `bank-key-invalid`.
  static Result<KeyRing> make(const std::vector<Key>& keys);
  /// Reads `id=64 hexadecimal digits`, separated by commas or spaces: a setting or a mounted file.
  static Result<KeyRing> read(std::string_view text);

  [[nodiscard]] const std::string& newest() const { return ids_.front(); }
  /// The key's bytes; null where there is no such key.
  [[nodiscard]] const unsigned char* find(std::string_view id) const;

 private:
  KeyRing() = default;
  std::vector<std::string> ids_;
  std::vector<WipedText> bytes_;
};

/// Seals details to their `owner` (the provider's id): `cpbd1.<key>.<base64url>`, the last part a
/// random nonce and the ciphertext, padded so that its length does not tell the name's. A text
/// moved to another owner's row does not open.
std::string seal(const BankDetails& details, std::string_view owner, const KeyRing& keys);
/// Refuses a text of another format, changed, or of another owner as `bank-details-unreadable`;
/// one whose key is not in the ring as `bank-key-unknown`.
Result<BankDetails> open(std::string_view sealed, std::string_view owner, const KeyRing& keys);
/// True where a text was sealed with another than the newest key, so that it is time to seal anew.
bool needs_new_seal(std::string_view sealed, const KeyRing& keys);

}  // namespace cp::banking
