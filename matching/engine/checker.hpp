// Checks a proposal against its instance by the documented rules alone. It shares no code with the
// engine and its rules, so that a mistake there is not repeated here.
#pragma once

#include "matching/engine/model.hpp"

#include <string>
#include <vector>

namespace cp::matching {

/// What is wrong, a sentence each; empty if nothing is.
std::vector<std::string> check(const Instance& instance, const Proposal& proposal);

}  // namespace cp::matching
