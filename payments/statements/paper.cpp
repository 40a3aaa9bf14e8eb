#include "payments/statements/paper.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>

namespace cp::payments {
namespace {

// In points: A4, with margins of 18 mm.
constexpr double page_width = 595.28, page_height = 841.89, margin = 51;
constexpr double text_width = page_width - 2 * margin, bottom = page_height - margin - 14;
constexpr double text_points = 9.5, note_points = 8, foot_points = 7.5;
constexpr double cell_gap = 6, row_gap = 3.5;
constexpr const char* text_font = "DejaVu Sans";
constexpr const char* digit_font = "DejaVu Sans Mono";

struct Unref {
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
template <class T>
using Held = std::unique_ptr<T, Unref>;

struct Style {
  double points = text_points;
  bool bold = false;
  bool right = false;
  const char* font = text_font;
};

std::string escaped(const std::string& text) {
  const std::unique_ptr<char, void (*)(void*)> safe(g_markup_escape_text(text.data(), static_cast<gssize>(text.size())),
                                                    g_free);
  return safe.get();
}

std::string markup_of(const Paper::Cell& cell) {
  auto markup = escaped(cell.text);
  if (cell.notes.empty()) return markup;
  markup += "<span size=\"" + std::to_string(static_cast<int>(note_points * PANGO_SCALE)) + "\">";
  for (const auto& note : cell.notes) markup += "\n" + escaped(note);
  return markup + "</span>";
}

/// Cairo 1.16 has no call for a document's language, nor for showing its title: both go into the catalogue, which it
/// writes last of all objects, so that only the place of the table after it moves.
std::string with_language(std::string pdf) {
  constexpr std::string_view catalogue = "/Type /Catalog", start = "startxref\n";
  const std::string more = "\n   /Lang (en-GB)\n   /ViewerPreferences << /DisplayDocTitle true >>";
  const auto at = pdf.rfind(catalogue);
  const auto table = pdf.rfind("\nxref\n");
  auto place = pdf.rfind(start);
  if (at == std::string::npos || table == std::string::npos || place == std::string::npos || at > table ||
      pdf.find(" obj\n", at) < table) {
    throw std::runtime_error("the PDF is not as Cairo writes it");
  }
  pdf.insert(at + catalogue.size(), more);
  place += more.size() + start.size();
  pdf.replace(place, pdf.find('\n', place) - place, std::to_string(table + 1 + more.size()));
  return pdf;
}

}  // namespace

struct Paper::State {
  std::string title;
  std::string bytes;
  Held<cairo_surface_t> surface;
  Held<cairo_t> cairo;
  double y = margin;
  int page = 1;

  /// Draws from `x` on, `width` wide; answers how high it is, and with `draw` unset only that.
  double set(const std::string& markup, const Style& style, double x, double width, bool draw) {
    const Held<PangoLayout> layout(pango_cairo_create_layout(cairo.get()));
    const Held<PangoFontDescription> font(pango_font_description_new());
    pango_font_description_set_family(font.get(), style.font);
    pango_font_description_set_size(font.get(), static_cast<int>(style.points * PANGO_SCALE));
    if (style.bold) pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout.get(), style.right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_markup(layout.get(), markup.data(), static_cast<int>(markup.size()));
    int height = 0;
    pango_layout_get_size(layout.get(), nullptr, &height);
    if (draw) {
      cairo_move_to(cairo.get(), x, y);
      pango_cairo_show_layout(cairo.get(), layout.get());
    }
    return static_cast<double>(height) / PANGO_SCALE;
  }

  void end_page() {
    const auto rest = y;
    y = page_height - margin;
    set(escaped(title) + ", page " + std::to_string(page), {.points = foot_points}, margin, text_width, true);
    y = rest;
    cairo_show_page(cairo.get());
    ++page;
  }

  /// True where a new page had to be begun.
  bool make_room(double height) {
    if (y + height <= bottom) return false;
    end_page();
    y = margin;
    return true;
  }

  void piece(const char* tag, const std::string& text, const Style& style, double after) {
    const auto markup = escaped(text);
    const auto height = set(markup, style, margin, text_width, false);
    make_room(height);
    cairo_tag_begin(cairo.get(), tag, nullptr);
    set(markup, style, margin, text_width, true);
    cairo_tag_end(cairo.get(), tag);
    y += height + after;
  }

  void rule(double grey) {
    cairo_set_source_rgb(cairo.get(), grey, grey, grey);
    cairo_set_line_width(cairo.get(), 0.5);
    cairo_move_to(cairo.get(), margin, y);
    cairo_line_to(cairo.get(), margin + text_width, y);
    cairo_stroke(cairo.get());
    cairo_set_source_rgb(cairo.get(), 0, 0, 0);
  }

  double row(const std::vector<Column>& columns, const std::vector<Cell>& cells, bool is_header, bool draw) {
    double shares = 0;
    for (const auto& column : columns) shares += column.share;
    const auto room = text_width - cell_gap * static_cast<double>(columns.size() - 1);
    double x = margin, height = 0;
    const char* tag = is_header ? "TH" : "TD";
    if (draw) cairo_tag_begin(cairo.get(), "TR", nullptr);
    for (std::size_t at = 0; at < columns.size(); ++at) {
      const auto width = room * columns[at].share / shares;
      const Style style{.points = is_header ? note_points : text_points, .bold = is_header, .right = columns[at].is_number};
      if (draw) cairo_tag_begin(cairo.get(), tag, nullptr);
      height = std::max(height, set(markup_of(cells[at]), style, x, width, draw));
      if (draw) cairo_tag_end(cairo.get(), tag);
      x += width + cell_gap;
    }
    if (draw) cairo_tag_end(cairo.get(), "TR");
    return height;
  }

  void draw_row(const std::vector<Column>& columns, const std::vector<Cell>& cells, bool is_header) {
    y += row_gap;
    y += row(columns, cells, is_header, true) + row_gap;
    rule(is_header ? 0.2 : 0.8);
  }
};

Paper::Paper(const std::string& title, Timestamp created) : state_(std::make_unique<State>()) {
  auto& state = *state_;
  state.title = title;
  const auto keep = [](void* to, const unsigned char* data, unsigned int size) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), size);
    return CAIRO_STATUS_SUCCESS;
  };
  state.surface.reset(cairo_pdf_surface_create_for_stream(keep, &state.bytes, page_width, page_height));
  cairo_pdf_surface_restrict_to_version(state.surface.get(), CAIRO_PDF_VERSION_1_5);
  cairo_pdf_surface_set_metadata(state.surface.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(state.surface.get(), CAIRO_PDF_METADATA_CREATOR, "Common Purse");
  cairo_pdf_surface_set_metadata(state.surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, to_text(created).c_str());
  state.cairo.reset(cairo_create(state.surface.get()));
  cairo_tag_begin(state.cairo.get(), "Document", nullptr);
}

Paper::~Paper() = default;

void Paper::heading(int level, const std::string& text) {
  auto& state = *state_;
  const Style style{.points = level == 1 ? 18.0 : 12.5, .bold = true};
  if (state.y > margin) state.y += level == 1 ? 0 : 10;
  state.make_room(60);  // no heading stands alone at a page's end
  state.piece(level == 1 ? "H1" : "H2", text, style, level == 1 ? 8 : 4);
}

void Paper::paragraph(const std::string& text) { state_->piece("P", text, {}, 5); }

void Paper::digits(const std::string& text) { state_->piece("P", text, {.points = note_points, .font = digit_font}, 5); }

void Paper::table(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows) {
  auto& state = *state_;
  std::vector<Cell> titles;
  for (const auto& column : columns) titles.push_back({column.title});
  const auto title_height = state.row(columns, titles, true, false) + 2 * row_gap;
  state.make_room(2 * title_height);
  cairo_tag_begin(state.cairo.get(), "Table", nullptr);
  state.draw_row(columns, titles, true);
  for (const auto& cells : rows) {
    const auto height = state.row(columns, cells, false, false) + 2 * row_gap;
    if (state.make_room(height)) state.draw_row(columns, titles, true);
    state.draw_row(columns, cells, false);
  }
  cairo_tag_end(state.cairo.get(), "Table");
  state.y += 6;
}

std::string Paper::finish() {
  auto& state = *state_;
  cairo_tag_end(state.cairo.get(), "Document");
  state.end_page();
  state.cairo.reset();
  cairo_surface_finish(state.surface.get());
  if (const auto status = cairo_surface_status(state.surface.get()); status != CAIRO_STATUS_SUCCESS) {
    throw std::runtime_error(std::string("a PDF could not be made: ") + cairo_status_to_string(status));
  }
  return with_language(std::move(state.bytes));
}

}  // namespace cp::payments
