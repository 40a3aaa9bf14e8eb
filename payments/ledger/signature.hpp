// Signed heads: whoever keeps one can tell later whether history was written anew.
#pragma once

#include "payments/ledger/journal.hpp"

#include <string>

namespace cp::ledger {

/// An Ed25519 key, kept in a file of 64 hexadecimal digits (its seed) that only its owner reads.
class SigningKey {
 public:
  /// Reads the file, or makes it with a new key where it is missing.
  static SigningKey from_file(const std::string& path);
  explicit SigningKey(const std::array<unsigned char, 32>& seed);
  ~SigningKey();
  SigningKey(SigningKey&&) = default;

  [[nodiscard]] SignedHead sign(const Head& head, Timestamp at) const;
  [[nodiscard]] const std::array<unsigned char, 32>& public_key() const { return public_key_; }

 private:
  std::array<unsigned char, 32> public_key_ = {};
  std::array<unsigned char, 64> secret_key_ = {};
};

bool is_signed(const SignedHead& head);
/// One line for statements and payment files: sequence, hash and signature.
std::string to_text(const SignedHead& head);

}  // namespace cp::ledger
