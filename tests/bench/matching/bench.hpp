// What the measuring programs of the engine share: the clock, and the instances they are asked for.
#pragma once

#include "matching/engine/engine.hpp"
#include "matching/engine/model.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cp::matching::bench {

using Words = std::vector<std::string>;

/// What this process has used so far, of all its threads. It does not depend on what else the machine does.
double cpu_seconds();
/// A search that ends when so many CPU-seconds from now on are used; 0: that ends by itself.
Search search_of(double seconds, std::uint64_t seed = 1);
/// `density` is one of the names of densities or a number from 0 to 1.
Instance instance_of(std::int64_t families, std::int64_t offers, const std::string& density, std::uint64_t seed);

/// An instance from a file of JSON; throws what is wrong with it.
Instance read_instance(const std::string& path);

// Each is one command of `bench_matching` and answers its exit status.
int search_command(const Words& words);
int baselines_command(const Words& words);
int country_command(const Words& words);
int regional_command(const Words& words);
int borders_command(const Words& words);
int growth_command(const Words& words);
int living_command(const Words& words);
int explanations_command(const Words& words);
int optimum_command(const Words& words);
int columns_command(const Words& words);
int solve_command(const Words& words);
int equity_command(const Words& words);
int packing_command(const Words& words);
int make_packing_command(const Words& words);

}  // namespace cp::matching::bench
