// Linear programs of packing: maximise the weight of columns where no row may hold more than its
// capacity. Solved by CLP's simplex, which goes on from where it was when columns, rows or bounds
// change. Numbers are doubles: what is proved with them is proved again in integers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace cp::matching {

class LinearProgram {
 public:
  struct Entry {
    int at = 0;  // a row for a column, a column for a row
    double amount = 1;
  };

  static constexpr double no_limit = 1e30;

  explicit LinearProgram(std::span<const double> capacities);
  ~LinearProgram();
  LinearProgram(LinearProgram&&) noexcept;
  LinearProgram& operator=(LinearProgram&&) noexcept;

  /// Between 0 and `most`. Where the rows say as much, leave it out: a column that stands at its most has a price of its
  /// own, which the rows' prices do not tell.
  void add_column(double weight, std::span<const Entry> rows, double most = no_limit);
  void add_row(double capacity, std::span<const Entry> columns);
  void set_limits(std::size_t column, double least, double most);

  enum class Start { after_columns, after_bounds };
  /// False if it did not end within so many iterations. `start` says what changed last, and so
  /// which simplex has least to do. `stop` is asked now and then, if there is one.
  bool solve(Start start, int iterations, const std::function<bool()>& stop = {});

  [[nodiscard]] std::size_t row_count() const;
  [[nodiscard]] std::size_t column_count() const;
  [[nodiscard]] double value() const;
  [[nodiscard]] std::span<const double> amounts() const;  // by column
  /// What one more unit of each row's capacity would be worth; never negative.
  [[nodiscard]] std::vector<double> prices() const;

 private:
  struct Solver;
  void flush();
  std::unique_ptr<Solver> solver_;
  // Columns wait here and are added together, which is much quicker.
  std::vector<double> weights_, amounts_, mosts_;
  std::vector<int> starts_{0}, rows_;
};

}  // namespace cp::matching
