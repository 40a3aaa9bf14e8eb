// How plans, pools and shares are written into the ledger's bytes. Used by facts and by the book.
#pragma once

#include "payments/book/facts.hpp"
#include "payments/ledger/encoding.hpp"

namespace cp::payments {

class FactEncoder : public ledger::Encoder {
 public:
  using ledger::Encoder::Encoder;
  template <Name K>
  void id(const Id<K>& value) {
    text(value.text());
  }
  template <Named E>
  void named(E value) {
    text(name(value));
  }
  void date(Date value) { integer(ledger::to_day(value)); }
  /// A stream's name, and behind a colon the day of an instalment.
  void stream(Stream stream, const Instalment& from) {
    text(from ? std::string(name(stream)) + ":" + to_text(*from) : std::string(name(stream)));
  }
  template <class T, class One>
  void list(const std::vector<T>& values, One one) {
    number(values.size());
    for (const auto& value : values) one(value);
  }
  void plan(const Plan& plan);
  void pool(const PoolNote& note);
  void parts(const std::vector<SharePart>& parts);
  void share(const HeldShare& share);
  void run_parts(const std::vector<RunPart>& parts);
  void fee(const Fee& fee);
};

class FactDecoder : public ledger::Decoder {
 public:
  using ledger::Decoder::Decoder;
  template <Name K>
  Id<K> id() {
    return Id<K>(std::string(text()));
  }
  template <Named E>
  E named() {
    if (const auto value = from_name<E>(text())) return *value;
    throw ledger::JournalCorrupt("a name in the ledger is not known");
  }
  Date date() { return ledger::from_day(static_cast<ledger::Day>(integer())); }
  void stream(Stream& stream, Instalment& from);
  template <class T, class One>
  std::vector<T> list(One one) {
    std::vector<T> values;
    for (auto left = below(10'000'000); left > 0; --left) values.push_back(one());
    return values;
  }
  Plan plan();
  PoolNote pool();
  std::vector<SharePart> parts();
  HeldShare share();
  std::vector<RunPart> run_parts();
  Fee fee();
  /// Which version of the encoding follows; the newest where it is not said.
  void set_format(std::uint64_t format) { format_ = format; }

 private:
  Derivation derivation();

  std::uint64_t format_ = 3;
};

}  // namespace cp::payments
