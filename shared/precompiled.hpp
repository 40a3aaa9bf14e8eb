// Headers that nearly every file above `shared/core` needs, compiled once. Nothing relies on it:
// each file includes what it uses.
#pragma once

#include "shared/core/task.hpp"
#include "shared/db/database.hpp"
#include "shared/http/router.hpp"
#include "shared/json/wire.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>
