// Reports as a service: counts over what the other services hold.
#pragma once

#include "shared/app/service.hpp"

namespace cp::reports {

app::Service service();

}  // namespace cp::reports
