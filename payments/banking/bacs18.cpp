#include "payments/banking/bacs18.hpp"

#include "payments/banking/characters.hpp"

#include <algorithm>

namespace cp::banking {
namespace {

constexpr std::size_t label_width = 80;
constexpr std::size_t name_width = 18;
constexpr Money most_total{99'999'999'999};
constexpr int most_days_ahead = 30;

bool all_digits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

/// A line that fields are put into, one behind the other.
class Line {
 public:
  Line& text(std::string_view value, std::size_t width) {
    out_ += value.substr(0, width);
    out_.append(width - std::min(width, value.size()), ' ');
    return *this;
  }
  Line& text(std::string_view value) { return text(value, value.size()); }
  Line& blanks(std::size_t width) { return text("", width); }
  /// Right-aligned, with zeros in front.
  Line& number(std::int64_t value, std::size_t width) {
    const auto digits = std::to_string(value);
    out_.append(width - std::min(width, digits.size()), '0');
    out_ += digits;
    return *this;
  }
  /// ` YYDDD`: a space, two digits of the year, the day of the year.
  Line& day(Date day) {
    const auto since = std::chrono::sys_days(day) - std::chrono::sys_days(day.year() / std::chrono::January / 1);
    return text(" ").number(static_cast<int>(day.year()) % 100, 2).number(since.count() + 1, 3);
  }
  [[nodiscard]] std::string label() const { return out_ + std::string(label_width - out_.size(), ' ') + "\r\n"; }
  [[nodiscard]] std::string record() const { return out_ + "\r\n"; }

 private:
  std::string out_;
};

class Writer {
 public:
  Writer(const PaymentFile& file, const BacsSubmission& submission, Date processing_day)
      : file_(file),
        submission_(submission),
        processing_day_(processing_day),
        total_(total_of(file)),
        payer_(bacs_text(file.payer.account_name(), name_width)) {}

  std::string write() const {
    const auto number = submission_.service_user_number;
    const bool multi = submission_.length == BacsLength::multi;
    std::string out = Line().text("VOL1").text(submission_.serial).blanks(31).text(number).blanks(32).text("1").label();
    out += file_label("HDR1") + format_label("HDR2");
    Line user;
    user.text("UHL1");
    if (multi) user.blanks(6);
    else user.day(processing_day_);
    out += user.text("999999").blanks(4).text("00").text("000000").text(multi ? "4 MULTI  " : "1 DAILY  ").label();
    for (const auto& payment : file_.payments) out += credit(payment);
    out += contra() + file_label("EOF1") + format_label("EOF2");
    const auto count = static_cast<std::int64_t>(file_.payments.size());
    return out + Line().text("UTL1").number(total_.pence(), 13).number(total_.pence(), 13).number(1, 7)
                     .number(count, 7).label();
  }

 private:
  /// HDR1 and EOF1 differ in their name alone.
  [[nodiscard]] std::string file_label(std::string_view name) const {
    const auto number = submission_.service_user_number;
    const Date expires(std::chrono::sys_days(file_.pay_on) + std::chrono::days(1));
    return Line().text(name).text("A").text(number).text("S  1").text(number).text(submission_.serial)
        .number(1, 4).number(1, 4).blanks(6).day(day_of(file_.created)).day(expires).blanks(1).number(0, 6).label();
  }

  /// HDR2 and EOF2: fixed records, blocks below 2,048 characters, no buffer offset.
  [[nodiscard]] std::string format_label(std::string_view name) const {
    const bool multi = submission_.length == BacsLength::multi;
    return Line().text(name).text("F").number(multi ? 18 * 106 : 20 * 100, 5).number(multi ? 106 : 100, 5)
        .blanks(35).text("00").label();
  }

  /// What credits and the contra share: from position 18 the payer's account, the day at the end.
  [[nodiscard]] std::string record(const BankDetails& to, std::string_view code, Money amount, std::string_view by,
                                   std::string_view reference, std::string_view name) const {
    Line line;
    line.text(to.sort_code()).text(to.account_number()).text("0").text(code);
    line.text(file_.payer.sort_code()).text(file_.payer.account_number()).blanks(4);
    line.number(amount.pence(), 11).text(by, name_width).text(reference, name_width).text(name, name_width);
    if (submission_.length == BacsLength::multi) line.day(processing_day_);
    return line.record();
  }

  [[nodiscard]] std::string credit(const Payment& payment) const {
    const auto name = bacs_text(payment.payee.account_name(), name_width);
    return record(payment.payee, "99", payment.amount, payer_, payment.reference, name);
  }

  /// Takes the sum of the credits from the payer; its narrative begins the run's id.
  [[nodiscard]] std::string contra() const {
    return record(file_.payer, "17", total_, bacs_text(file_.id, name_width), "CONTRA", payer_);
  }

  const PaymentFile& file_;
  const BacsSubmission& submission_;
  Date processing_day_;
  Money total_;
  std::string payer_;
};

Result<Done> check(const BacsSubmission& submission) {
  const auto is_serial = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  if (submission.service_user_number.size() != 6 || !all_digits(submission.service_user_number)) {
    return invalid("bacs-submission-invalid", "Configure the Bacs service user number: six digits.");
  }
  const auto& serial = submission.serial;
  if (serial.size() != 6 || !std::all_of(serial.begin(), serial.end(), is_serial) || serial == "000000") {
    return invalid("bacs-submission-invalid", "A Bacs serial number has six capitals or digits that are not all zero.");
  }
  return Done{};
}

}  // namespace

Date earliest_bacs_pay_day(Date sent_on, const BankCalendar& calendar) {
  const Date taken_on = calendar.is_banking_day(sent_on) ? sent_on : calendar.next(sent_on);
  return calendar.next(calendar.next(taken_on));
}

Result<std::string> write_bacs18(const PaymentFile& file, const BacsSubmission& submission,
                                 const BankCalendar& calendar) {
  CP_TRY(check(file, calendar));
  CP_TRY(check(submission));
  const auto created_on = day_of(file.created);
  const auto earliest = earliest_bacs_pay_day(created_on, calendar);
  if (file.pay_on < earliest) {
    return invalid("pay-day-too-early", "Bacs takes three banking days. The earliest pay day is " + to_text(earliest) + '.');
  }
  const auto processing_day = calendar.previous(file.pay_on);
  if (std::chrono::sys_days(processing_day) - std::chrono::sys_days(created_on) > std::chrono::days(most_days_ahead)) {
    return invalid("pay-day-too-late", "Bacs holds a file for 30 days at most. Make it closer to its pay day.");
  }
  if (total_of(file) > most_total) {
    return invalid("bacs-total-too-large", "A Bacs file pays at most £999,999,999.99. Make two runs of it.");
  }
  return Writer(file, submission, processing_day).write();
}

}  // namespace cp::banking
