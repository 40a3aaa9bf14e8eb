// Decisions about accounts and policies: who may make and see what, and which texts will do.
#pragma once

#include "services/identity/model.hpp"
#include "shared/core/error.hpp"

#include <string>
#include <string_view>

namespace cp::identity {

/// How an address is stored and looked for: without surrounding spaces, ASCII letters small.
std::string normal_email(std::string_view text);
/// Looks only for slips of the pen; whether an address works, only a message to it can tell.
Result<Done> check_email(std::string_view normal, std::string_view pointer = "/email");

/// Without surrounding spaces.
std::string tidy_name(std::string_view text);
/// A name that people see: something in it, no control characters.
Result<Done> check_name(std::string_view tidy, std::string_view pointer = "/name");

/// `Bath and North East Somerset` becomes `bath-and-north-east-somerset`.
std::string slug_of(std::string_view name);
Result<Done> check_slug(std::string_view slug);
/// ASCII letters small: how names of authorities are compared.
std::string lower(std::string_view text);

/// Nothing is free, everything by permission.
Policy cautious_policy();
/// A stream and category have at most one rule. The order that policies are kept in.
Result<Done> check_policy(const Policy& policy);
void sort_rules(Policy& policy);

/// What an account is to be and where.
struct Standing {
  http::Role role = http::Role::parent;
  std::optional<Id<"authority">> authority;
  std::optional<Id<"provider">> provider;
  bool operator==(const Standing&) const = default;
};
/// Whether a standing is whole: who has an authority, who a provider, and who neither.
Result<Done> check_standing(const Standing& standing);
/// What `who` may make of what they asked for. An authority left out is their own. Facilitators
/// make parents' accounts, commissioners all but administrators', each in their own authority; an
/// administrator of one authority does there what one of all does everywhere.
Result<Standing> plan_account(const http::Principal& who, Standing wanted);

/// Whether the policy of `authority` is this reader's to see: their own, or any for an
/// administrator of all.
bool belongs_to(const http::Principal& who, const Id<"authority">& authority);

/// Which rows of a list `who` sees: all of them, or those of one authority. Others see none.
struct Reach {
  bool everything = false;
  std::optional<Id<"authority">> authority;
};
Reach reach_of(const http::Principal& who);

}  // namespace cp::identity
