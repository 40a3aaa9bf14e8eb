#include "payments/payouts/bank_office.hpp"

#include "shared/core/hash.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace cp::payments {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("The file " + path + " cannot be read.");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string optional_text(const std::string& path) { return path.empty() ? std::string() : text_of(path); }

void make_key(const std::string& path) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  std::array<unsigned char, banking::KeyRing::key_bytes> key{};
  randombytes_buf(key.data(), key.size());
  const auto line = "first=" + to_hex(key) + "\n";
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  const bool written = file >= 0 && ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                       ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  sodium_memzero(key.data(), key.size());
  if (!written) throw std::runtime_error("The key for bank details cannot be written to " + path + ".");
}

banking::KeyRing keys_of(const Config& config) {
  auto path = config.bank_key_file;
  if (path.empty()) {
    std::filesystem::create_directories(config.data_dir);
    path = (std::filesystem::path(config.data_dir) / "bank.key").string();
  }
  if (::access(path.c_str(), F_OK) != 0) make_key(path);
  auto text = text_of(path);
  auto keys = banking::KeyRing::read(text);
  sodium_memzero(text.data(), text.size());
  if (!keys) throw std::runtime_error(path + ": " + keys.error().detail);
  return *keys;
}

banking::ModulusTable modulus_of(const Config& config) {
  if (config.bank_modulus_weights_file.empty()) return {};
  auto table = banking::ModulusTable::read(text_of(config.bank_modulus_weights_file),
                                           optional_text(config.bank_modulus_substitutions_file));
  if (!table) throw std::runtime_error(config.bank_modulus_weights_file + ": " + table.error().detail);
  return std::move(*table);
}

banking::BankCalendar calendar_of(const Config& config) {
  auto calendar = banking::BankCalendar::read(optional_text(config.bank_holidays_file));
  if (!calendar) throw std::runtime_error(config.bank_holidays_file + ": " + calendar.error().detail);
  return std::move(*calendar);
}

}  // namespace

BankOffice BankOffice::open(const Config& config) {
  banking::BankingPolicy policy;
  policy.second_release_above = Money(100 * config.bank_second_release_pounds);
  policy.most_of_run = Money(100 * config.bank_most_of_run_pounds);
  policy.details_delay_days = static_cast<int>(config.bank_details_delay_days);
  return {keys_of(config), modulus_of(config), calendar_of(config), policy};
}

}  // namespace cp::payments
