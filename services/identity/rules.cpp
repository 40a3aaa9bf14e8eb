#include "services/identity/rules.hpp"

#include <algorithm>
#include <tuple>

namespace cp::identity {
namespace {

using http::Role;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_slug_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool is_mail_domain(std::string_view domain) {
  return domain.find('.') != std::string_view::npos && domain.front() != '.' && domain.back() != '.' &&
         domain.find("..") == std::string_view::npos;
}

auto rule_key(const SpendingRule& rule) { return std::tie(rule.stream, rule.category); }

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string normal_email(std::string_view text) { return lower(trimmed(text)); }

Result<Done> check_email(std::string_view normal, std::string_view pointer) {
  const auto at = normal.find('@');
  const bool whole = at != std::string_view::npos && at > 0 && at <= 64 && normal.size() <= 254 &&
                     normal.find('@', at + 1) == std::string_view::npos &&
                     at + 1 < normal.size() && is_mail_domain(normal.substr(at + 1));
  const bool plain = std::none_of(normal.begin(), normal.end(), [](char c) {
    return is_control(c) || std::string_view(" <>(),;:\"[]\\").find(c) != std::string_view::npos;
  });
  if (whole && plain) return Done{};
  return invalid_field(std::string(pointer), "Use an e-mail address such as sam@example.org.");
}

std::string tidy_name(std::string_view text) { return std::string(trimmed(text)); }

Result<Done> check_name(std::string_view tidy, std::string_view pointer) {
  if (tidy.empty()) return invalid_field(std::string(pointer), "This may not be empty.");
  if (std::any_of(tidy.begin(), tidy.end(), is_control)) {
    return invalid_field(std::string(pointer), "Write this on one line, without control characters.");
  }
  return Done{};
}

std::string slug_of(std::string_view name) {
  std::string slug;
  for (const char c : lower(name)) {
    if (is_slug_character(c) && c != '-') slug += c;
    else if (!slug.empty() && slug.back() != '-') slug += '-';
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

Result<Done> check_slug(std::string_view slug) {
  const bool good = !slug.empty() && slug.front() != '-' && slug.back() != '-' &&
                    std::all_of(slug.begin(), slug.end(), is_slug_character);
  if (good) return Done{};
  return invalid_field("/slug", "Use small letters, digits and hyphens between them, such as bath.");
}

Policy cautious_policy() { return {}; }

Result<Done> check_policy(const Policy& policy) {
  Error error = invalid("invalid-fields", "Some fields need to be put right.");
  const auto& rules = policy.spending_rules;
  for (std::size_t at = 0; at < rules.size(); ++at) {
    const auto pointer = "/spending_rules/" + std::to_string(at) + "/category";
    const auto same = [&](const SpendingRule& other) { return rule_key(other) == rule_key(rules[at]); };
    const auto end = rules.begin() + static_cast<std::ptrdiff_t>(at);
    if (trimmed(rules[at].category).empty()) {
      error.fields.push_back({pointer, "Name an activity type, or * for all others."});
    } else if (std::any_of(rules.begin(), end, same)) {
      error.fields.push_back({pointer, "This stream and category have a rule above; keep one of them."});
    }
  }
  if (error.fields.empty()) return Done{};
  return error;
}

void sort_rules(Policy& policy) {
  std::sort(policy.spending_rules.begin(), policy.spending_rules.end(),
            [](const SpendingRule& a, const SpendingRule& b) {
              return std::tuple(name(a.stream), std::string_view(a.category)) <
                     std::tuple(name(b.stream), std::string_view(b.category));
            });
}

Result<Done> check_standing(const Standing& standing) {
  const bool provider = standing.role == Role::provider;
  if (provider && !standing.provider) {
    return invalid_field("/provider", "Say which provider this account acts for.");
  }
  if (!provider && standing.provider) {
    return invalid_field("/provider", "Only an account with the role provider acts for one.");
  }
  if (provider && standing.authority) {
    return invalid_field("/authority", "A provider may serve several authorities; leave this out.");
  }
  if (!provider && standing.role != Role::administrator && !standing.authority) {
    return invalid_field("/authority", "Say which authority this account belongs to.");
  }
  return Done{};
}

Result<Standing> plan_account(const http::Principal& who, Standing wanted) {
  const bool of_all = who.role == Role::administrator && !who.authority;
  if (!of_all) {
    if (who.role == Role::facilitator && wanted.role != Role::parent) {
      return forbidden("A facilitator makes accounts for parents. Ask a commissioner for any other.");
    }
    if (who.role == Role::commissioner && wanted.role == Role::administrator) {
      return forbidden("Ask an administrator to make another administrator's account.");
    }
    const bool makes_any = who.role == Role::facilitator || who.role == Role::commissioner ||
                           who.role == Role::administrator;
    if (!makes_any || !who.authority) return forbidden();
    if (wanted.authority && wanted.authority != who.authority) {
      return forbidden("You can make accounts in your own authority only.");
    }
    if (wanted.role != Role::provider) wanted.authority = who.authority;
  }
  CP_TRY(check_standing(wanted));
  return wanted;
}

bool belongs_to(const http::Principal& who, const Id<"authority">& authority) {
  const auto reach = reach_of(who);
  return reach.everything || who.authority == authority;
}

Reach reach_of(const http::Principal& who) {
  return {who.role == Role::administrator && !who.authority, who.authority};
}

}  // namespace cp::identity
