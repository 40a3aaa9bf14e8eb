// Pages of A4 as a PDF: text set by Pango and drawn by Cairo, every piece tagged, so that a screen reader reads
// headings as headings and tables as tables. The font is embedded. The same content gives the same text and the same pages.
#pragma once

#include "shared/core/time.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cp::payments {

class Paper {
 public:
  /// `title` names the document, and stands at the foot of each page beside its number.
  Paper(const std::string& title, Timestamp created);
  ~Paper();
  Paper(const Paper&) = delete;
  Paper& operator=(const Paper&) = delete;

  void heading(int level, const std::string& text);
  void paragraph(const std::string& text);
  /// Digits and hashes, in a font where each has the same width.
  void digits(const std::string& text);

  struct Column {
    std::string title;
    double share = 1;      // of the width
    bool is_number = false;
  };
  struct Cell {
    std::string text;
    std::vector<std::string> notes = {};  // smaller, a line each, below it
  };
  void table(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows);

  /// The whole file. Throws `std::runtime_error` where it could not be made.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cp::payments
