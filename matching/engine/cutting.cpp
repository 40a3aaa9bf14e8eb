#include "matching/engine/cutting.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

namespace cp::matching {
namespace {

/// Neither side has less than this part of the candidates.
constexpr double least_side = 0.35;
constexpr std::int64_t weight_of_parted = 4;

class Cutting {
 public:
  Cutting(const Index& index, const std::vector<std::uint32_t>& before)
      : index_(index), standing_(index.run_count()), done_(index.run_count(), 0), weights_(index.family_count(), 1) {
    if (before.empty()) return;
    for (FamilyAt family = 0; family < index.family_count(); ++family) {
      const auto options = index.options(family);
      const auto is_elsewhere = [&](const Option& option) { return before[option.run] != before[options.front().run]; };
      if (std::any_of(options.begin(), options.end(), is_elsewhere)) weights_[family] = weight_of_parted;
    }
  }

  std::vector<std::uint32_t> into(std::size_t parts) {
    Piece whole;
    const auto coordinate = [&](std::size_t axis, RunAt run) {
      return axis == 0 ? index_.offer(run).place.lat : index_.offer(run).place.lon;
    };
    for (std::size_t axis = 0; axis < axes; ++axis) {
      auto& runs = whole.runs[axis];
      runs.resize(index_.run_count());
      std::iota(runs.begin(), runs.end(), RunAt{0});
      std::stable_sort(runs.begin(), runs.end(), [&](RunAt a, RunAt b) { return coordinate(axis, a) < coordinate(axis, b); });
    }
    for (FamilyAt family = 0; family < index_.family_count(); ++family) {
      if (index_.options(family).size() > 0) whole.families.push_back(family);
    }
    halve(std::move(whole), parts);
    return std::move(done_);
  }

 private:
  static constexpr std::size_t axes = 2;
  struct Piece {
    std::array<std::vector<RunAt>, axes> runs;  // in the order of each coordinate
    std::vector<FamilyAt> families;             // with a run here
  };
  /// So many of the runs, in the order of that coordinate, are on one side, with this part of the candidates.
  struct Line {
    std::size_t axis = 0, runs = 0;
    double side = 0.5;
    std::int64_t parted = 0;
  };

  /// Where a run stands in the piece that is being halved, along each axis.
  struct Standing {
    std::uint32_t piece = 0;
    std::array<std::uint32_t, axes> position{};
  };
  /// A family's runs here reach from the first to the last along each axis.
  struct Reach {
    std::array<std::uint32_t, axes> first{}, last{};
  };

  void halve(Piece piece, std::size_t parts) {
    std::vector<Reach> reaches;
    const auto line = parts > 1 ? line_for(piece, reaches) : std::nullopt;
    if (!line) {
      for (const auto run : piece.runs[0]) done_[run] = done_parts_;
      ++done_parts_;
      return;
    }
    const auto parts_here = std::clamp<std::size_t>(static_cast<std::size_t>(std::llround(line->side * static_cast<double>(parts))), 1, parts - 1);
    auto [here, there] = sides(piece, reaches, *line);
    piece = {};
    reaches = {};
    halve(std::move(here), parts_here);
    halve(std::move(there), parts - parts_here);
  }

  [[nodiscard]] static bool is_better(const Line& a, const Line& b) {
    return a.parted != b.parted ? a.parted < b.parted : std::abs(a.side - 0.5) < std::abs(b.side - 0.5);
  }

  [[nodiscard]] std::optional<Line> line_for(const Piece& piece, std::vector<Reach>& reaches) {
    // Nobody else has had this number, so that it tells what is here from what is beside it.
    const auto number = ++last_;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      for (std::size_t at = 0; at < piece.runs[axis].size(); ++at) {
        auto& standing = standing_[piece.runs[axis][at]];
        standing.piece = number;
        standing.position[axis] = static_cast<std::uint32_t>(at);
      }
    }
    reaches.reserve(piece.families.size());
    for (const auto family : piece.families) reaches.push_back(reach_of(family, number));
    auto line = line_along(piece, reaches, 0);
    for (std::size_t axis = 1; axis < axes; ++axis) {
      const auto other = line_along(piece, reaches, axis);
      if (other && (!line || is_better(*other, *line))) line = other;
    }
    return line;
  }

  [[nodiscard]] Reach reach_of(FamilyAt family, std::uint32_t piece) const {
    Reach reach;
    reach.first.fill(static_cast<std::uint32_t>(standing_.size()));
    for (const auto& option : index_.options(family)) {
      const auto& standing = standing_[option.run];
      if (standing.piece != piece) continue;
      for (std::size_t axis = 0; axis < axes; ++axis) {
        reach.first[axis] = std::min(reach.first[axis], standing.position[axis]);
        reach.last[axis] = std::max(reach.last[axis], standing.position[axis]);
      }
    }
    return reach;
  }

  [[nodiscard]] std::optional<Line> line_along(const Piece& piece, const std::vector<Reach>& reaches, std::size_t axis) const {
    const auto& runs = piece.runs[axis];
    std::vector<std::int64_t> changes(runs.size() + 1, 0);
    for (std::size_t at = 0; at < reaches.size(); ++at) {
      const auto weight = weights_[piece.families[at]];
      changes[reaches[at].first[axis] + 1] += weight;
      changes[reaches[at].last[axis] + 1] -= weight;
    }
    std::size_t all = 0, before = 0;
    for (const auto run : runs) all += index_.candidates(run).size();
    std::optional<Line> best;
    std::int64_t parted = 0;
    for (std::size_t at = 1; at < runs.size(); ++at) {
      before += index_.candidates(runs[at - 1]).size();
      parted += changes[at];
      const auto side = static_cast<double>(before) / static_cast<double>(std::max<std::size_t>(1, all));
      const Line line{axis, at, side, parted};
      if (side >= least_side && side <= 1 - least_side && (!best || is_better(line, *best))) best = line;
    }
    return best;
  }

  [[nodiscard]] std::pair<Piece, Piece> sides(const Piece& piece, const std::vector<Reach>& reaches, const Line& line) const {
    std::pair<Piece, Piece> both;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      for (const auto run : piece.runs[axis]) {
        (standing_[run].position[line.axis] < line.runs ? both.first : both.second).runs[axis].push_back(run);
      }
    }
    for (std::size_t at = 0; at < reaches.size(); ++at) {
      if (reaches[at].first[line.axis] < line.runs) both.first.families.push_back(piece.families[at]);
      if (reaches[at].last[line.axis] >= line.runs) both.second.families.push_back(piece.families[at]);
    }
    return both;
  }

  const Index& index_;
  std::vector<Standing> standing_;       // by run
  std::vector<std::uint32_t> done_;      // the same
  std::vector<std::int64_t> weights_;    // by family
  std::uint32_t last_ = 0, done_parts_ = 0;
};

}  // namespace

std::vector<std::uint32_t> cut_by_places(const Index& index, std::size_t parts, const std::vector<std::uint32_t>& before) {
  return Cutting(index, before).into(parts);
}

}  // namespace cp::matching
