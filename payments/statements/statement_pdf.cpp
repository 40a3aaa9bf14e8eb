#include "payments/statements/statement_pdf.hpp"

#include "payments/rules.hpp"
#include "payments/statements/paper.hpp"

#include <array>

namespace cp::payments {
namespace {

using Rows = std::vector<std::vector<Paper::Cell>>;

std::string day_text(Date day) {
  constexpr std::array months{"January", "February", "March",     "April",   "May",      "June",
                              "July",    "August",   "September", "October", "November", "December"};
  return std::to_string(static_cast<unsigned>(day.day())) + " " + months[static_cast<unsigned>(day.month()) - 1] + " " +
         std::to_string(static_cast<int>(day.year()));
}

/// The same where there is little room: `3 Oct 2026`.
std::string short_day_text(Date day) {
  auto text = day_text(day);
  const auto month = text.find(' ') + 1;
  return text.erase(month + 3, text.rfind(' ') - month - 3);
}

std::string_view kind_text(LineKind kind) {
  switch (kind) {
    case LineKind::allocation: return "Put into the plan";
    case LineKind::hold: return "Reserved";
    case LineKind::charge: return "Paid";
    case LineKind::release: return "Given back, not needed";
    case LineKind::refund: return "Paid back";
    case LineKind::paid_in: return "Your own money, paid in";
    case LineKind::paid_back: return "Your own money, given back to you";
    case LineKind::fee: return "Reserved for a fee";
    case LineKind::fee_charge: return "Fee paid";
    case LineKind::fee_release: return "Given back, not needed for a fee";
    case LineKind::carried_in: return "Carried over from the plan before";
    case LineKind::carried_over: return "Carried over into the next plan";
    case LineKind::returned: return "Given back: the plan has ended";
  }
  return "";
}

std::string what_text(const IssuedLine& line) {
  std::string text(kind_text(line.kind));
  if (!line.pool_title.empty()) text += ": " + line.pool_title;
  if (line.session) text += ", session " + std::to_string(*line.session);
  return text;
}

std::string with_amount(const DerivationLine& step) {
  std::string text = step.text;
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

std::vector<std::string> notes_of(const IssuedLine& line, const IssuedLine* before) {
  std::vector<std::string> notes;
  if (line.earlier) {
    notes.push_back("For a day of an earlier statement, which stays as it was. Written on " + day_text(day_of(line.at)) + ".");
  }
  std::vector<std::string> steps;
  for (const auto& step : line.derivation) steps.push_back(with_amount(step));
  const bool is_same = before && steps.size() > 1 && before->derivation == line.derivation;
  if (is_same) notes.emplace_back("Worked out as the one before.");
  else notes.insert(notes.end(), steps.begin(), steps.end());
  return notes;
}

Rows stream_rows(const IssuedStatement& statement) {
  Rows rows;
  for (const auto& one : statement.streams) {
    rows.push_back({{words_of(one.stream), {"Plan of " + short_day_text(one.plan_starts) + " to " + short_day_text(one.plan_ends)}},
                    {to_text(one.opening.left)},
                    {to_text(one.closing.allocated - one.opening.allocated)},
                    {to_text(one.closing.held - one.opening.held)},
                    {to_text(one.closing.charged - one.opening.charged)},
                    {to_text(one.closing.left)}});
  }
  return rows;
}

Rows line_rows(const IssuedStatement& statement) {
  Rows rows;
  const IssuedLine* before = nullptr;
  for (const auto& line : statement.lines) {
    rows.push_back({{short_day_text(line.effective)}, {what_text(line), notes_of(line, before)}, {words_of(line.stream)},
                    {to_text(line.amount)}});
    before = &line;
  }
  return rows;
}

}  // namespace

std::string statement_pdf(const IssuedStatement& statement, const std::string& sha256) {
  const auto period = day_text(statement.first) + " to " + day_text(statement.last);
  const auto title = "Statement " + std::to_string(statement.number);
  Paper paper(title + ", " + period, statement.head.at);
  paper.heading(1, title);
  paper.paragraph("Your money from " + period + ".");
  paper.paragraph("Issued by " + statement.authority_name + " on " + day_text(day_of(statement.head.at)) +
                  ". It does not change any more: what is put right later is on a later statement.");

  paper.heading(2, "Your plan’s money");
  paper.table({{"Whose money", 2.6}, {"Left before", 1.5, true}, {"Put in", 1.4, true}, {"Reserved", 1.4, true},
               {"Paid", 1.4, true}, {"Left now", 1.5, true}},
              stream_rows(statement));
  paper.paragraph("What is reserved is for sessions to come and for fees. A figure below nothing under Reserved was reserved before, and is "
                  "paid or given back now.");

  paper.heading(2, "What happened");
  if (statement.lines.empty()) paper.paragraph("Nothing in these days.");
  else paper.table({{"Day", 1.4}, {"What, and how it was worked out", 4.2}, {"Whose money", 1.6}, {"Amount", 1.2, true}},
                   line_rows(statement));

  paper.heading(2, "How to check it");
  paper.paragraph("The ledger holds the fingerprint (SHA-256) of this statement’s data:");
  paper.digits(sha256);
  paper.paragraph("It was made when the ledger had " + std::to_string(statement.head.sequence) +
                  " operations, of which the last one has this fingerprint:");
  paper.digits(statement.head.hash);
  paper.paragraph("The ledger’s signature of it (Ed25519), and the key to check it by:");
  paper.digits(statement.head.signature);
  paper.digits(statement.head.public_key);
  paper.paragraph("Family " + statement.family.text() + ", authority " + statement.authority.text() + ".");
  return paper.finish();
}

}  // namespace cp::payments
