// Proposes groups for an authority's families and keeps the proposals for its facilitators.
#pragma once

#include "shared/app/service.hpp"

namespace cp::matching {

app::Service service();

}  // namespace cp::matching
