// Headers that most tests need, compiled once. Nothing relies on it: each file includes what it uses.
#pragma once

#include "tests/support/application.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
