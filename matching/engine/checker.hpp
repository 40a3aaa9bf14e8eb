// Checks a proposal against its instance by the documented rules alone. It shares no code with the
// engine and its rules, so that a mistake there is not repeated here.
#pragma once

#include "matching/engine/model.hpp"

#include <string>
#include <vector>

namespace cp::matching {

/// The hard rules, shares to the penny, and that every family is in a group or left out: what is wrong, a sentence each, at
/// most a thousand; empty if nothing is.
std::vector<std::string> check_rules(const Instance& instance, const Proposal& proposal);
/// The same, and every score and term, the reason of every family left out, groups without an offer, missed pins, and that
/// the bound can be one.
std::vector<std::string> check(const Instance& instance, const Proposal& proposal);

}  // namespace cp::matching
