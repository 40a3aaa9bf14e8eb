// The service of families: profiles, children, availability, interests.
#pragma once

#include "shared/app/service.hpp"

namespace cp::families {

app::Service service();

}  // namespace cp::families
