#include "payments/banking/characters.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp::banking;

TEST_CASE("names are brought into the characters that banks take") {
  struct Row {
    std::string_view name, iso, bacs;
  };
  for (const auto& row : {
           Row{"Rainbow Play Ltd", "Rainbow Play Ltd", "RAINBOW PLAY LTD"},
           Row{"Zoë & Søn", "Zoe + Son", "ZOE & SON"},
           Row{"O'Neil’s – Café", "O'Neil's - Cafe", "ONEILS - CAFE"},
           Row{"Łukasz Żółć ŽIŽEK ß Œuvre", "Lukasz Zolc ZIZEK ss OEuvre", "LUKASZ ZOLC ZIZEK SS OEUVRE"},
           Row{"a\u0301 (x)", "a (x)", "A X"},
           Row{"//a//b/ c", "a/b/ c", "A/B/ C"},
           Row{"<b>\"x\"</b>", "b x /b", "B X /B"},
           Row{"  A   B  ", "A B", "A B"},
           Row{"Дом", "", ""},
           Row{"\xF0\x9F\x8E\xA8 Art", "Art", "ART"},
           Row{"ok\xFF never", "ok", "OK"},
           Row{"1:2,3?", "1:2,3?", "1 2 3"},
       }) {
    INFO(row.name);
    CHECK(iso_text(row.name, 140) == row.iso);
    CHECK(bacs_text(row.name, 140) == row.bacs);
  }
  CHECK(iso_text("Rainbow Play Ltd", 8) == "Rainbow");
  CHECK(bacs_text("Rainbow Play and Leisure", 18) == "RAINBOW PLAY AND L");
}

TEST_CASE("identifiers and references are what every bank hands back") {
  for (const auto* text : {"A", "run-7", "0123456789ABCDEF0123456789ABCDEF"}) CHECK(is_bank_id(text));
  for (const auto* text : {"", "a b", "a/b", "é", "0123456789ABCDEF0123456789ABCDEF-123"}) CHECK_FALSE(is_bank_id(text));
  for (const auto* text : {"A", "CP 2026-11/1", "0123456789ABCDEF01"}) CHECK(is_reference(text));
  for (const auto* text : {"", "a", " A", "A ", "A  B", "/A", "A//B", "A&B", "0123456789ABCDEF012"}) {
    INFO(text);
    CHECK_FALSE(is_reference(text));
  }
  CHECK(bank_id("0193582c-1d2e-7abc-8def-0123456789ab") == "0193582C1D2E7ABC8DEF0123456789AB");
  CHECK(reference_for("0193582c-1d2e-7abc-8def-0123456789ab") == "CP8DEF0123456789AB");
  CHECK(is_reference(reference_for("0193582c-1d2e-7abc-8def-0123456789ab")));
}
