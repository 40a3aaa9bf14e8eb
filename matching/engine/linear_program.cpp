#include "matching/engine/linear_program.hpp"

#include <ClpSimplex.hpp>

#include <algorithm>

namespace cp::matching {

namespace {

constexpr int iterations_between_questions = 1'000;
constexpr int stopped_on_iterations = 3;  // what CLP calls it

}  // namespace

struct LinearProgram::Solver {
  ClpSimplex clp;
};

LinearProgram::LinearProgram(std::span<const double> capacities) : solver_(std::make_unique<Solver>()) {
  auto& clp = solver_->clp;
  clp.setLogLevel(0);
  // CLP minimises: weights go in with the other sign, and prices come out with it.
  const auto rows = static_cast<int>(capacities.size());
  const std::vector<double> least(capacities.size(), -COIN_DBL_MAX);
  const std::vector<int> starts(capacities.size() + 1, 0);
  clp.addRows(rows, least.data(), capacities.data(), starts.data(), nullptr, nullptr);
}
LinearProgram::~LinearProgram() = default;
LinearProgram::LinearProgram(LinearProgram&&) noexcept = default;
LinearProgram& LinearProgram::operator=(LinearProgram&&) noexcept = default;

void LinearProgram::add_column(double weight, std::span<const Entry> rows, double most) {
  weights_.push_back(-weight);
  mosts_.push_back(most);
  for (const auto& entry : rows) {
    rows_.push_back(entry.at);
    amounts_.push_back(entry.amount);
  }
  starts_.push_back(static_cast<int>(rows_.size()));
}

void LinearProgram::flush() {
  if (weights_.empty()) return;
  const std::vector<double> least(weights_.size(), 0.0);
  solver_->clp.addColumns(static_cast<int>(weights_.size()), least.data(), mosts_.data(), weights_.data(),
                          starts_.data(), rows_.data(), amounts_.data());
  weights_.clear();
  amounts_.clear();
  mosts_.clear();
  rows_.clear();
  starts_.assign(1, 0);
}

void LinearProgram::add_row(double capacity, std::span<const Entry> columns) {
  flush();
  std::vector<int> at;
  std::vector<double> amounts;
  for (const auto& entry : columns) {
    at.push_back(entry.at);
    amounts.push_back(entry.amount);
  }
  solver_->clp.addRow(static_cast<int>(at.size()), at.data(), amounts.data(), -COIN_DBL_MAX, capacity);
}

void LinearProgram::set_limits(std::size_t column, double least, double most) {
  flush();
  solver_->clp.setColumnBounds(static_cast<int>(column), least, most);
}

bool LinearProgram::solve(Start start, int iterations, const std::function<bool()>& stop) {
  flush();
  auto& clp = solver_->clp;
  if (clp.numberColumns() == 0) return true;
  // CLP goes on from where it was, so that it can be asked for a part at a time.
  for (int left = iterations; left > 0; left -= iterations_between_questions) {
    clp.setMaximumIterations(clp.numberIterations() + (stop ? std::min(left, iterations_between_questions) : left));
    if (start == Start::after_columns) clp.primal();
    else clp.dual();
    if (!stop || clp.status() != stopped_on_iterations || stop()) break;
  }
  return clp.isProvenOptimal();
}

std::size_t LinearProgram::row_count() const { return static_cast<std::size_t>(solver_->clp.numberRows()); }
std::size_t LinearProgram::column_count() const {
  return static_cast<std::size_t>(solver_->clp.numberColumns()) + weights_.size();
}
double LinearProgram::value() const {
  return solver_->clp.numberColumns() == 0 ? 0 : -solver_->clp.getObjValue();
}
std::span<const double> LinearProgram::amounts() const {
  return {solver_->clp.getColSolution(), static_cast<std::size_t>(solver_->clp.numberColumns())};
}

std::vector<double> LinearProgram::prices() const {
  std::vector<double> prices(row_count(), 0.0);
  if (solver_->clp.numberColumns() == 0) return prices;
  const auto* duals = solver_->clp.getRowPrice();
  for (std::size_t row = 0; row < prices.size(); ++row) prices[row] = std::max(0.0, -duals[row]);
  return prices;
}

}  // namespace cp::matching
