// The catalogue as a service: what short breaks there are, who provides them and what they cost.
#pragma once

#include "shared/app/service.hpp"

namespace cp::catalogue {

app::Service service();

}  // namespace cp::catalogue
