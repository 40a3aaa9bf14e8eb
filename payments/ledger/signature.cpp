#include "payments/ledger/signature.hpp"

#include "payments/ledger/encoding.hpp"

#include <sodium.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace cp::ledger {
namespace {

/// What is signed: a purpose, so that the signature fits nothing else, and the head.
std::string message_of(const SignedHead& head) {
  std::string message;
  Encoder to(message);
  to.text("common purse ledger head 1");
  to.number(head.sequence);
  to.bytes(head.hash);
  to.integer(to_microseconds(head.at));
  return message;
}

const unsigned char* bytes_of(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::array<unsigned char, 32> new_seed_in(const std::string& path) {
  std::array<unsigned char, 32> seed{};
  randombytes_buf(seed.data(), seed.size());
  const auto digits = to_hex(seed) + "\n";
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  const bool written = file >= 0 && ::write(file, digits.data(), digits.size()) == static_cast<ssize_t>(digits.size()) &&
                       ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!written) throw std::runtime_error("The ledger's signing key cannot be written to " + path + ".");
  return seed;
}

}  // namespace

SigningKey SigningKey::from_file(const std::string& path) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  if (::access(path.c_str(), F_OK) != 0) return SigningKey(new_seed_in(path));
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  std::array<unsigned char, 32> seed{};
  std::size_t size = 0;
  if (sodium_hex2bin(seed.data(), seed.size(), text.data(), std::min<std::size_t>(text.size(), 64), nullptr, &size,
                     nullptr) != 0 || size != seed.size()) {
    throw std::runtime_error("The ledger's signing key in " + path + " is not 64 hexadecimal digits.");
  }
  return SigningKey(seed);
}

SigningKey::SigningKey(const std::array<unsigned char, 32>& seed) {
  crypto_sign_seed_keypair(public_key_.data(), secret_key_.data(), seed.data());
}

SigningKey::~SigningKey() { sodium_memzero(secret_key_.data(), secret_key_.size()); }

SignedHead SigningKey::sign(const Head& head, Timestamp at) const {
  SignedHead signed_head{head.sequence, head.hash, at, public_key_, {}};
  const auto message = message_of(signed_head);
  crypto_sign_detached(signed_head.signature.data(), nullptr, bytes_of(message), message.size(), secret_key_.data());
  return signed_head;
}

bool is_signed(const SignedHead& head) {
  const auto message = message_of(head);
  return crypto_sign_verify_detached(head.signature.data(), bytes_of(message), message.size(),
                                     head.public_key.data()) == 0;
}

std::string to_text(const SignedHead& head) {
  return "ledger " + std::to_string(head.sequence) + " " + to_hex(head.hash) + " signed " + cp::to_text(head.at) + " " +
         to_hex(head.signature);
}

}  // namespace cp::ledger
