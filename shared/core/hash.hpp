// Hashes and secrets, from libsodium.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cp {

/// Two small hexadecimal digits a byte.
std::string to_hex(std::span<const unsigned char> bytes);
/// SHA-256 as 64 hexadecimal digits.
std::string sha256_hex(std::string_view data);
/// 32 random bytes as 64 hexadecimal digits: session tokens, invitation codes.
std::string random_token();
/// Compares without telling by its time where two secrets differ.
bool equal_secrets(std::string_view a, std::string_view b);

/// argon2id with libsodium's interactive bounds: 64 MiB and about a tenth of a second. Only on a
/// `Workers` thread, never on one that serves sockets.
std::string hash_password(const std::string& password);
bool password_matches(const std::string& hash, const std::string& password);

}  // namespace cp
