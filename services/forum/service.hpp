// The forum as a service: one board for each authority.
#pragma once

#include "shared/app/service.hpp"

namespace cp::forum {

app::Service service();

}  // namespace cp::forum
